"""Remember policies: the one last in force, those that wait for an approval, and those that got one."""

import sqlalchemy as sa
from alembic import op

from app.store.columns import Moment, Name, Words

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "policies",
        sa.Column("digest", Name),
        sa.Column("file", Words, nullable=False),
        sa.Column("in_force_at", Moment),
        sa.Column("approved_at", Moment),
        sa.Column("waits_since", Moment),
        sa.Column("written", sa.Integer),
        sa.Column("items", sa.Integer),
        sa.Column("unsure", sa.Integer),
        sa.Column("most", sa.Float),
        sa.PrimaryKeyConstraint("digest", name="policies_pk"),
    )


def downgrade() -> None:
    op.drop_table("policies")
