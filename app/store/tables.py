"""The tables. Every index serves a query of the program; see the tests that read the plans."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    true,
)

from app.store.columns import Moment, Name, Number, Words
from app.store.indexes import partly, say_conditions

metadata = MetaData(
    naming_convention={"pk": "%(table_name)s_pk", "uq": "%(table_name)s_%(column_0_N_name)s", "fk": "%(table_name)s_fk"}
)
say_conditions(metadata)

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
    # The latest update that our own writes' events told of, while nothing else made it due again.
    Column("echo_at", Moment),
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
    # The latest that a webhook told of a person's doing.
    Column("heard_at", Moment),
    Column("heard", Words),
    # The latest that one told of a doing that is no sign of life.
    Column("passed_over", Words),
    # The latest delivery that made it due and that no run has dealt with yet.
    Column("delivery", Name),
    # The policy of its last run, and whether that could write.
    Column("judged_by", Name),
)
partly(
    "items_due",
    items.c.tracker,
    items.c.due_at,
    where=items.c.due_at.is_not(None),
)
partly(
    "items_lent",
    items.c.lease_until,
    where=items.c.lease_until.is_not(None),
)
partly(
    "items_parked",
    items.c.tracker,
    where=items.c.parked.is_not(None),
)
# The two that keep a report from being complete: never looked at, and failing or parked.
partly(
    "items_unseen",
    items.c.tracker,
    where=items.c.snapshot.is_(None),
)
partly("items_failing", items.c.tracker, where=items.c.attempts > 0)
# Each index costs an arrival a page of its own: ids come in no order. What is new is not watched yet.
partly(
    "items_watched",
    items.c.tracker,
    items.c.id,
    where=items.c.watched == true(),
    postgresql=items.c.watched,
)
# Reconcile pages through all items; without these columns it would read every snapshot.
partly(
    "items_known",
    items.c.tracker,
    items.c.id,
    items.c.updated_at,
    items.c.watched,
    items.c.asks,
    items.c.judged_by,
    where=items.c.updated_at.is_not(None),
)


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
partly(
    "records_writes",
    records.c.tracker,
    records.c.at,
    records.c.writes,
    where=records.c.writes > 0,
)

# What reports show of an item and find it by. A table of its own: a claim and a touch change nothing here, and with it
# not one of these indexes.
reported = Table(
    "reported",
    metadata,
    Column("tracker", Name, primary_key=True),
    Column("id", Name, primary_key=True),
    Column("key", Name, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("team", Name),
    Column("item_class", Name, nullable=False),
    Column("route", Name),
    Column("owner", Name),
    # The ids of its findings between blanks.
    Column("findings", Name, nullable=False),
    Column("last_activity_at", Moment),
    # When it went or will go stale; and the same until a run has seen that it did.
    Column("stale_at", Moment),
    Column("confirm_at", Moment),
    Column("snoozed_until", Moment),
    Column("postmortem", Name),
    Column("postmortem_url", Words),
    Column("opened_at", Moment, nullable=False),
    Column("left_at", Moment),
    Column("left_how", Name),
    Column("shown", Words, nullable=False),
    _of_item(),
)
_FILTERED = (
    reported.c.stale_at,
    reported.c.tracker,
    reported.c.key,
    reported.c.id,
    reported.c.snoozed_until,
    reported.c.team,
    reported.c.item_class,
    reported.c.route,
    reported.c.last_activity_at,
)


def _index_where(name: str, where: ColumnElement[bool], *columns: ColumnElement[Any]) -> None:
    partly(name, *columns, where=where)


_index_where("reported_stale", reported.c.stale_at.is_not(None), *_FILTERED, reported.c.owner)
_index_where("reported_owner", reported.c.stale_at.is_not(None), reported.c.owner, *_FILTERED)
_index_where("reported_confirm", reported.c.confirm_at.is_not(None), reported.c.confirm_at, reported.c.tracker)
Index(
    "reported_open",
    reported.c.open,
    reported.c.tracker,
    reported.c.team,
    reported.c.item_class,
    reported.c.route,
    reported.c.findings,
    reported.c.stale_at,
    reported.c.snoozed_until,
)
_index_where(
    "reported_postmortem",
    reported.c.postmortem.is_not(None),
    reported.c.postmortem,
    reported.c.open,
    reported.c.left_how,
    reported.c.findings,
    reported.c.opened_at,
    reported.c.stale_at,
    reported.c.snoozed_until,
)
Index("reported_opened", reported.c.opened_at)
_index_where("reported_left", reported.c.left_at.is_not(None), reported.c.left_at)

# The words by which people name an owner, a team or a route, and what stands for them in `reported`.
report_words = Table(
    "report_words",
    metadata,
    Column("kind", Name, primary_key=True),
    Column("word", Name, primary_key=True),
    Column("value", Name, primary_key=True),
)

pauses = Table(
    "pauses",
    metadata,
    Column("tracker", Name, primary_key=True),
    Column("until", Moment, nullable=False),
)
