"""Count, and remember which trackers said wait."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from app.core.delivery import Hearing
from app.store.tables import deliveries, items, pauses, records
from app.store.upsert import insert_into


def writes_query(tracker: str, since: datetime) -> Select[Any]:
    """Select the number of writes that were recorded since then."""
    return select(func.coalesce(func.sum(records.c.writes), 0)).where(
        records.c.tracker == tracker, records.c.at >= since, records.c.writes > 0
    )


def writes_since(connection: Connection, tracker: str, since: datetime) -> int:
    """Return the number of writes that were recorded since then."""
    return int(connection.execute(writes_query(tracker, since)).scalar_one())


def sizes(connection: Connection) -> dict[str, int]:
    """Return how much is kept; all rows are read for it."""
    every = select(func.count()).select_from(items)
    query = select(
        every.scalar_subquery().label("items"),
        every.where(items.c.watched.is_(True)).scalar_subquery().label("watched"),
        select(func.count()).select_from(deliveries).scalar_subquery().label("deliveries"),
    )
    return {name: int(number) for name, number in connection.execute(query).mappings().one().items()}


def waiting_items(connection: Connection, now: datetime) -> dict[str, int]:
    """Return how many items are due, those on loan too, and how many are parked; nothing else is read."""
    every = select(func.count()).select_from(items)
    due = [
        connection.execute(every.where(items.c.tracker == name, items.c.due_at <= now, items.c.lease_until.is_(None)))
        for name in trackers(connection)
    ]
    lent = connection.execute(every.where(items.c.lease_until.is_not(None)))
    parked = connection.execute(every.where(items.c.parked.is_not(None)))
    return {"due": sum(int(one.scalar_one()) for one in (*due, lent)), "parked": int(parked.scalar_one())}


def waiting(connection: Connection, now: datetime) -> int:
    """Return how many deliveries came since the oldest item that still waits for its look was due."""
    oldest = oldest_due(connection, now)
    if oldest is None:
        return 0
    before = select(deliveries.c.number).where(deliveries.c.received_at < oldest)
    last_done = before.order_by(deliveries.c.number.desc()).limit(1).scalar_subquery()
    since = deliveries.c.number > func.coalesce(last_done, 0)
    query = select(func.count()).where(since, deliveries.c.hearing == Hearing.HANDLED)
    return int(connection.execute(query).scalar_one())


def oldest_due(connection: Connection, now: datetime) -> datetime | None:
    """Return since when the first item waits for its look; one on loan, since that began."""
    due = (connection.execute(oldest_due_query(tracker, now)).scalar() for tracker in trackers(connection))
    lent = connection.execute(select(func.min(items.c.looked_at)).where(items.c.lease_until.is_not(None))).scalar()
    return min((moment for moment in (*due, lent) if moment is not None), default=None)


def oldest_due_query(tracker: str, now: datetime) -> Select[Any]:
    """Select since when a tracker's first item is due."""
    due = items.c.tracker == tracker, items.c.due_at <= now, items.c.lease_until.is_(None)
    return select(items.c.due_at).where(*due).order_by(items.c.due_at).limit(1)


def trackers(connection: Connection) -> list[str]:
    """Return the names of the trackers that have items, each found by one step in the index."""
    names: list[str] = []
    while name := connection.execute(
        select(func.min(items.c.tracker)).where(items.c.tracker > (names[-1] if names else ""))
    ).scalar_one():
        names.append(name)
    return names


def pause(connection: Connection, tracker: str, until: datetime) -> None:
    """Move the end of a tracker's pause to then, never to an earlier time."""
    insert = insert_into(connection, pauses).values(tracker=tracker, until=until)
    later = insert.excluded.until
    connection.execute(
        insert.on_conflict_do_update(index_elements=["tracker"], set_={"until": later}, where=pauses.c.until < later)
    )


def pauses_now(connection: Connection, now: datetime) -> dict[str, datetime]:
    """Return the trackers that are paused, and until when."""
    query = select(pauses.c.tracker, pauses.c.until).where(pauses.c.until > now)
    return {row.tracker: row.until for row in connection.execute(query)}


def unseen_query() -> Select[Any]:
    """Select how many items were never looked at, but for those whose look failed."""
    waits = items.c.snapshot.is_(None), items.c.attempts == 0, items.c.parked.is_(None)
    return select(func.count()).select_from(items).where(*waits)


def unseen(connection: Connection) -> int:
    """Count the items that nobody has looked at yet, but for those whose look failed."""
    return int(connection.execute(unseen_query()).scalar_one())
