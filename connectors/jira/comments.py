"""Keep the one living comment: found by a property that it carries, so that a lost answer cannot double it.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.core.change import Say
from app.core.errors import NotFound, Transient
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

    Nothing is repeated blindly: after a lost answer the next run finds one that was made by its property, and one that
    was edited in what it read.
    """
    wanted = {"body": dialect.rich(change.text)}
    at = f"{dialect.api}/issue/{snapshot.id}/comment"
    if change.comment_id:
        found = snapshot.native["said"].get(change.comment_id)
    else:
        found = await _ours(dialect, snapshot, change.number)
    if found is not None and found["body"] == wanted["body"]:
        return Spoken(found)
    known = change.comment_id or (found and found["id"])
    if known:
        try:
            return await _write(dialect, "PUT", f"{at}/{known}", wanted)
        except NotFound:
            await _surely_gone(dialect, snapshot, known)
            return Spoken(gone=True)
    marked = {**wanted, "properties": [{"key": PROPERTY, "value": _mark(snapshot, change.number)}]}
    return await _write(dialect, "POST", at, marked)


async def _write(dialect: Dialect, method: str, path: str, body: Json) -> Spoken:
    written = await dialect.client.call(method, path, json=body, repeatable=False)
    if not isinstance(written, dict):
        raise Transient("Jira did not show the comment that was written: it is looked for again")
    return Spoken(written)


async def _surely_gone(dialect: Dialect, snapshot: Snapshot, id_: str) -> None:
    """Raise Transient unless the other comments are shown and this one is not: a hidden issue answers alike."""
    try:
        there = [one async for one in _newest(dialect, snapshot) if str(one["id"]) == id_]
    except NotFound:
        there = [{}]
    if there:
        raise Transient("Jira hides the item or its comment just now: it is looked at again")


def _mark(snapshot: Snapshot, number: int) -> Json:
    """Return what the property holds; the issue's id keeps a copy on a cloned issue from being taken for it."""
    return {"item": snapshot.id, "number": number}


async def _ours(dialect: Dialect, snapshot: Snapshot, number: int) -> Json | None:
    """Look for the comment of that number, the newest first."""
    async for comment in _newest(dialect, snapshot):
        ours = not dialect.site.me.isdisjoint(ids_in(comment.get("author")))
        if ours and await _property(dialect, comment) == _mark(snapshot, number):
            return dict(comment)
    return None


async def _newest(dialect: Dialect, snapshot: Snapshot) -> AsyncIterator[Json]:
    """Page through the item's comments, the newest first."""
    start = 0
    while True:
        query = {"orderBy": "-created", "expand": "properties", "startAt": start, "maxResults": MOST_AT_ONCE}
        page = await dialect.get(f"/issue/{snapshot.id}/comment", "comments", **query)
        for comment in page["comments"]:
            yield comment
        start += len(page["comments"])
        if not page["comments"] or start >= page.get("total", 0):
            return


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
