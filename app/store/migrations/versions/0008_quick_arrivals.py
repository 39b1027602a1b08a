"""Drop what each delivery had to write and no query reads, and leave bodies where they are.

PostgreSQL compresses rows above 2 kB and moves parts of them elsewhere, which takes longer than all else together;
bodies come compressed. https://www.postgresql.org/docs/current/storage-toast.html
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE deliveries SET (toast_tuple_target = 8160)")
    op.drop_index("deliveries_delivery_id", "deliveries")
    op.drop_index("items_watched", "items")
    of_sqlite, of_postgresql = sa.text("watched = 1"), sa.text("watched")
    op.create_index("items_watched", "items", ["tracker", "id"], sqlite_where=of_sqlite, postgresql_where=of_postgresql)


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE deliveries RESET (toast_tuple_target)")
    op.drop_index("items_watched", "items")
    op.create_index("items_watched", "items", ["watched", "tracker", "id"])
    op.create_index("deliveries_delivery_id", "deliveries", ["tracker", "delivery_id"])
