"""Note that an item on loan was touched by nothing but what our own writes came back as."""

import sqlalchemy as sa
from alembic import op

from app.store.columns import Moment

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("items", sa.Column("echo_at", Moment))


def downgrade() -> None:
    op.drop_column("items", "echo_at")
