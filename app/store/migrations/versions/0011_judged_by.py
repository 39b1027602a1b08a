"""Remember by what each item was judged last, so that a start need not look at all of them."""

import sqlalchemy as sa
from alembic import op

from app.store.columns import Name

revision = "0011"
down_revision = "0010"

_COLUMNS = ["tracker", "id", "updated_at", "watched", "asks"]


def upgrade() -> None:
    op.add_column("items", sa.Column("judged_by", Name))
    _index([*_COLUMNS, "judged_by"])


def downgrade() -> None:
    _index(_COLUMNS)
    op.drop_column("items", "judged_by")


def _index(columns: list[str]) -> None:
    op.drop_index("items_known", "items")
    seen = sa.text("updated_at IS NOT NULL")
    op.create_index("items_known", "items", columns, sqlite_where=seen, postgresql_where=seen)
