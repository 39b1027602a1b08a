"""Sort Linear's events by type and action, and find the items they speak of.

https://linear.app/developers/webhooks
"""

from collections.abc import Mapping
from typing import Any

from app.core.delivery import Heard, Hearing, Hint
from app.core.person import Person

ACTIONS = frozenset({"create", "update", "remove", "restore"})
OF_ITEMS = frozenset({"Issue", "Comment", "Attachment"})
IGNORED = frozenset(
    {
        "AgentSessionEvent",
        "AppUserNotification",
        "AuditEntry",
        "Customer",
        "CustomerNeed",
        "Cycle",
        "Document",
        "Initiative",
        "InitiativeUpdate",
        "IssueLabel",
        "IssueSLA",
        "OAuthApp",
        "OAuthAuthorization",
        "PermissionChange",
        "ProjectLabel",
        "ProjectUpdate",
        "Reaction",
        "Release",
        "ReleaseNote",
        "User",
    }
)
LONGEST_ID = 100
LONGEST_NAME = 60


def hear(body: Any) -> Heard:
    """Say what an event is about; whatever is not understood is kept as unknown."""
    if not isinstance(body, dict):
        return Heard(Hearing.UNKNOWN, "", because="the body is not a JSON object")
    kind, action = _name(body.get("type")), _name(body.get("action"))
    event = f"{kind}.{action}"
    by = _actor(body.get("actor"))
    if kind in IGNORED:
        return Heard(Hearing.IGNORED, event, by=by, because="nothing that the rules look at changed")
    if action not in ACTIONS or kind not in OF_ITEMS | {"Project"}:
        return Heard(Hearing.UNKNOWN, event, by=by, because="no event of that name is known")
    data = _part(body, "data")
    if kind == "Project":
        return _of_project(event, action, data, by)
    return _of_item(event, kind, data, by)


def _of_project(event: str, action: str, data: Mapping[str, Any], by: Person | None) -> Heard:
    project = _id(data.get("id"))
    if project is None:
        return Heard(Hearing.UNKNOWN, event, by=by, because="it names no project")
    if action == "create":
        return Heard(Hearing.IGNORED, event, by=by, because="nothing is under a new project yet")
    return Heard(Hearing.HANDLED, event, epics=(project,), by=by)


def _of_item(event: str, kind: str, data: Mapping[str, Any], by: Person | None) -> Heard:
    item = _id(data.get("id" if kind == "Issue" else "issueId")) or _id(_part(data, "issue").get("id"))
    if item is None and kind == "Issue":
        return Heard(Hearing.UNKNOWN, event, by=by, because="it names no issue")
    if item is None:
        return Heard(Hearing.IGNORED, event, by=by, because=f"a {kind.lower()} of something that is no issue")
    # An issue can be the parent of others, whose epic it then is.
    epics = (item,) if kind == "Issue" and not event.endswith("create") else ()
    return Heard(Hearing.HANDLED, event, (item,), epics, by, _hint(kind, data))


def _hint(kind: str, data: Mapping[str, Any]) -> Hint:
    if kind != "Issue":
        team = _part(_part(data, "issue"), "team").get("key")
        return Hint(team=team if isinstance(team, str) else None)
    labels, ids = data.get("labels"), data.get("labelIds")
    names = [one.get("name") for one in labels if isinstance(one, dict)] if isinstance(labels, list) else []
    # Published samples name fewer labels than they have ids for: then the names prove nothing.
    whole = isinstance(ids, list) and len(ids) == len(names) and all(isinstance(name, str) for name in names)
    team, project = _part(data, "team").get("key"), _part(data, "project").get("name")
    return Hint(
        labels=frozenset(name for name in names if isinstance(name, str)) if whole else None,
        team=team if isinstance(team, str) else None,
        project=project if isinstance(project, str) else None,
    )


def _actor(actor: Any) -> Person | None:
    """Return who acted; only `user` is surely a person, and no actor means Linear's own automation."""
    if not isinstance(actor, dict):
        return None
    id_, kind, name, email = (actor.get(key) for key in ("id", "type", "name", "email"))
    if not isinstance(id_, str):
        return None
    human = kind is None or (isinstance(kind, str) and kind.casefold() in {"user", "externaluser"})
    return Person(id_[:LONGEST_ID], _name(name), email if isinstance(email, str) else None, bot=not human)


def _name(value: Any) -> str:
    text = value if isinstance(value, str) else ""
    return "".join(letter for letter in text if letter.isprintable())[:LONGEST_NAME] or "?"


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name)
    return part if isinstance(part, dict) else {}


def _id(value: Any) -> str | None:
    fine = isinstance(value, str) and 0 < len(value) <= LONGEST_ID and value.isascii() and value.isprintable()
    return value if fine else None
