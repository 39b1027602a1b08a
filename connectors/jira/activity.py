"""Tell from an issue's changes, comments and worklogs what was done to it, and by whom: pure.

Comments and worklogs are no part of the changes. An app is a bot; so is our own account, whatever it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from app.core.activity import Activity, ActivityKind
from connectors._kit.doings import LONGEST_TEXT
from connectors.jira.doings import doing_of
from connectors.jira.persons import ids_in, person_in
from connectors.jira.wire import Reader, moment

LATEST_SECONDS = 100_000_000_000
"""A greater number counts milliseconds; as seconds it would lie three thousand years ahead."""


def activities(
    issue: Mapping[str, Any], histories: Sequence[Mapping[str, Any]], reader: Reader
) -> tuple[Activity, ...]:
    """Return everything that is told of an issue, oldest first."""
    url, fields = f"{reader.browse}/browse/{issue['key']}", issue.get("fields") or {}
    found = [_of_history(one, url, reader) for one in histories]
    for comment in (fields.get("comment") or {}).get("comments") or ():
        found += _of_comment(comment, url, reader)
    for worklog in (fields.get("worklog") or {}).get("worklogs") or ():
        found += _of_worklog(worklog, url, reader)
    return tuple(sorted(found, key=lambda one: one.at))


def _of_history(history: Mapping[str, Any], url: str, reader: Reader) -> Activity:
    kind, what = doing_of(history.get("items") or (), reader.fields) or (ActivityKind.EDIT, "changed it")
    by = history.get("author")
    return Activity(when(history["created"]), kind, person_in(by, reader.me), what, url, ours=_is_ours(by, reader))


def _of_comment(comment: Mapping[str, Any], url: str, reader: Reader) -> Iterator[Activity]:
    """Yield a comment, and its latest edit."""
    text = reader.plain(comment.get("body"))[:LONGEST_TEXT]
    at, here = when(comment["created"]), f"{url}?focusedCommentId={comment['id']}"
    for by, when_, what in _twice(comment, at, "commented", "edited a comment"):
        person = person_in(by, reader.me)
        yield Activity(when_, ActivityKind.COMMENT, person, what, here, text, _is_ours(by, reader))


def _of_worklog(worklog: Mapping[str, Any], url: str, reader: Reader) -> Iterator[Activity]:
    """Yield work that was logged, when it was logged and not when it was done; and its latest edit."""
    for by, at, what in _twice(worklog, when(worklog["created"]), "logged work", "edited logged work"):
        yield Activity(at, ActivityKind.WORKLOG, person_in(by, reader.me), what, url, ours=_is_ours(by, reader))


def _twice(thing: Mapping[str, Any], at: datetime, made: str, edited: str) -> Iterator[tuple[Any, datetime, str]]:
    yield thing.get("author"), at, made
    updated = thing.get("updated")
    if updated and when(updated) != at:
        yield thing.get("updateAuthor") or thing.get("author"), when(updated), edited


def when(stamp: str | float) -> datetime:
    """Return a time as UTC; changes that are read for many issues at once may carry seconds or milliseconds."""
    if isinstance(stamp, str):
        return moment(stamp)
    return datetime.fromtimestamp(stamp / 1000 if stamp > LATEST_SECONDS else stamp, UTC)


def _is_ours(user: Any, reader: Reader) -> bool:
    return not reader.me.isdisjoint(ids_in(user))
