"""Page through the issues that are watched, open or closed, archived too."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from app.core.policy import Watch
from app.ports import Seen
from connectors.linear import documents
from connectors.linear.client import Graph
from connectors.linear.wire import is_open, moment


async def watched(graph: Graph, watches: Sequence[Watch], since: datetime | None) -> AsyncIterator[Sequence[Seen]]:
    """Yield a page at a time, by creation, which no edit disturbs; with `since` only what was updated from then on.

    https://linear.app/developers/filtering
    """
    changed = {"updatedAt": {"gte": since.isoformat()}} if since else {}
    for watch in watches:
        async for page in graph.pages(documents.WATCHED, ["issues"], filter={**_filter(watch), **changed}):
            yield [Seen(node["id"], moment(node["updatedAt"]), is_open(node)) for node in page]


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
