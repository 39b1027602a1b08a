"""Make the table that says up to when each tracker was compared with the store."""

import sqlalchemy as sa
from alembic import op

from app.store.columns import Moment, Name

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "watermarks",
        sa.Column("tracker", Name),
        sa.Column("at", Moment, nullable=False),
        sa.Column("whole_at", Moment, nullable=False),
        sa.Column("watched", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("tracker", name="watermarks_pk"),
    )


def downgrade() -> None:
    op.drop_table("watermarks")
