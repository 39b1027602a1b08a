"""Remember which delivery made an item due, so that the log of a run names it."""

import sqlalchemy as sa
from alembic import op

from app.store.columns import Name

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("items", sa.Column("delivery", Name))


def downgrade() -> None:
    op.drop_column("items", "delivery")
