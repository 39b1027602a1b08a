"""Keep the one living comment: found by a property that it carries, so that a lost answer cannot double it.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.change import Say
from app.core.errors import NotFound
from app.core.snapshot import Snapshot
from connectors.jira.dialect import MOST_AT_ONCE, Dialect, Json
from connectors.jira.persons import ids_in

PROPERTY = "followthrough"


@dataclass(frozen=True, slots=True)
class Spoken:
    """Tell which comment now reads as wanted; `gone`: it was to be edited, and somebody had deleted it."""

    comment: Json | None = None
    gone: bool = False


async def say(dialect: Dialect, snapshot: Snapshot, change: Say) -> Spoken:
    """Let the living comment read like that.

    Making one is not repeated blindly: after a lost answer the next run finds it by its property.
    """
    wanted = {"body": dialect.rich(change.text)}
    at = f"{dialect.api}/issue/{snapshot.id}/comment"
    found = None if change.comment_id else await _ours(dialect, snapshot, change.number)
    if found is not None and found["body"] == wanted["body"]:
        return Spoken(found)
    known = change.comment_id or (found and found["id"])
    if known:
        try:
            return Spoken(await dialect.client.call("PUT", f"{at}/{known}", json=wanted, repeatable=False))
        except NotFound:
            return Spoken(gone=True)
    marked = {**wanted, "properties": [{"key": PROPERTY, "value": _mark(snapshot, change.number)}]}
    return Spoken(await dialect.client.call("POST", at, json=marked, repeatable=False))


def _mark(snapshot: Snapshot, number: int) -> Json:
    """Return what the property holds; the issue's id keeps a copy on a cloned issue from being taken for it."""
    return {"item": snapshot.id, "number": number}


async def _ours(dialect: Dialect, snapshot: Snapshot, number: int) -> Json | None:
    """Look for the comment of that number, the newest first."""
    start = 0
    while True:
        query = {"orderBy": "-created", "expand": "properties", "startAt": start, "maxResults": MOST_AT_ONCE}
        page = await dialect.get(f"/issue/{snapshot.id}/comment", **query)
        own = [one for one in page["comments"] if not dialect.site.me.isdisjoint(ids_in(one.get("author")))]
        for comment in own:
            if await _property(dialect, comment) == _mark(snapshot, number):
                return dict(comment)
        start += len(page["comments"])
        if not page["comments"] or start >= page.get("total", 0):
            return None


async def _property(dialect: Dialect, comment: Mapping[str, Any]) -> Any:
    """Return the property's value; it is asked for where the comment does not show its properties."""
    shown = comment.get("properties")
    if isinstance(shown, list):
        return next((one.get("value") for one in shown if one.get("key") == PROPERTY), None)
    try:
        found = await dialect.get(f"/comment/{comment['id']}/properties/{PROPERTY}")
    except NotFound:
        return None
    return found.get("value")
