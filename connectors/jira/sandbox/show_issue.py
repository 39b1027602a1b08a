"""Show issues, their fields and their history as Jira's JSON."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from connectors.jira.sandbox.model import Change, Entry, Issue, Sprint
from connectors.jira.sandbox.show import Show

_SMALL = ("summary", "status", "priority", "issuetype")
"""The fields with which one issue shows another."""


def issue(show: Show, one: Issue, fields: Iterable[str], properties: Iterable[str] = ()) -> dict[str, Any]:
    """Return an issue with these fields; only its id and key when there are none."""
    shown = {"expand": "", "id": one.id, "self": show.here(f"issue/{one.id}"), "key": one.key}
    wanted = {name: value(show, one) for name, value in fields_of(show, one).items() if name in set(fields)}
    kept = {key: one.properties[key] for key in properties if key in one.properties}
    return {**shown, **({"fields": wanted} if wanted else {}), **({"properties": kept} if list(properties) else {})}


def chosen(show: Show, one: Issue, given: Iterable[str], default: str) -> set[str]:
    """Return the names of the fields that a request asks for, in Jira's own notation of it."""
    everything = set(fields_of(show, one))
    named = list(given) or [default]
    if all(name.startswith("-") for name in named):
        named.append(default)
    wanted: set[str] = set()
    for name in named:
        wanted |= {"*all": everything, "*navigable": everything - {"comment"}}.get(name, {name})
    return wanted - {name.removeprefix("-") for name in named if name.startswith("-")}


def small(show: Show, one: Issue | None) -> dict[str, Any] | None:
    """Return an issue as others show it."""
    if one is None:
        return None
    fields = {name: _FIELDS[name](show, one) for name in _SMALL}
    return {"id": one.id, "key": one.key, "self": show.here(f"issue/{one.id}"), "fields": fields}


def fields_of(show: Show, one: Issue) -> Mapping[str, Callable[[Show, Issue], Any]]:
    """Return how to show each field of an issue: the site's own ids for the custom ones."""
    points = "points_next_gen" if one.project.next_gen else "points"
    custom = {show.world.custom[word]: read for word, read in _CUSTOM.items() if word in show.world.custom}
    gone = {"parent"} if one.parent is None or (show.world.data_center and one.type.level >= 0) else set()
    named = {name: read for name, read in _FIELDS.items() if name not in gone}
    return {**named, **custom, show.world.custom[points]: lambda _, issue: issue.points}


def history(show: Show, entry: Entry) -> dict[str, Any]:
    """Return one entry of the history, as reading it gives it."""
    by = show.account(entry.by)
    items = [item(show, change) for change in entry.changes]
    return {"id": entry.id, "author": by, "created": show.time(entry.at), "items": items}


def item(show: Show, change: Change) -> dict[str, Any]:
    """Return one line of the history; Data Center gives no field ids."""
    named = change.field_id is not None and not show.world.data_center
    values = zip(("from", "fromString", "to", "toString"), (*change.before, *change.after), strict=True)
    kind = "custom" if change.custom else "jira"
    start = {"field": change.name, "fieldtype": kind, **({"fieldId": change.field_id} if named else {})}
    return {**start, **dict(values)}


def _links(show: Show, one: Issue) -> list[dict[str, Any]]:
    shown = []
    for link in show.world.links_of(one):
        outward = link.source == one.id
        other = small(show, show.world.issues[link.destination if outward else link.source])
        start = {"id": link.id, "self": show.here(f"issueLink/{link.id}"), "type": show.link_type(link.type)}
        shown.append({**start, "outwardIssue" if outward else "inwardIssue": other})
    return shown


def _comments(show: Show, one: Issue) -> dict[str, Any]:
    comments = [show.comment(one, comment) for comment in one.comments]
    return {"comments": comments, "maxResults": len(comments), "total": len(comments), "startAt": 0}


def _sprint(show: Show, sprint: Sprint) -> Any:
    """Return a sprint as the field has it: an object on Cloud, a printed one on Data Center."""
    if show.world.data_center:
        words = f"id={sprint.id},rapidViewId={sprint.board},state={sprint.state.upper()},name={sprint.name}"
        return f"com.atlassian.greenhopper.service.sprint.Sprint@{sprint.id}[{words}]"
    return {"id": sprint.id, "name": sprint.name, "state": sprint.state, "boardId": sprint.board, "goal": ""}


def _sub_tasks(show: Show, one: Issue) -> list[dict[str, Any] | None]:
    return [small(show, other) for other in show.world.issues.values() if other.parent is one and other.type.level < 0]


def _epic_link(_: Show, one: Issue) -> str | None:
    return one.parent.key if one.parent and one.parent.type.level == 1 else None


_FIELDS: Mapping[str, Callable[[Show, Issue], Any]] = {
    "summary": lambda _, one: one.summary,
    "description": lambda show, one: show.text(one.description),
    "issuetype": lambda show, one: show.type(one.type),
    "project": lambda show, one: show.project(one.project),
    "status": lambda show, one: show.status(one.status),
    "priority": lambda show, one: show.named("priority", one.priority),
    "resolution": lambda show, one: show.named("resolution", one.resolution),
    "resolutiondate": lambda show, one: show.time(one.resolved) if one.resolved else None,
    "labels": lambda _, one: list(one.labels),
    "assignee": lambda show, one: show.account(one.assignee),
    "reporter": lambda show, one: show.account(one.creator),
    "creator": lambda show, one: show.account(one.creator),
    "parent": lambda show, one: small(show, one.parent),
    "components": lambda show, one: [show.named("component", component) for component in one.components],
    "duedate": lambda _, one: one.due.isoformat() if one.due else None,
    "created": lambda show, one: show.time(one.created),
    "updated": lambda show, one: show.time(one.updated),
    "issuelinks": _links,
    "subtasks": _sub_tasks,
    "comment": _comments,
}
_CUSTOM: Mapping[str, Callable[[Show, Issue], Any]] = {
    "team": lambda _, one: {"id": one.team.id, "name": one.team.name, "isShared": True} if one.team else None,
    "epic_link": _epic_link,
    "epic_name": lambda _, one: one.summary if one.type.level == 1 else None,
    "sprints": lambda show, one: [_sprint(show, sprint) for sprint in one.sprints] or None,
}
