"""Keep deliveries, and show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, select
from sqlalchemy.dialects import sqlite

from app.core.delivery import Delivery, Heard, Hearing
from app.ports import Touch
from app.store.bulk import Bulk
from app.store.codec import HEADERS, HEARD, dump, load, pack, unpack
from app.store.columns import as_name
from app.store.tables import deliveries
from app.store.touches import mark_due
from app.store.upsert import Insert

_LARGEST = 2**63 - 1
_LATEST = select(deliveries.c.tracker, deliveries.c.digest).order_by(deliveries.c.number.desc())


def _only_new(insert: Insert) -> Any:
    insert = insert.on_conflict_do_nothing(index_elements=["tracker", "digest"])
    if isinstance(insert, sqlite.Insert):
        return insert
    return insert.returning(deliveries.c.tracker, deliveries.c.digest)


_INSERT = Bulk(
    deliveries,
    ("tracker", "delivery_id", "digest", "received_at", "hearing", "heard", "headers", "body"),
    _only_new,
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Hold a delivery that waits for its commit, its items, and when it came."""

    delivery: Delivery
    touches: Sequence[Touch]
    now: datetime

    @property
    def name(self) -> tuple[str, str]:
        """Return what two deliveries must share to be the same."""
        return as_name(self.delivery.tracker), as_name(self.delivery.digest)


def keep(connection: Connection, arrivals: Sequence[Arrival], settle: timedelta) -> tuple[list[bool], int]:
    """Keep deliveries and make their items due; return for each whether it was new, and how many items are due."""
    named = [(arrival.name, arrival) for arrival in arrivals]
    first = dict(reversed(named))
    names = _insert(connection, _rows(first))
    new = [name in names and first[name] is arrival for name, arrival in named]
    touches = (
        (arrival.delivery.tracker, touch, arrival.now)
        for arrival, is_new in zip(arrivals, new, strict=True)
        if is_new
        for touch in arrival.touches
    )
    return new, mark_due(connection, touches, settle)


def _rows(named: Mapping[tuple[str, str], Arrival]) -> list[dict[str, Any]]:
    """Return what goes into the table."""
    kept = [arrival.delivery for arrival in named.values()]
    bodies = pack([delivery.body for delivery in kept])
    return [
        {
            "tracker": tracker,
            "delivery_id": delivery.delivery_id,
            "digest": digest,
            "received_at": delivery.received_at,
            "hearing": delivery.heard.hearing,
            "heard": dump(HEARD, delivery.heard),
            "headers": dump(HEADERS, delivery.headers),
            "body": body,
        }
        for (tracker, digest), delivery, body in zip(named, kept, bodies, strict=True)
    ]


def _insert(connection: Connection, rows: Sequence[dict[str, Any]]) -> set[tuple[str, str]]:
    """Insert those that are new; return their names."""
    if connection.dialect.name == "postgresql":
        # In one order everywhere, so that two that hold the same copies never wait for each other.
        rows = sorted(rows, key=lambda row: (row["tracker"], row["digest"]))
        return {(tracker, digest) for tracker, digest in _INSERT.run(connection, rows)}
    driver: Any = connection.connection.driver_connection
    before = driver.total_changes
    _INSERT.run(connection, rows)
    new = driver.total_changes - before
    if new == len(rows):
        return {(row["tracker"], row["digest"]) for row in rows}
    # SQLite has one writer, so the latest of all are those that went in.
    return {(tracker, digest) for tracker, digest in connection.execute(_LATEST.limit(new))}


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
