"""Keep items in reconcile's index only once they were looked at: what arrives has one place less to be written to."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_COLUMNS = ["tracker", "id", "updated_at", "watched", "asks"]


def upgrade() -> None:
    op.drop_index("items_known", "items")
    seen = sa.text("updated_at IS NOT NULL")
    op.create_index("items_known", "items", _COLUMNS, sqlite_where=seen, postgresql_where=seen)


def downgrade() -> None:
    op.drop_index("items_known", "items")
    op.create_index("items_known", "items", _COLUMNS)
