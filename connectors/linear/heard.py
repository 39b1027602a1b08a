"""Tell from a webhook what was done to its issue, and by whom: pure, and never raising.

An update names what it changed in `updatedFrom`. https://linear.app/developers/webhooks
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from app.core.activity import Activity, ActivityKind
from app.core.person import Person
from connectors._kit.doings import LONGEST_TEXT, Doing, weightiest
from connectors.linear.activity import assigned, attached, due_set, state_set
from connectors.linear.payload import inner, word
from connectors.linear.wire import ESCAPED

SAID: Mapping[str, Doing] = {
    "addedToCycleAt": (ActivityKind.SPRINT, "moved it to another cycle"),
    "boardOrder": (ActivityKind.RANK, "ranked it anew"),
    "cycleId": (ActivityKind.SPRINT, "moved it to another cycle"),
    "description": (ActivityKind.EDIT, "edited the description"),
    "descriptionData": (ActivityKind.EDIT, "edited the description"),
    "estimate": (ActivityKind.EDIT, "changed the estimate"),
    "labelIds": (ActivityKind.EDIT, "changed the labels"),
    "parentId": (ActivityKind.EDIT, "moved it under another issue"),
    "priority": (ActivityKind.EDIT, "changed the priority"),
    "prioritySortOrder": (ActivityKind.RANK, "ranked it anew"),
    "projectId": (ActivityKind.EDIT, "moved it to another project"),
    "sortOrder": (ActivityKind.RANK, "ranked it anew"),
    "subIssueSortOrder": (ActivityKind.RANK, "ranked it anew"),
    "subscriberIds": (ActivityKind.WATCHING, "changed who watches it"),
    "teamId": (ActivityKind.EDIT, "moved it to another team"),
    "title": (ActivityKind.EDIT, "changed the title"),
}
"""What a change of these fields is; whatever else changes, but times, is an edit."""
NO_DOING = frozenset({"previousIdentifiers", "reactionData"})
"""What changes beside a doing, or is none: a reaction is no answer."""
COMMENTED: Mapping[str, str] = {"create": "commented", "update": "edited a comment", "remove": "deleted a comment"}


def issue_activity(action: str, body: Mapping[str, Any], by: Person | None) -> Activity | None:
    """Return what an issue's event tells to have been done; None where it says nothing, or not when."""
    data, at = inner(body, "data"), when(body)
    if at is None:
        return None
    if action == "create":
        return Activity(moment_in(data.get("createdAt")) or at, ActivityKind.CREATED, by, "created it")
    doing = weightiest(_doings(inner(body, "updatedFrom"), data)) if action == "update" else None
    return Activity(at, doing[0], by, doing[1]) if doing else None


def comment_activity(action: str, body: Mapping[str, Any], by: Person | None) -> Activity | None:
    """Return a comment, a change of its words or its deletion; a reaction to it arrives as an update too."""
    at, text = when(body), inner(body, "data").get("body")
    reworded = action != "update" or "body" in inner(body, "updatedFrom")
    if at is None or action not in COMMENTED or not reworded:
        return None
    plain = ESCAPED.sub(r"\1", text)[:LONGEST_TEXT] if isinstance(text, str) else ""
    return Activity(at, ActivityKind.COMMENT, by, COMMENTED[action], word(body.get("url")) or "", plain)


def attachment_activity(action: str, body: Mapping[str, Any], by: Person | None) -> Activity | None:
    """Return what was attached, a pull request above all; later changes of it may be a machine's."""
    at = when(body)
    if at is None or action != "create":
        return None
    kind, what = attached(inner(body, "data"))
    return Activity(at, kind, by, what)


def when(body: Mapping[str, Any]) -> datetime | None:
    """Return when the event took place (UTC): a retry carries the same stamp."""
    return moment_in(body.get("createdAt")) or moment_in(inner(body, "data").get("updatedAt"))


def _doings(before: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[Doing]:
    for name in before:
        if name in SAID:
            yield SAID[name]
        elif name.startswith("sla"):
            yield ActivityKind.SERVICE_LEVEL, "recalculated its service level"
        elif not name.endswith("At") and name not in NO_DOING:
            yield _told(name, data)


def _told(name: str, data: Mapping[str, Any]) -> Doing:
    """Return a change with the value that it led to."""
    if name == "stateId":
        return ActivityKind.STATE, state_set(word(inner(data, "state").get("name")))
    if name == "assigneeId":
        return ActivityKind.ASSIGNEE, assigned(word(inner(data, "assignee").get("name")))
    return ActivityKind.EDIT, due_set(word(data.get("dueDate"))) if name == "dueDate" else "changed it"


def moment_in(stamp: Any) -> datetime | None:
    """Return a time stamp as UTC; anything else tells no time."""
    if not isinstance(stamp, str):
        return None
    try:
        found = datetime.fromisoformat(stamp)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
