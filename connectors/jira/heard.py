"""Tell from a webhook what was done to its issue, and by whom: pure, and never raising.

Bodies name a doing by their changes, or by the comment, worklog or link they are about.
https://developer.atlassian.com/cloud/jira/platform/webhooks/
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.core.activity import Activity, ActivityKind
from app.core.person import Person
from connectors._kit.doings import LONGEST_TEXT, Doing
from connectors.jira import wiki
from connectors.jira.doings import doing_of
from connectors.jira.wire import moment

LATEST = datetime.max.replace(tzinfo=UTC).timestamp() - 86_400
BY_PART: Mapping[str, Doing] = {
    "comment_created": (ActivityKind.COMMENT, "commented"),
    "comment_updated": (ActivityKind.COMMENT, "edited a comment"),
    "comment_deleted": (ActivityKind.COMMENT, "deleted a comment"),
    "worklog": (ActivityKind.WORKLOG, "logged work"),
    "issuelink": (ActivityKind.LINK, "changed the links"),
    "attachment": (ActivityKind.ATTACHMENT, "changed the attachments"),
}


def activity(event: str, body: Mapping[str, Any], by: Person | None) -> Activity | None:
    """Return what the event tells to have been done; None where it says nothing, or not when."""
    at, doing = _stamp(body.get("timestamp")) or _updated(body), _doing(event, body)
    if at is None or doing is None:
        return None
    kind, what = doing
    if kind is ActivityKind.CREATED:  # an import tells of it years later
        at = _read(inner(inner(body, "issue"), "fields").get("created")) or at
    text = inner(body, "comment").get("body") if kind is ActivityKind.COMMENT else None
    return Activity(at, kind, by, what, text=wiki.plain(text)[:LONGEST_TEXT])


def inner(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the object under that name, an empty one where there is none."""
    found = body.get(name)
    return found if isinstance(found, dict) else {}


def _doing(event: str, body: Mapping[str, Any]) -> Doing | None:
    if event == "jira:issue_created":
        return ActivityKind.CREATED, "created it"
    if event == "jira:issue_deleted":
        return None
    told = next((doing for part, doing in BY_PART.items() if part in event), None)
    if told is not None:
        return told
    if inner(body, "comment"):
        return ActivityKind.COMMENT, "commented"
    items = inner(body, "changelog").get("items")
    return doing_of(items) if isinstance(items, list) else None


def _updated(body: Mapping[str, Any]) -> datetime | None:
    """Return when what the event is about was updated last, for the bodies that tell no time of their own."""
    parts = (inner(body, "comment"), inner(body, "worklog"), inner(inner(body, "issue"), "fields"))
    return next((at for part in parts if (at := _read(part.get("updated"))) is not None), None)


def updated_at(body: Mapping[str, Any]) -> datetime | None:
    """Return the issue's own time of update, UTC."""
    return _read(inner(inner(body, "issue"), "fields").get("updated"))


def _read(stamp: Any) -> datetime | None:
    try:
        return moment(stamp) if isinstance(stamp, str) else None
    except (ValueError, OverflowError):
        return None


def _stamp(stamp: Any) -> datetime | None:
    """Return milliseconds since 1970 as UTC; anything else tells no time."""
    if isinstance(stamp, bool) or not isinstance(stamp, int | float) or not 0 <= stamp / 1000 <= LATEST:
        return None
    return datetime.fromtimestamp(stamp / 1000, UTC)
