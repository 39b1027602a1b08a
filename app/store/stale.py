"""Find what is stale, and whether the answer is whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, exists, func, literal, or_, select, tuple_

from app.core.item_class import ItemClass
from app.ports.reports import Filters, Reported, Shown
from app.store.codec import SHOWN, load
from app.store.columns import as_moment, as_name, as_number
from app.store.cursor import read_cursor, write_cursor
from app.store.reported import OWNER, ROUTE, TEAM
from app.store.tables import items, report_words, reported

LATE = timedelta(minutes=1)
"""How long an item may be due before what is known of it counts as old."""

_LIST = "stale"
_PLACE = (reported.c.stale_at, reported.c.tracker, reported.c.key, reported.c.id)
ROW = (
    *_PLACE,
    reported.c.item_class,
    reported.c.route,
    reported.c.team,
    reported.c.findings,
    reported.c.shown,
)


@dataclass(frozen=True, slots=True)
class Found:
    """Hold one page, its next cursor, and whether everything was looked at."""

    rows: Sequence[Reported]
    next: str | None
    complete: bool


def knows(connection: Connection, kind: str, word: str) -> bool:
    """Tell whether any item has or had such an owner, team or route."""
    return bool(values_of(connection, kind, word))


def page(  # noqa: PLR0917  what a page is made of
    connection: Connection,
    filters: Filters,
    trackers: Sequence[str],
    after: Sequence[Any] | None,
    limit: int,
    now: datetime,
) -> Found:
    """Return one page of what fits; `trackers` are those that have items."""
    query = page_query(fits(connection, filters, now), after, limit + 1, newest=filters.newest)
    rows = connection.execute(query).all()
    last = rows[limit - 1] if len(rows) > limit else None
    following = write_cursor(_list(filters.newest), as_number(last.stale_at), *last[1:4]) if last else None
    asked = [filters.tracker] if filters.tracker else trackers
    return Found(
        [read_row(row) for row in rows[:limit]], following, is_complete(connection, filters.tracker, asked, now)
    )


def read_place(cursor: str, *, newest: bool = False) -> list[Any]:
    """Return the place behind which a page begins; raise ValueError for a forged cursor or one of the other order."""
    at, *names = read_cursor(_list(newest), cursor, int, str, str, str)
    try:
        return [as_moment(at), *names]
    except OverflowError:
        raise ValueError("This cursor names no moment.") from None


def page_query(
    where: Sequence[ColumnElement[bool]], after: Sequence[Any] | None, limit: int, *, newest: bool = False
) -> Select[Any]:
    """Select a page of what fits, what went stale first before the others; or all the other way round."""
    order = [column.desc() for column in _PLACE] if newest else _PLACE
    query = select(*ROW).where(*where).order_by(*order).limit(limit)
    if after is None:
        return query
    place = tuple_(*(literal(value, column.type) for value, column in zip(after, _PLACE, strict=True)))
    return query.where(tuple_(*_PLACE) < place if newest else tuple_(*_PLACE) > place)


def _list(newest: bool) -> str:  # noqa: FBT001  the order is all that tells the two lists apart
    return f"{_LIST} newest" if newest else _LIST


def total(connection: Connection, filters: Filters, now: datetime) -> int:
    """Count what fits."""
    query = select(func.count()).select_from(reported).where(*fits(connection, filters, now))
    return int(connection.execute(query).scalar_one())


def evaluated(connection: Connection) -> int:
    """Count the open items."""
    return int(connection.execute(select(func.count()).select_from(reported).where(reported.c.open)).scalar_one())


def fits(connection: Connection, filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    """Return the conditions; what nobody is called by fits nothing."""
    where = [reported.c.stale_at <= now]
    if not filters.snoozed:
        where.append(awake(now))
    for column, value in ((reported.c.tracker, filters.tracker), (reported.c.item_class, filters.item_class)):
        if value is not None:
            where.append(column == value)
    for kind, word in ((OWNER, filters.owner), (TEAM, filters.team), (ROUTE, filters.route)):
        if word is not None:
            values = values_of(connection, kind, word)
            where.append(reported.c[kind] == values[0] if len(values) == 1 else reported.c[kind].in_(values))
    if filters.quiet_for is not None:
        where.append(reported.c.last_activity_at <= now - filters.quiet_for)
    return where


def awake(now: datetime) -> ColumnElement[bool]:
    """Return the condition that no snooze holds."""
    return or_(reported.c.snoozed_until.is_(None), reported.c.snoozed_until <= now)


def is_complete(connection: Connection, only: str | None, trackers: Sequence[str], now: datetime) -> bool:
    """Tell whether nothing waits for its first look or for long, nothing fails, and what is stale was seen to be."""
    its = [items.c.tracker == only] if only else []
    unconfirmed = [reported.c.confirm_at <= now, *([reported.c.tracker == only] if only else [])]
    late = (exists().where(items.c.tracker == name, items.c.due_at <= now - LATE) for name in trackers)
    doubts = (
        exists().where(*its, items.c.snapshot.is_(None)),
        exists().where(*its, items.c.attempts > 0),
        exists().where(*unconfirmed),
        *late,
    )
    return not connection.execute(select(or_(*doubts))).scalar_one()


def values_of(connection: Connection, kind: str, word: str) -> list[str]:
    """Return what stands in the reports for such an owner, team or route."""
    where = report_words.c.kind == kind, report_words.c.word == as_name(word.casefold())
    return list(connection.scalars(select(report_words.c.value).where(*where)))


def read_row(row: Row[Any]) -> Reported:
    """Return the item that stands in a row."""
    return Reported(
        tracker=row.tracker,
        id=row.id,
        key=row.key,
        item_class=ItemClass(row.item_class),
        route=row.route,
        team=row.team,
        shown=load(SHOWN, row.shown) or Shown(row.key, ""),
        findings=tuple(row.findings.split()),
    )
