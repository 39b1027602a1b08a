"""Tell who put labels on an issue, and when.

What happens in an issue's first minutes counts as its creation and is in no history: its creator chose then.
"""

from collections.abc import Collection, Sequence

from app.core.naming import among
from app.core.snapshot import Choice, Snapshot
from connectors.linear import documents
from connectors.linear.client import Graph, Node
from connectors.linear.people import author
from connectors.linear.wire import moment, names_of

MOST_PAGES = 20


async def choices(graph: Graph, snapshot: Snapshot, labels: Sequence[str], ours: Collection[str]) -> tuple[Choice, ...]:
    """Return who added these labels, oldest first, each under the name that was asked for."""
    found: list[Choice] = []
    pages = 0
    async for page in graph.pages(documents.HISTORY, ["issue", "history"], id=snapshot.id):
        found += [choice for entry in page for choice in _chosen(entry, labels, ours)]
        pages += 1
        if pages == MOST_PAGES:
            break
    told = {choice.label for choice in found}
    at_birth = [name for name in labels if among(name, snapshot.labels) and name not in told]
    found += [Choice(name, snapshot.created_at, snapshot.creator) for name in at_birth]
    return tuple(sorted(found, key=lambda choice: choice.at))


def _chosen(entry: Node, labels: Sequence[str], ours: Collection[str]) -> list[Choice]:
    added = [name for label in entry["addedLabels"] or () for name in names_of(label)]
    at, by = moment(entry["createdAt"]), author(entry, ours, "actor")
    return [Choice(name, at, by) for name in labels if among(name, added)]
