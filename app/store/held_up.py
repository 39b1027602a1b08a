"""Show the items that wait: parked until an event, or due and not yet looked at."""

from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Select, select

from app.ports.reports import HeldUp
from app.store.codec import SHOWN, load
from app.store.tables import items, reported

_ROWS = select(
    items.c.tracker, items.c.key, items.c.due_at, items.c.attempts, items.c.parked, reported.c.shown
).outerjoin(reported, (reported.c.tracker == items.c.tracker) & (reported.c.id == items.c.id))


def held_up(connection: Connection, limit: int, now: datetime, trackers: Sequence[str]) -> list[HeldUp]:
    """Return what is parked on these trackers, then what is due there, the longest due first."""
    # One query for each tracker: only then an index yields the rows in their order.
    parked = [one for name in trackers for one in _read(connection, parked_query(name, limit))][:limit]
    room = limit - len(parked)
    due = [(one.due_at or now, one) for name in trackers for one in _read(connection, due_query(name, room, now))]
    return [*parked, *(one for _, one in sorted(due, key=itemgetter(0))[:room])]


def parked_query(tracker: str, limit: int) -> Select[Any]:
    """Select a tracker's parked items."""
    return _ROWS.where(items.c.tracker == tracker, items.c.parked.is_not(None)).limit(limit)


def due_query(tracker: str, limit: int, now: datetime) -> Select[Any]:
    """Select a tracker's items that are due and not on loan."""
    waiting = items.c.tracker == tracker, items.c.due_at <= now, items.c.lease_until.is_(None)
    return _ROWS.where(*waiting).order_by(items.c.due_at).limit(limit)


def _read(connection: Connection, query: Select[Any]) -> list[HeldUp]:
    found = []
    for tracker, key, due_at, attempts, parked, written in connection.execute(query):
        shown = load(SHOWN, written)
        title, url = (shown.title, shown.url) if shown else (None, None)
        found.append(HeldUp(tracker, key, title, url, due_at, attempts, parked))
    return found
