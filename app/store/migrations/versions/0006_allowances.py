"""Make the table from which all replicas draw their writes an hour."""

import sqlalchemy as sa
from alembic import op

from app.store.columns import Name

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "allowances",
        sa.Column("tracker", Name),
        sa.Column("minute", sa.BigInteger, autoincrement=False),
        sa.Column("drawn", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("tracker", "minute", name="allowances_pk"),
    )


def downgrade() -> None:
    op.drop_table("allowances")
