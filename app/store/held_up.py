"""Show the items that wait: parked until an event, or due and not yet looked at."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from app.ports.reports import HeldUp
from app.store.codec import SHOWN, load
from app.store.tables import items, reported

_ROWS = select(
    items.c.tracker, items.c.key, items.c.due_at, items.c.attempts, items.c.parked, reported.c.shown
).outerjoin(reported, (reported.c.tracker == items.c.tracker) & (reported.c.id == items.c.id))


def held_up(connection: Connection, limit: int, now: datetime) -> list[HeldUp]:
    """Return parked items, then those that are due, the longest due first."""
    parked = _read(connection, parked_query(limit))
    room = limit - len(parked)
    return [*parked, *_read(connection, due_query(room, now))] if room else parked


def parked_query(limit: int) -> Select[Any]:
    """Select parked items by tracker."""
    return _ROWS.where(items.c.parked.is_not(None)).order_by(items.c.tracker).limit(limit)


def due_query(limit: int, now: datetime) -> Select[Any]:
    """Select items that are due and not on loan."""
    return _ROWS.where(items.c.due_at <= now, items.c.lease_until.is_(None)).order_by(items.c.due_at).limit(limit)


def _read(connection: Connection, query: Select[Any]) -> list[HeldUp]:
    found = []
    for tracker, key, due_at, attempts, parked, written in connection.execute(query):
        shown = load(SHOWN, written)
        title, url = (shown.title, shown.url) if shown else (None, None)
        found.append(HeldUp(tracker, key, title, url, due_at, attempts, parked))
    return found
