"""Keep of an issue what its boards and its epic go by, beyond what a snapshot says: pure."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from app.core.snapshot import Snapshot
from connectors.jira.fields import SYSTEM, FieldIds
from connectors.jira.words import BoardTarget, Settings

SPRINT_STATE = re.compile(r"\bstate=(\w+)", re.IGNORECASE)


def native(fields: Mapping[str, Any], ids: FieldIds) -> dict[str, Any]:
    """Return the connector's own part of a snapshot; it can be written as JSON.

    `level` is the type's place in the hierarchy, None on Data Center. `simplified`: the project is team-managed.
    `linked` holds ids and keys of the issues that any issue link names, `said` the comments by id. `values` are the
    other custom fields that were read, as they came.
    """
    own = {ids.team, ids.epic_link, ids.epic_name, ids.sprint, *ids.points}
    project, status, type_ = fields.get("project") or {}, fields.get("status") or {}, fields.get("issuetype") or {}
    sprints = _listed(fields.get(ids.sprint)) if ids.sprint else []
    return {
        "status": str(status.get("id", "")),
        "type": str(type_.get("id", "")),
        "level": type_.get("hierarchyLevel"),
        "simplified": bool(project.get("simplified")),
        "team": _id(fields.get(ids.team)) if ids.team else None,
        "sprints": [json.dumps(sprint, sort_keys=True, default=str) for sprint in sprints],
        "in_sprint": any(_active(sprint) for sprint in sprints),
        "linked": _linked(fields),
        "said": {str(one["id"]): one for one in (fields.get("comment") or {}).get("comments") or ()},
        "values": {name: value for name, value in fields.items() if name not in own and name not in SYSTEM},
    }


def lacking(snapshot: Snapshot, wanted: Settings) -> Settings:
    """Return what of a board's settings the item does not have yet."""
    values, components = snapshot.native["values"], {name.casefold() for name in snapshot.components}
    same_team = wanted.team is None or snapshot.native["team"] == wanted.team
    return Settings(
        labels=tuple(label for label in wanted.labels if label not in snapshot.labels),
        components=tuple(name for name in wanted.components if name.casefold() not in components),
        team=None if same_team else wanted.team,
        field={name: value for name, value in wanted.field.items() if not holds(values.get(name), value)},
    )


def is_set(snapshot: Snapshot, wanted: Settings) -> bool:
    """Tell whether the item has everything that puts it on a board."""
    return lacking(snapshot, wanted) == Settings()


NOT_SEEN: Mapping[str, Any] = {"values": {}, "team": None, "level": None, "simplified": False, "linked": []}
"""What stands in for a stored snapshot's own part, which is kept for one run only."""


def mark(snapshot: Snapshot, target: BoardTarget) -> str:
    """Return a fingerprint of everything that the board's conditions commonly read; never of when it was edited."""
    own = snapshot.native
    seen = [
        target.board, snapshot.project, own["type"], own["status"], own["team"], sorted(own["sprints"]),
        sorted(snapshot.labels), sorted(snapshot.components), snapshot.priority,
        snapshot.assignee.id if snapshot.assignee else None,
        {name: own["values"].get(name) for name in sorted(target.set.field)},
        [epic.key for epic in snapshot.epics],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(seen, sort_keys=True, default=str).encode()).hexdigest()[:24]


def holds(found: Any, wanted: Any) -> bool:
    """Tell whether a field's value as Jira shows it is the one that was written: shown objects carry more keys."""
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and all(holds(found.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(found, list) and all(any(holds(one, value) for one in found) for value in wanted)
    if isinstance(found, Mapping):
        return any(found.get(key) == wanted for key in ("id", "value", "name", "key", "accountId"))
    return bool(found == wanted)


def _linked(fields: Mapping[str, Any]) -> list[str]:
    ends = [link.get(end) for link in fields.get("issuelinks") or () for end in ("inwardIssue", "outwardIssue")]
    return [str(end[name]) for end in ends if isinstance(end, dict) for name in ("id", "key") if name in end]


def _active(sprint: Any) -> bool:
    """Tell whether a sprint runs; Data Center shows sprints as text of Java's making."""
    if isinstance(sprint, Mapping):
        return str(sprint.get("state", "")).casefold() == "active"
    found = SPRINT_STATE.search(sprint) if isinstance(sprint, str) else None
    return found is not None and found.group(1).casefold() == "active"


def _id(value: Any) -> str | None:
    found = value.get("id") if isinstance(value, Mapping) else value
    return None if found is None else str(found)


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else []
