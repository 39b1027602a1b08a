"""Read what was done to many issues at once.

Pages hold the latest first, as Linear's documents suggest for them; where one turns out to begin with the oldest, or
shows no person's doing, the next ones are read too. https://linear.app/developers/pagination
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Any

from app.core.activity import Activity
from connectors._kit.doings import LIFELESS
from connectors.linear import documents
from connectors.linear.activity import activities
from connectors.linear.client import Graph, Node

AT_ONCE = 10
"""How many issues one call asks for; a call may cost 10,000 points, and an issue costs some 800."""
MOST_PAGES = 20
"""How many further pages of one issue are read; what lies beyond is older than two thousand entries."""
MORE = {"history": documents.MORE_HISTORY, "comments": documents.MORE_COMMENTS}


async def issues(graph: Graph, ids: Sequence[str]) -> AsyncIterator[tuple[list[Node], Node]]:
    """Yield issues with the first pages of their past, as many as one call may ask for, and who we are."""
    for start in range(0, len(ids), AT_ONCE):
        chunk = list(ids[start : start + AT_ONCE])
        data = await graph.run(documents.HISTORIES, ids=chunk, first=len(chunk))
        yield data["issues"]["nodes"], data["viewer"]


async def told(graph: Graph, issue: Node, ours: Collection[str]) -> tuple[Activity, ...]:
    """Return what was done to an issue; read on where its first pages may lack the latest doing of a person."""
    for name, document in MORE.items():
        await _read_on(graph, issue, name, document, ours)
    return activities(issue, ours)


async def _read_on(graph: Graph, issue: Node, name: str, document: str, ours: Collection[str]) -> None:
    page = issue[name]
    for _ in range(MOST_PAGES):
        if not page["pageInfo"]["hasNextPage"] or _enough(issue, name, ours):
            return
        data = await graph.run(document, id=issue["id"], after=page["pageInfo"]["endCursor"])
        page = data["issue"][name]
        issue[name]["nodes"] += page["nodes"]


def _enough(issue: Node, name: str, ours: Collection[str]) -> bool:
    """Tell whether what was read begins with the latest and holds something that a person did."""
    nodes = issue[name]["nodes"]
    stamps = [node["createdAt"] for node in nodes]
    if not nodes or stamps[0] < stamps[-1]:
        return False
    nothing: Mapping[str, Any] = {other: {"nodes": []} for other in ("history", "comments", "attachments")}
    shown = activities({**issue, **nothing, name: {"nodes": nodes}}, ours)
    return any(one.by and not one.by.bot and not one.ours and one.kind not in LIFELESS for one in shown)
