"""Page through the issues that are watched, open or closed."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from app.core.policy import Watch
from app.ports import Seen
from connectors.linear import documents
from connectors.linear.client import Graph
from connectors.linear.wire import changed_at, is_open


async def watched(graph: Graph, watches: Sequence[Watch], since: datetime | None) -> AsyncIterator[Sequence[Seen]]:
    """Yield a page at a time, by creation, which no edit disturbs; with `since` only what was changed from then on.

    What was put away is left out of everything, so that a lost webhook about it shows as an item that is gone; among
    what was changed lately it stands by the time of that, for it may leave the time of update as it was.

    https://linear.app/developers/filtering
    """
    lately = {"gte": since.isoformat()} if since else None
    changed = {"or": [{"updatedAt": lately}, {"archivedAt": lately}]} if lately else {}
    for watch in watches:
        wanted = {**_filter(watch), **changed}
        async for page in graph.pages(documents.WATCHED, ["issues"], filter=wanted, archived=bool(changed)):
            yield [Seen(node["id"], changed_at(node), is_open(node)) for node in page]


def _filter(watch: Watch) -> dict[str, Any]:
    group, slash, child = watch.label.rpartition("/")
    label: dict[str, Any] = {"name": {"eqIgnoreCase": watch.label}}
    if slash:
        inside = {"name": {"eqIgnoreCase": child}, "parent": {"name": {"eqIgnoreCase": group}}}
        label = {"or": [label, inside]}
    wanted: dict[str, Any] = {"labels": {"some": label}}
    if watch.teams:
        wanted["team"] = {"or": [{"key": {"eqIgnoreCase": key}} for key in watch.teams]}
    if watch.projects:
        wanted["project"] = {"or": [{"name": {"eqIgnoreCase": name}} for name in watch.projects]}
    return wanted
