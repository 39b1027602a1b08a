"""The fields that queries know, and what stands in them."""

from collections.abc import Callable, Mapping
from datetime import datetime

from connectors.jira.sandbox.model import Issue, Named, Project
from connectors.jira.sandbox.refusal import Refusal
from connectors.jira.sandbox.world import World


def field_name(world: World, written: str) -> str:
    """Return our name of a field as queries write it."""
    by_id = {f"cf[{id_.removeprefix('customfield_')}]": word for word, id_ in world.custom.items()}
    name = _CLAUSES.get(written) or _CLAUSES.get(by_id.get(written, ""))
    if name is None or (name == "team" and world.data_center):
        raise Refusal(400, f"Field '{written}' does not exist or you do not have permission to view it.")
    return name


def _named(*ones: Named | None) -> list[set[str]]:
    return [{one.id, one.name.casefold()} for one in ones if one]


def _projects(*projects: Project) -> list[set[str]]:
    return [{one.id, one.key.casefold(), one.name.casefold()} for one in projects]


def _status_category(category: str) -> set[str]:
    return {"new": {"new", "to do", "2"}, "done": {"done", "3"}}.get(category, {"indeterminate", "in progress", "4"})


def _parent(world: World, issue: Issue) -> list[set[str]]:
    """Return the parent; Data Center calls only a sub-task's by that name."""
    hidden = world.data_center and issue.type.level >= 0
    return [{issue.parent.id}] if issue.parent and not hidden else []


NAMES: Mapping[str, Callable[[World, Issue], list[set[str]]]] = {
    "key": lambda _, issue: [{issue.id}],
    "labels": lambda _, issue: [{label.casefold()} for label in issue.labels],
    "project": lambda _, issue: _projects(issue.project),
    "issuetype": lambda _, issue: [{issue.type.id, issue.type.name.casefold()}],
    "status": lambda _, issue: [{issue.status.id, issue.status.name.casefold()}],
    "statuscategory": lambda _, issue: [_status_category(issue.status.category)],
    "resolution": lambda _, issue: _named(issue.resolution),
    "priority": lambda _, issue: _named(issue.priority),
    "component": lambda _, issue: _named(*issue.components),
    "team": lambda _, issue: _named(issue.team),
    "summary": lambda _, issue: [{issue.summary.casefold()}],
    "assignee": lambda world, issue: [{world.account_id(issue.assignee).casefold()}] if issue.assignee else [],
    "sprint": lambda _, issue: [{str(one.id), one.name.casefold(), f"{one.state} sprint"} for one in issue.sprints],
    "parent": _parent,
    "epic link": lambda _, issue: [{issue.parent.id}] if issue.parent else [],
}
"""The values of a field, each as everything by which it can be called."""
TIMES: Mapping[str, Callable[[Issue], datetime | None]] = {
    "created": lambda issue: issue.created,
    "updated": lambda issue: issue.updated,
    "resolved": lambda issue: issue.resolved,
}
KNOWN: Mapping[str, Callable[[World], list[set[str]]]] = {
    "project": lambda world: _projects(*world.projects),
    "issuetype": lambda world: [{type_.id, type_.name.casefold()} for type_ in world.types],
    "status": lambda world: [{status.id, status.name.casefold()} for status in world.statuses],
    "statuscategory": lambda _: [_status_category(category) for category in ("new", "indeterminate", "done")],
    "priority": lambda world: _named(*world.priorities),
}
"""The fields of which a query may only name values that there are."""
_CLAUSES = {name: name for name in (*NAMES, *TIMES)} | {
    "id": "key",
    "issue": "key",
    "issuekey": "key",
    "label": "labels",
    "type": "issuetype",
    "team[team]": "team",
    "sprints": "sprint",
    "epic_link": "epic link",
    "createddate": "created",
    "updateddate": "updated",
    "resolutiondate": "resolved",
}
