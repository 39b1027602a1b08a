"""Cut a collection into pages. See https://linear.app/developers/pagination."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from connectors.linear.sandbox.filters import matches
from connectors.linear.sandbox.refusals import malformed
from connectors.linear.sandbox.world import Row, World

USUAL_PAGE = 50
LARGEST_PAGE = 250


def connection(world: World, rows: Sequence[Row], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the page that the arguments ask for, newest first.

    What is archived and who is inactive is left out unless `includeArchived` and `includeDisabled` say otherwise.
    """
    wanted, order = arguments.get("filter") or {}, arguments.get("orderBy") or "createdAt"
    visible = [row for row in rows if _visible(row, arguments)]
    visible.sort(key=lambda row: _cursor(row, order), reverse=True)
    after, before = arguments.get("after"), arguments.get("before")
    start = sum(_cursor(row, order) >= after for row in visible) if after else 0
    end = sum(_cursor(row, order) > before for row in visible) if before else len(visible)
    inside = (row for row in visible[start:end] if matches(world, row, wanted))
    page, more = _cut(inside, arguments.get("first"), arguments.get("last"))
    forwards = arguments.get("last") is None or arguments.get("first") is not None
    earlier = any(matches(world, row, wanted) for row in visible[:start])
    later = any(matches(world, row, wanted) for row in visible[end:])
    ends = (_cursor(page[0], order), _cursor(page[-1], order)) if page else (None, None)
    return {
        "nodes": page,
        "pageInfo": {
            "startCursor": ends[0],
            "endCursor": ends[1],
            "hasPreviousPage": bool(page) and (earlier or (more and not forwards)),
            "hasNextPage": bool(page) and (later or (more and forwards)),
        },
    }


def _visible(row: Row, arguments: Mapping[str, Any]) -> bool:
    there = row["archivedAt"] is None or arguments.get("includeArchived")
    return bool(there and (row.get("active", True) or arguments.get("includeDisabled")))


def _cursor(row: Row, order: str) -> str:
    return f"{row[order]}/{row['id']}"


def _cut(rows: Iterator[Row], first: int | None, last: int | None) -> tuple[list[Row], bool]:
    """Return the page, and whether there is more on the side where it was cut; rows that no page shows are not read."""
    for name, size in (("first", first), ("last", last)):
        if size is not None and not 0 < size <= LARGEST_PAGE:
            raise malformed(f"{name} must be between 1 and {LARGEST_PAGE}")
    if last is not None and first is None:
        found = list(rows)
        return found[-last:], len(found) > last
    size = first or USUAL_PAGE
    page = list(islice(rows, size + 1))
    return page[:size], len(page) > size
