"""Cut a collection into pages. See https://linear.app/developers/pagination."""

from collections.abc import Mapping, Sequence
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
    seen = [row for row in rows if _visible(row, arguments) and matches(world, row, wanted)]
    seen.sort(key=lambda row: _cursor(row, order), reverse=True)
    after, before = arguments.get("after"), arguments.get("before")
    inside = [
        row
        for row in seen
        if (not after or _cursor(row, order) < after) and (not before or _cursor(row, order) > before)
    ]
    page = _cut(inside, arguments.get("first"), arguments.get("last"))
    ends = (_cursor(page[0], order), _cursor(page[-1], order)) if page else (None, None)
    return {
        "nodes": page,
        "pageInfo": {
            "startCursor": ends[0],
            "endCursor": ends[1],
            "hasPreviousPage": bool(page) and page[0] is not seen[0],
            "hasNextPage": bool(page) and page[-1] is not seen[-1],
        },
    }


def _visible(row: Row, arguments: Mapping[str, Any]) -> bool:
    there = row["archivedAt"] is None or arguments.get("includeArchived")
    return bool(there and (row.get("active", True) or arguments.get("includeDisabled")))


def _cursor(row: Row, order: str) -> str:
    return f"{row[order]}/{row['id']}"


def _cut(rows: list[Row], first: int | None, last: int | None) -> list[Row]:
    for name, size in (("first", first), ("last", last)):
        if size is not None and not 0 < size <= LARGEST_PAGE:
            raise malformed(f"{name} must be between 1 and {LARGEST_PAGE}")
    if last is not None and first is None:
        return rows[-last:]
    return rows[: first or USUAL_PAGE]
