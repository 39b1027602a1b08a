"""Make the tables of the main job: deliveries, items, records, pauses."""

import sqlalchemy as sa
from alembic import op

from app.store.columns import Moment, Name, Number, Words

revision = "0001"
down_revision = None


def upgrade() -> None:
    _deliveries()
    _items()
    _names_of_items("item_keys", "key")
    _names_of_items("item_epics", "epic")
    _records()
    op.create_table(
        "pauses",
        sa.Column("tracker", Name),
        sa.Column("until", Moment, nullable=False),
        sa.PrimaryKeyConstraint("tracker", name="pauses_pk"),
    )


def downgrade() -> None:
    for table in ("pauses", "records", "item_epics", "item_keys", "items", "deliveries"):
        op.drop_table(table)


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("number", Number),
        sa.Column("tracker", Name, nullable=False),
        sa.Column("delivery_id", Name, nullable=False),
        sa.Column("digest", Name, nullable=False),
        sa.Column("received_at", Moment, nullable=False),
        sa.Column("hearing", Name, nullable=False),
        sa.Column("heard", Words, nullable=False),
        sa.Column("headers", Words, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number", name="deliveries_pk"),
        sa.UniqueConstraint("tracker", "digest", name="deliveries_tracker_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("deliveries_delivery_id", "deliveries", ["tracker", "delivery_id"])
    op.create_index("deliveries_tracker", "deliveries", ["tracker", "number"])
    op.create_index("deliveries_hearing", "deliveries", ["hearing", "number"])


def _items() -> None:
    op.create_table(
        "items",
        sa.Column("tracker", Name),
        sa.Column("id", Name),
        sa.Column("key", Name, nullable=False),
        sa.Column("due_at", Moment),
        sa.Column("again_at", Moment),
        sa.Column("looked_at", Moment),
        sa.Column("lease_until", Moment),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("touched", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("parked", Words),
        sa.Column("because", Words, nullable=False),
        sa.Column("run_because", Words, nullable=False),
        sa.Column("watched", sa.Boolean, nullable=False),
        sa.Column("asks", sa.Boolean, nullable=False),
        sa.Column("item_class", Name),
        sa.Column("route", Words),
        sa.Column("updated_at", Moment),
        sa.Column("last_record", sa.BigInteger),
        sa.Column("owner", Words),
        sa.Column("memory", Words),
        sa.Column("snapshot", Words),
        sa.PrimaryKeyConstraint("tracker", "id", name="items_pk"),
    )
    _index_where("items_due", "items", ["tracker", "due_at"], "due_at IS NOT NULL")
    _index_where("items_lent", "items", ["lease_until"], "lease_until IS NOT NULL")
    _index_where("items_parked", "items", ["tracker"], "parked IS NOT NULL")
    op.create_index("items_watched", "items", ["watched", "tracker", "id"])
    op.create_index("items_known", "items", ["tracker", "id", "updated_at", "watched", "asks"])


def _names_of_items(table: str, name: str) -> None:
    op.create_table(
        table,
        sa.Column("tracker", Name),
        sa.Column(name, Name),
        sa.Column("id", Name),
        sa.PrimaryKeyConstraint("tracker", name, "id", name=f"{table}_pk"),
        _of_item(table),
    )
    op.create_index(f"{table}_item", table, ["tracker", "id"])


def _records() -> None:
    op.create_table(
        "records",
        sa.Column("number", Number),
        sa.Column("tracker", Name, nullable=False),
        sa.Column("id", Name, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("writes", sa.Integer, nullable=False),
        sa.Column("body", Words, nullable=False),
        sa.PrimaryKeyConstraint("number", name="records_pk"),
        _of_item("records"),
        sqlite_autoincrement=True,
    )
    op.create_index("records_item", "records", ["tracker", "id", "number"])
    _index_where("records_writes", "records", ["tracker", "at", "writes"], "writes > 0")


def _of_item(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tracker", "id"], ["items.tracker", "items.id"], f"{table}_fk", ondelete="CASCADE")


def _index_where(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
