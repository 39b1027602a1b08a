"""Count items by what they have in common: for the summary, by post-mortem, by week."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, literal, select, union_all

from app.core.item_class import ItemClass
from app.ports.reports import FromPostMortem, Gone, Tally, Weeks
from app.store.columns import as_name
from app.store.cursor import read_cursor, write_cursor
from app.store.stale import awake
from app.store.tables import reported

_LIST = "postmortems"
_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
_BUCKETS = ((None, 1), (1, 6), (6, 11), (11, 31), (31, None))
"""Whole days past the window: from the first, before the second."""
_ALIKE = (
    reported.c.tracker,
    reported.c.team,
    reported.c.item_class,
    reported.c.route,
    reported.c.findings,
)


def tallies_query(now: datetime) -> Select[Any]:
    """Select the numbers of open items that are alike."""
    buckets = [_number(and_(_past(now, first, end), awake(now))) for first, end in _BUCKETS]
    return select(*_ALIKE, func.count(), *buckets).where(reported.c.open).group_by(*_ALIKE)


def tallies(connection: Connection, now: datetime) -> list[Tally]:
    """Count open items that are alike."""
    return [
        Tally(tracker, team, ItemClass(item_class), route, tuple(findings.split()), items, (a, b, c, d, e))
        for tracker, team, item_class, route, findings, items, a, b, c, d, e in connection.execute(tallies_query(now))
    ]


def read_name(cursor: str) -> str:
    """Return the post-mortem behind which a page begins; raise ValueError for a forged cursor."""
    name: str = read_cursor(_LIST, cursor, str)[0]
    return name


def postmortems(
    connection: Connection, after: str | None, limit: int, now: datetime
) -> tuple[list[FromPostMortem], str | None]:
    """Return a page of post-mortems by name, and the next page's cursor."""
    rows = connection.execute(postmortems_query(after, limit + 1, now)).all()
    page = rows[:limit]
    names = [row.postmortem for row in page]
    urls = {row.postmortem: row.url for row in connection.execute(_urls_query(names))} if names else {}
    left: dict[str, list[Gone]] = {}
    for name, *gone in connection.execute(left_query(names)) if names else ():
        left.setdefault(name, []).append(Gone(*gone))
    found = [
        FromPostMortem(
            name=row.postmortem,
            url=urls.get(row.postmortem),
            total=row.total,
            done=row.done,
            open=row.goes_on,
            stale=row.stale,
            left=tuple(left.get(row.postmortem, ())),
            oldest_open_at=row.oldest,
        )
        for row in page
    ]
    return found, write_cursor(_LIST, names[-1]) if len(rows) > limit else None


def count_postmortems(connection: Connection) -> int:
    """Count the post-mortems that items came from."""
    named = select(reported.c.postmortem).where(reported.c.postmortem.is_not(None)).distinct().subquery()
    return int(connection.execute(select(func.count()).select_from(named)).scalar_one())


def postmortems_query(after: str | None, limit: int, now: datetime) -> Select[Any]:
    """Select how far the items of each post-mortem are."""
    goes_on = and_(reported.c.open, reported.c.left_how.is_(None))
    query = select(
        reported.c.postmortem,
        func.count().label("total"),
        _number(reported.c.left_how == "done").label("done"),
        _number(goes_on).label("goes_on"),
        _number(and_(goes_on, reported.c.stale_at <= now, awake(now))).label("stale"),
        func.min(case((goes_on, reported.c.opened_at))).label("oldest"),
    )
    query = query.where(reported.c.postmortem.is_not(None)).group_by(reported.c.postmortem)
    if after is not None:
        query = query.where(reported.c.postmortem > as_name(after))
    return query.order_by(reported.c.postmortem).limit(limit)


def left_query(names: Sequence[str]) -> Select[Any]:
    """Select what left these post-mortems without having been done, by when it did."""
    columns = reported.c.postmortem, reported.c.tracker, reported.c.key, reported.c.left_how, reported.c.left_at
    dropped = reported.c.left_how.is_not(None), reported.c.left_how != "done"
    where = reported.c.postmortem.in_(names), *dropped
    return select(*columns).where(*where).order_by(reported.c.left_at, reported.c.tracker, reported.c.key)


def weeks(connection: Connection, starts: Sequence[datetime]) -> Weeks:
    """Count what was opened and what ended in the seven days from each of these moments."""
    if not starts:
        return Weeks()
    numbers = [number for _, number in sorted(connection.execute(weeks_query(starts)).all())]
    return Weeks(tuple(starts), tuple(numbers[::2]), tuple(numbers[1::2]))


def weeks_query(starts: Sequence[datetime]) -> Select[Any]:
    """Select for each week, in turn, how many were opened and how many ended."""
    each = [
        select(literal(2 * number + offset).label("place"), func.count().label("number")).where(
            column >= start, column < start + _WEEK, *only
        )
        for number, start in enumerate(starts)
        for offset, (column, only) in enumerate(
            ((reported.c.opened_at, ()), (reported.c.left_at, (reported.c.open.is_(False),)))
        )
    ]
    return select(union_all(*each).subquery())


def _urls_query(names: Sequence[str]) -> Select[Any]:
    url = func.max(reported.c.postmortem_url).label("url")
    return (
        select(reported.c.postmortem, url)
        .where(reported.c.postmortem.in_(names), reported.c.postmortem_url.is_not(None))
        .group_by(reported.c.postmortem)
    )


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _past(now: datetime, first: int | None, end: int | None) -> ColumnElement[bool]:
    """Return the condition that an item is stale, by so many whole days."""
    latest = reported.c.stale_at <= (now if first is None else now - first * _DAY)
    return latest if end is None else and_(latest, reported.c.stale_at > now - end * _DAY)
