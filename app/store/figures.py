"""Count, and remember which trackers said wait."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

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


def counts(connection: Connection, now: datetime) -> dict[str, int]:
    """Return how many there are; `due` counts what is on loan too, because it is not done yet."""
    every = select(func.count()).select_from(items)
    waiting = every.where(items.c.due_at <= now, items.c.lease_until.is_(None))
    lent = every.where(items.c.lease_until.is_not(None))
    query = select(
        every.scalar_subquery().label("items"),
        every.where(items.c.watched.is_(True)).scalar_subquery().label("watched"),
        (waiting.scalar_subquery() + lent.scalar_subquery()).label("due"),
        every.where(items.c.parked.is_not(None)).scalar_subquery().label("parked"),
        select(func.count()).select_from(deliveries).scalar_subquery().label("deliveries"),
    )
    return {name: int(number) for name, number in connection.execute(query).mappings().one().items()}


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
