"""The tables. Every index serves a query of the program; see the tests that read the plans."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
)

from app.store.columns import Moment, Name, Number, Words

metadata = MetaData(
    naming_convention={"pk": "%(table_name)s_pk", "uq": "%(table_name)s_%(column_0_N_name)s", "fk": "%(table_name)s_fk"}
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("number", Number, primary_key=True),
    Column("tracker", Name, nullable=False),
    Column("delivery_id", Name, nullable=False),
    Column("digest", Name, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("hearing", Name, nullable=False),
    Column("heard", Words, nullable=False),
    Column("headers", Words, nullable=False),
    Column("body", LargeBinary, nullable=False),
    # Not the delivery id: it is not signed, so anybody could block a delivery by sending its id first.
    UniqueConstraint("tracker", "digest"),
    Index("deliveries_delivery_id", "tracker", "delivery_id"),
    Index("deliveries_tracker", "tracker", "number"),
    Index("deliveries_hearing", "hearing", "number"),
    sqlite_autoincrement=True,
)

items = Table(
    "items",
    metadata,
    Column("tracker", Name, primary_key=True),
    Column("id", Name, primary_key=True),
    Column("key", Name, nullable=False),
    # When the item may be claimed next; while it is lent, that is the end of the lease. None: only after a touch.
    Column("due_at", Moment),
    # When it is due once the run in progress has ended, because it was touched meanwhile.
    Column("again_at", Moment),
    Column("looked_at", Moment),
    Column("lease_until", Moment),
    Column("fence", BigInteger, nullable=False),
    Column("touched", BigInteger, nullable=False, default=1),
    Column("attempts", Integer, nullable=False, default=0),
    Column("parked", Words),
    # The reasons for the next run, and those of the run in progress.
    Column("because", Words, nullable=False, default=""),
    Column("run_because", Words, nullable=False, default=""),
    Column("watched", Boolean, nullable=False, default=False),
    Column("asks", Boolean, nullable=False, default=False),
    Column("item_class", Name),
    Column("route", Words),
    Column("updated_at", Moment),
    Column("last_record", BigInteger),
    Column("owner", Words),
    Column("memory", Words),
    Column("snapshot", Words),
)
Index(
    "items_due",
    items.c.tracker,
    items.c.due_at,
    sqlite_where=items.c.due_at.is_not(None),
    postgresql_where=items.c.due_at.is_not(None),
)
Index(
    "items_lent",
    items.c.lease_until,
    sqlite_where=items.c.lease_until.is_not(None),
    postgresql_where=items.c.lease_until.is_not(None),
)
Index(
    "items_parked",
    items.c.tracker,
    sqlite_where=items.c.parked.is_not(None),
    postgresql_where=items.c.parked.is_not(None),
)
Index("items_watched", items.c.watched, items.c.tracker, items.c.id)
# Reconcile pages through all items; without these columns it would read every snapshot.
Index("items_known", items.c.tracker, items.c.id, items.c.updated_at, items.c.watched, items.c.asks)


def _of_item() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tracker", "id"], ["items.tracker", "items.id"], ondelete="CASCADE")


item_keys = Table(
    "item_keys",
    metadata,
    Column("tracker", Name, primary_key=True),
    Column("key", Name, primary_key=True),
    Column("id", Name, primary_key=True),
    _of_item(),
    Index("item_keys_item", "tracker", "id"),
)

item_epics = Table(
    "item_epics",
    metadata,
    Column("tracker", Name, primary_key=True),
    Column("epic", Name, primary_key=True),
    Column("id", Name, primary_key=True),
    _of_item(),
    Index("item_epics_item", "tracker", "id"),
)

records = Table(
    "records",
    metadata,
    Column("number", Number, primary_key=True),
    Column("tracker", Name, nullable=False),
    Column("id", Name, nullable=False),
    Column("at", Moment, nullable=False),
    Column("writes", Integer, nullable=False),
    Column("body", Words, nullable=False),
    _of_item(),
    Index("records_item", "tracker", "id", "number"),
    sqlite_autoincrement=True,
)
# Most runs write nothing; those that did are what the budget per hour is reckoned from.
Index(
    "records_writes",
    records.c.tracker,
    records.c.at,
    records.c.writes,
    sqlite_where=records.c.writes > 0,
    postgresql_where=records.c.writes > 0,
)

pauses = Table(
    "pauses",
    metadata,
    Column("tracker", Name, primary_key=True),
    Column("until", Moment, nullable=False),
)
