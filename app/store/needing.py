"""Find the open items that a person has to do something about."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, literal, select, tuple_

from app.ports.reports import Filters, Reported
from app.store.cursor import read_cursor, write_cursor
from app.store.reported import OWNER, TEAM
from app.store.stale import ROW, read_row, values_of
from app.store.tables import reported

_LIST = "needing"
_PLACE = (reported.c.tracker, reported.c.key, reported.c.id)
_NONE = " "
"""How `findings` reads when nothing was found."""


def page(
    connection: Connection, filters: Filters, finding: str | None, after: Sequence[str] | None, limit: int
) -> tuple[list[Reported], str | None]:
    """Return one page by tracker and key, and the next page's cursor."""
    named = {
        kind: values_of(connection, kind, word)
        for kind, word in ((TEAM, filters.team), (OWNER, filters.owner))
        if word is not None
    }
    rows = connection.execute(page_query(filters, named, finding, after, limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return [read_row(row) for row in rows[:limit]], write_cursor(
        _LIST, last.tracker, last.key, last.id
    ) if last else None


def read_place(cursor: str) -> list[Any]:
    """Return the place behind which a page begins; raise ValueError for a forged cursor."""
    return read_cursor(_LIST, cursor, str, str, str)


def page_query(
    filters: Filters,
    named: Mapping[str, Sequence[str]],
    finding: str | None,
    after: Sequence[str] | None,
    limit: int,
) -> Select[Any]:
    """Select a page of open items about which anything was found; `named` are whose they are, by column."""
    query = select(*ROW).where(reported.c.open, reported.c.findings > _NONE)
    if filters.tracker is not None:
        query = query.where(reported.c.tracker == filters.tracker)
    if filters.item_class is not None:
        query = query.where(reported.c.item_class == filters.item_class)
    for column, values in named.items():
        query = query.where(reported.c[column].in_(values))
    if finding is not None:
        query = query.where(reported.c.findings.contains(f" {finding} ", autoescape=True))
    if after is not None:
        place = (literal(value, column.type) for value, column in zip(after, _PLACE, strict=True))
        query = query.where(tuple_(*_PLACE) > tuple_(*place))
    return query.order_by(*_PLACE).limit(limit)
