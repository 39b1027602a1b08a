"""Sort Linear's events by type and action, and find the items they speak of.

https://linear.app/developers/webhooks
"""

from collections.abc import Callable, Mapping
from typing import Any

from app.core.delivery import Heard, Hearing, Hint
from app.core.person import Person
from connectors.linear.heard import attachment_activity, comment_activity, issue_activity, moment_in
from connectors.linear.payload import hint, inner, name_of_thing, person, word

ACTIONS = frozenset({"create", "update", "remove", "restore"})
IGNORED = {
    "AgentSessionEvent": "a talk with an agent",
    "AppUserNotification": "a notification of the app's own user",
    "AuditEntry": "the audit log repeats what has an event of its own",
    "Customer": "customers are not looked at",
    "CustomerNeed": "customers are not looked at",
    "Cycle": "items on a board stay there when its cycle ends",
    "Document": "documents are not looked at",
    "Initiative": "initiatives hold no items",
    "InitiativeUpdate": "initiatives hold no items",
    "IssueLabel": "an item whose labels change has an event of its own",
    "IssueSLA": "Linear's clock ran on; nobody did anything",
    "OAuthApp": "the next call tells whether we are still let in",
    "OAuthAuthorization": "the next call tells whether we are still let in",
    "PermissionChange": "the next reconcile sees what may be seen",
    "ProjectLabel": "labels of projects are not looked at",
    "ProjectUpdate": "a report about a project changes no item",
    "Reaction": "a reaction is no answer",
    "Release": "releases are not looked at",
    "ReleaseNote": "releases are not looked at",
    "User": "people are looked up when they are needed",
}
"""Every other type that a webhook can have, and why it does not matter."""
ELSEWHERE = ("documentContentId", "projectId", "projectUpdateId", "initiativeId", "initiativeUpdateId", "postId")
"""What a comment hangs on that is not on an issue."""


def hear(body: Any) -> Heard:
    """Say what an event is about; whatever is not understood is kept as unknown."""
    if not isinstance(body, dict):
        return Heard(Hearing.UNKNOWN, "", because="the body is not a JSON object")
    kind, action = name_of_thing(body.get("type")) or "?", name_of_thing(body.get("action")) or "?"
    event = f"{kind}.{action}"
    if kind in IGNORED:
        return Heard(Hearing.IGNORED, event, by=_actor(body), because=IGNORED[kind])
    if kind not in _HANDLED or action not in ACTIONS:
        return Heard(Hearing.UNKNOWN, event, by=_actor(body), because="no event of that name is known")
    return _HANDLED[kind](event, action, body)


def _issue(event: str, action: str, body: Mapping[str, Any]) -> Heard:
    """Name the issue, and once it can have children also as their epic."""
    data = inner(body, "data")
    id_ = name_of_thing(data.get("id"))
    if id_ is None:
        return _nameless(event, body)
    by = _creator(body, data) if action == "create" else _actor(body)
    done = issue_activity(action, body, by)
    epics = () if action == "create" else (id_,)
    at = moment_in(data.get("updatedAt")) if action == "update" else None
    return Heard(Hearing.HANDLED, event, (id_,), epics, by, hint(data), activity=done, updated_at=at)


def _comment(event: str, action: str, body: Mapping[str, Any]) -> Heard:
    """Name the commented issue; its labels are not told."""
    data = inner(body, "data")
    issue = inner(data, "issue")
    id_ = name_of_thing(data.get("issueId")) or name_of_thing(issue.get("id"))
    by = _creator(body, data) if action == "create" else _actor(body)
    if id_ is not None:
        at = Hint(team=word(inner(issue, "team").get("key")))
        done = comment_activity(action, body, by)
        return Heard(Hearing.HANDLED, event, (id_,), by=by, hint=at, beside=True, activity=done)
    if any(name_of_thing(data.get(key)) for key in ELSEWHERE):
        return Heard(Hearing.IGNORED, event, by=by, because="the comment is not on an issue")
    return _nameless(event, body)


def _attachment(event: str, action: str, body: Mapping[str, Any]) -> Heard:
    """Name the issue that something was attached to."""
    data, by = inner(body, "data"), _actor(body)
    id_ = name_of_thing(data.get("issueId")) or name_of_thing(inner(data, "issue").get("id"))
    if id_ is None:
        return _nameless(event, body)
    return Heard(Hearing.HANDLED, event, (id_,), by=by, beside=True, activity=attachment_activity(action, body, by))


def _project(event: str, action: str, body: Mapping[str, Any]) -> Heard:
    """Name the project as an epic."""
    id_ = name_of_thing(inner(body, "data").get("id"))
    if id_ is None:
        return _nameless(event, body)
    if action == "create":
        return Heard(Hearing.IGNORED, event, by=_actor(body), because="nothing is under a new project yet")
    return Heard(Hearing.HANDLED, event, epics=(id_,), by=_actor(body))


_HANDLED: Mapping[str, Callable[[str, str, Mapping[str, Any]], Heard]] = {
    "Issue": _issue,
    "Comment": _comment,
    "Attachment": _attachment,
    "Project": _project,
}


def _nameless(event: str, body: Mapping[str, Any]) -> Heard:
    return Heard(Hearing.UNKNOWN, event, by=_actor(body), because="it does not name what it is about")


def _actor(body: Mapping[str, Any]) -> Person | None:
    """Return who did it; None where Linear itself did, or the payload is older than actors."""
    return person(inner(body, "actor"))


def _creator(body: Mapping[str, Any], data: Mapping[str, Any]) -> Person | None:
    """Return who made it: in old payloads the user within; a bot beside them means that it came through an app."""
    through_app = bool(inner(data, "botActor"))
    return person(inner(body, "actor"), bot=through_app) or person(inner(data, "user"), bot=through_app)
