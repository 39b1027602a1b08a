"""Tell from one of Jira's changes what was done: pure. Histories and webhooks name changes alike.

Changes are known by `fieldId`; Data Center has none, and some changes never have, so that the field's name helps where
it is the system's own. https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from app.core.activity import ActivityKind
from connectors._kit.doings import Doing, short, weightiest
from connectors.jira.fields import FieldIds

NAMED: Mapping[str, tuple[ActivityKind, str]] = {
    "attachment": (ActivityKind.ATTACHMENT, "changed the attachments"),
    "comment": (ActivityKind.COMMENT, "changed a comment"),
    "description": (ActivityKind.EDIT, "edited the description"),
    "duedate": (ActivityKind.EDIT, "changed the due date"),
    "link": (ActivityKind.LINK, "changed the links"),
    "rank": (ActivityKind.RANK, "ranked it anew"),
    "remoteissuelink": (ActivityKind.MENTION, "mentioned it on a page"),
    "remoteworkitemlink": (ActivityKind.MENTION, "mentioned it on a page"),
    "sprint": (ActivityKind.SPRINT, "changed the sprint"),
    "summary": (ActivityKind.EDIT, "changed the title"),
    "timespent": (ActivityKind.WORKLOG, "logged work"),
    "worklogid": (ActivityKind.WORKLOG, "logged work"),
    "worklogtimespent": (ActivityKind.WORKLOG, "logged work"),
}
SERVICE_LEVELS = ("time to ", "sla")
"""How the fields of service levels begin; they hold clocks, not words."""
RANKED = frozenset({"Ranked higher", "Ranked lower"})


def doing_of(items: Iterable[Any], ids: FieldIds | None = None) -> Doing | None:
    """Return what says most about a person of several changes that were made at once; None: none is told."""
    return weightiest(_doing(item, ids) for item in items if isinstance(item, Mapping))


def _doing(item: Mapping[str, Any], ids: FieldIds | None) -> Doing:
    field_id, name = _text(item.get("fieldId")), _text(item.get("field"))
    keys = (field_id.casefold(), name.casefold())
    if ids is not None and field_id and field_id == ids.sprint:
        return NAMED["sprint"]
    if _to(item) in RANKED:
        return NAMED["rank"]
    told = next((TOLD[key](item) for key in keys if key in TOLD), None)
    named = next((NAMED[key] for key in keys if key in NAMED), None)
    return told or named or _other(item, name)


def _other(item: Mapping[str, Any], name: str) -> Doing:
    if item.get("fieldtype") == "custom" and name.casefold().startswith(SERVICE_LEVELS):
        return ActivityKind.SERVICE_LEVEL, f"recalculated {short(name)}"
    return ActivityKind.EDIT, f"changed {short(name)}" if name else "changed it"


def _status(item: Mapping[str, Any]) -> Doing:
    return ActivityKind.STATE, f"set the state to {_to(item)}" if _to(item) else "changed the state"


def _assignee(item: Mapping[str, Any]) -> Doing:
    return ActivityKind.ASSIGNEE, f"assigned {_to(item)}" if _to(item) else "took the assignee off"


def _labels(item: Mapping[str, Any]) -> Doing:
    before, after = (set(_text(item.get(key)).split()) for key in ("fromString", "toString"))
    return ActivityKind.EDIT, " and ".join(_said(before, after)) or "changed the labels"


def _said(before: set[str], after: set[str]) -> Iterator[str]:
    for word, names in (("added", after - before), ("removed", before - after)):
        if names:
            yield f"{word} the label{'s' if len(names) > 1 else ''} {short(', '.join(sorted(names)))}"


def _to(item: Mapping[str, Any]) -> str:
    return short(_text(item.get("toString")))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


TOLD: Mapping[str, Callable[[Mapping[str, Any]], Doing]] = {"status": _status, "assignee": _assignee, "labels": _labels}
"""The fields whose new value is told."""
