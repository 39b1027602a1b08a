"""Change an issue and write down what changed, in the words of Jira's history.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-changelog-get
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeAlias

from connectors.jira.sandbox import adf
from connectors.jira.sandbox.model import Account, Change, Entry, Issue, Named, Project, Sprint, Status
from connectors.jira.sandbox.world import World

Shown: TypeAlias = tuple[str | None, str | None]
NOTHING: Shown = (None, None)


def begin(world: World, issue: Issue, by: Account, values: Mapping[str, Any]) -> Entry:
    """Set what an issue is created with; return what to tell of it, for its history leaves that out."""
    changes = [change for name, value in values.items() for change in _changes(world, issue, name, value, new=True)]
    for name, value in values.items():
        setattr(issue, name, value)
    return Entry(world.next_id("history"), issue.updated, by, tuple(changes))


def apply(world: World, issue: Issue, by: Account, values: Mapping[str, Any]) -> Entry | None:
    """Set attributes of an issue; return what to tell of it, None when all of them were so before."""
    values = {**values, **with_status(world, issue, values)}
    changes = [change for name, value in values.items() for change in _changes(world, issue, name, value)]
    for name, value in values.items():
        setattr(issue, name, value)
    return note(world, issue, by, changes) if changes else None


def note(world: World, issue: Issue, by: Account, changes: list[Change]) -> Entry:
    """Write an entry into the history; the issue was updated by it."""
    entry = Entry(world.next_id("history"), world.now(), by, tuple(changes))
    issue.history.append(entry)
    issue.updated = entry.at
    return entry


def with_status(world: World, issue: Issue, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a change of status brings with it: a resolution and its time."""
    status: Status | None = values.get("status")
    if status is None or status == issue.status:
        return {}
    done = status.category == "done"
    resolution = values.get("resolution", world.resolutions[0]) if done else None
    return {"resolution": resolution, "resolved": world.now() if done else None}


def _changes(world: World, issue: Issue, name: str, value: Any, *, new: bool = False) -> list[Change]:
    before = None if new else getattr(issue, name)
    if before == value or (new and value in (None, "", ())):
        return []
    if name == "components":
        return _component_changes(before or (), value)
    if name == "parent":
        return [_parent_change(world, before, value)]
    if name not in _FIELDS:
        return []
    title, shown = _FIELDS[name]
    field_id, custom = field_id_of(world, issue.project, name)
    return [Change(title, field_id, shown(world, before), shown(world, value), custom=custom)]


def field_id_of(world: World, project: Project, name: str) -> tuple[str, bool]:
    """Return the id of the field behind an attribute in that project, and whether it is a custom one."""
    if name == "points" and project.next_gen:
        name = "points_next_gen"
    if name in world.custom:
        return world.custom[name], True
    return ("duedate" if name == "due" else name), False


def _component_changes(before: tuple[Named, ...], after: tuple[Named, ...]) -> list[Change]:
    gone = [Change("Component", "components", (one.id, one.name), NOTHING) for one in before if one not in after]
    come = [Change("Component", "components", NOTHING, (one.id, one.name)) for one in after if one not in before]
    return gone + come


def _parent_change(world: World, before: Issue | None, after: Issue | None) -> Change:
    """Tell of another parent; such a line has no field id."""
    old, new = ((issue.id, issue.key) if issue else NOTHING for issue in (before, after))
    if world.data_center:
        return Change("Epic Link", None, old, new, custom=True)
    return Change("IssueParentAssociation", None, old, new)


def _text(_: World, value: str | float | None) -> Shown:
    return None, None if value is None else str(value)


def _rich(_: World, value: Any) -> Shown:
    return None, adf.to_wiki(value) if isinstance(value, dict) else value


def _labels(_: World, value: tuple[str, ...] | None) -> Shown:
    return None, " ".join(value or ())


def _named(_: World, value: Named | Status | None) -> Shown:
    return (value.id, value.name) if value else NOTHING


def _account(world: World, value: Account | None) -> Shown:
    return (world.account_id(value), value.name) if value else NOTHING


def _day(_: World, value: date | None) -> Shown:
    return (value.isoformat(), f"{value.isoformat()} 00:00:00.0") if value else NOTHING


def _sprints(_: World, value: tuple[Sprint, ...] | None) -> Shown:
    return ", ".join(str(one.id) for one in value or ()), ", ".join(one.name for one in value or ())


_FIELDS: Mapping[str, tuple[str, Callable[[World, Any], Shown]]] = {
    "summary": ("summary", _text),
    "description": ("description", _rich),
    "labels": ("labels", _labels),
    "assignee": ("assignee", _account),
    "due": ("duedate", _day),
    "priority": ("priority", _named),
    "status": ("status", _named),
    "resolution": ("resolution", _named),
    "team": ("Team", _named),
    "points": ("Story Points", _text),
    "sprints": ("Sprint", _sprints),
}
