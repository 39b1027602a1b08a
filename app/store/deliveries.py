"""Keep deliveries, and show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql

from app.core.delivery import Delivery, Heard, Hearing
from app.ports import Touch
from app.store.bulk import Bulk
from app.store.codec import HEADERS, HEARD, dump, is_plain, load, pack, unpack
from app.store.columns import as_name
from app.store.lookup import Lookup
from app.store.tables import deliveries
from app.store.touches import mark_due
from app.store.upsert import Insert

_LARGEST = 2**63 - 1
_KNOWN = Lookup(deliveries, "digest", ("digest",))


def _only_new(insert: Insert) -> Any:
    insert = insert.on_conflict_do_nothing(index_elements=["tracker", "digest"])
    if isinstance(insert, postgresql.Insert):
        return insert.returning(deliveries.c.tracker, deliveries.c.digest)
    return insert


_INSERT = Bulk(
    deliveries,
    ("tracker", "delivery_id", "digest", "received_at", "hearing", "heard", "headers", "body"),
    _only_new,
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Hold a delivery that waits for its commit, its items, and when it came; `row` is what goes into the table."""

    delivery: Delivery
    touches: Sequence[Touch]
    now: datetime
    row: dict[str, Any]

    @property
    def name(self) -> tuple[str, str]:
        """Return what two deliveries must share to be the same."""
        return self.row["tracker"], self.row["digest"]


def arrive(delivery: Delivery, touches: Sequence[Touch], now: datetime) -> Arrival:
    """Prepare a delivery for the table."""
    row = {
        "tracker": as_name(delivery.tracker),
        "delivery_id": delivery.delivery_id,
        "digest": as_name(delivery.digest),
        "received_at": delivery.received_at,
        "hearing": delivery.heard.hearing,
        "heard": dump(HEARD, delivery.heard),
        "headers": dump(HEADERS, delivery.headers),
        # Compressed later: it takes longer than everything else here together.
        "body": delivery.body if is_plain(delivery.body) else pack(delivery.body),
    }
    return Arrival(delivery, touches, now, row)


def keep(connection: Connection, arrivals: Sequence[Arrival], settle: timedelta) -> tuple[list[bool], int]:
    """Keep deliveries and make their items due; return for each whether it was new, and how many items are due."""
    first = {arrival.name: arrival for arrival in reversed(arrivals)}
    names = _insert(connection, [arrival.row for arrival in first.values()])
    new = [arrival.name in names and first[arrival.name] is arrival for arrival in arrivals]
    touches = (
        (arrival.delivery.tracker, touch, arrival.now)
        for arrival, is_new in zip(arrivals, new, strict=True)
        if is_new
        for touch in arrival.touches
    )
    return new, mark_due(connection, touches, settle)


def _insert(connection: Connection, rows: Sequence[dict[str, Any]]) -> set[tuple[str, str]]:
    """Insert those that are new; return their names. SQLite has one writer, so what it has not now is new."""
    if connection.dialect.name == "postgresql":
        return {(tracker, digest) for tracker, digest in _INSERT.run(connection, rows)}
    known = {
        (tracker, digest)
        for tracker in {row["tracker"] for row in rows}
        for (digest,) in _KNOWN.run(connection, tracker, [row["digest"] for row in rows])
    }
    new = [row for row in rows if (row["tracker"], row["digest"]) not in known]
    if new:
        _INSERT.run(connection, new)
    return {(row["tracker"], row["digest"]) for row in new}


def latest(connection: Connection, tracker: str | None, hearing: str | None, limit: int) -> list[tuple[int, Delivery]]:
    """Return the newest deliveries with their numbers."""
    rows = connection.execute(latest_query(tracker, hearing, limit))
    return [(row.number, _delivery(row)) for row in rows]


def latest_query(tracker: str | None, hearing: str | None, limit: int) -> Select[Any]:
    """Select the newest deliveries."""
    query = select(deliveries).order_by(deliveries.c.number.desc()).limit(limit)
    if tracker is not None:
        query = query.where(deliveries.c.tracker == tracker)
    if hearing is not None:
        query = query.where(deliveries.c.hearing == hearing)
    return query


def one(connection: Connection, number: int) -> Delivery | None:
    """Return one delivery."""
    if not 0 < number <= _LARGEST:
        return None
    row = connection.execute(select(deliveries).where(deliveries.c.number == number)).one_or_none()
    return None if row is None else _delivery(row)


def prune(connection: Connection, before: datetime, limit: int) -> int:
    """Drop the oldest as long as they came before then: by number, for they come in order, or nearly."""
    oldest = select(deliveries.c.number, deliveries.c.received_at).order_by(deliveries.c.number).limit(limit)
    numbers = [row.number for row in takewhile(lambda row: row.received_at < before, connection.execute(oldest))]
    if numbers:
        connection.execute(delete(deliveries).where(deliveries.c.number <= numbers[-1]))
    return len(numbers)


def squeeze(connection: Connection, until: datetime, limit: int) -> int:
    """Compress the bodies of the oldest deliveries up to then that are not yet; return how many."""
    oldest = select(deliveries).where(deliveries.c.number >= _first_plain(connection))
    found = connection.execute(oldest.order_by(deliveries.c.number).limit(limit))
    due = takewhile(lambda row: row.received_at <= until, found)
    rows = [{"its_number": row.number, "packed": pack(row.body)} for row in due if is_plain(row.body)]
    if rows:
        statement = update(deliveries).where(deliveries.c.number == bindparam("its_number"))
        connection.execute(statement.values(body=bindparam("packed")), rows)
    return len(rows)


def _first_plain(connection: Connection) -> int:
    """Return the number before which all is compressed, found by halving: no index tells it."""
    ends = select(func.min(deliveries.c.number), func.max(deliveries.c.number))
    low, high = (number or 0 for number in connection.execute(ends).one())
    start = select(deliveries.c.number, func.substr(deliveries.c.body, 1, 1)).order_by(deliveries.c.number).limit(1)
    while low < high:
        middle = (low + high) // 2
        number, first = connection.execute(start.where(deliveries.c.number >= middle)).one()
        low, high = (low, middle) if is_plain(bytes(first)) else (number + 1, high)
    return low


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        tracker=row.tracker,
        delivery_id=row.delivery_id,
        digest=row.digest,
        received_at=row.received_at,
        headers=load(HEADERS, row.headers) or {},
        body=unpack(row.body),
        heard=load(HEARD, row.heard) or Heard(Hearing(row.hearing), event=""),
    )
