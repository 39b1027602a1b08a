"""Make and change issues by Linear's rules."""

import re
from collections.abc import Mapping
from typing import Any

from connectors.linear.sandbox.history import keep_history
from connectors.linear.sandbox.labels import labels_after
from connectors.linear.sandbox.moves import move_to_team, renumber
from connectors.linear.sandbox.refusals import conflict, discrepancy, invalid, malformed
from connectors.linear.sandbox.world import UUID, Row, World

REFERENCES = {
    "assigneeId": "User",
    "cycleId": "Cycle",
    "parentId": "Issue",
    "projectId": "Project",
    "stateId": "WorkflowState",
    "teamId": "Team",
}
PLAIN = ("title", "description", "priority", "estimate", "dueDate", "sortOrder", "subscriberIds")
NEVER_EMPTY = ("title", "priority", "stateId", "teamId", "sortOrder")

EMPTY: Mapping[str, Any] = {
    **dict.fromkeys(("assigneeId", "cycleId", "parentId", "projectId", "description", "estimate", "dueDate")),
    **dict.fromkeys(
        ("startedAt", "completedAt", "canceledAt", "triagedAt", "autoArchivedAt", "autoClosedAt", "trashed")
    ),
    **dict.fromkeys(("addedToCycleAt", "addedToProjectAt", "slaBreachesAt", "snoozedUntilAt", "botActor")),
    "externalUserCreator": None,
    "priority": 0,
    "sortOrder": 0,
}


def create_issue(world: World, actor: Row, wanted: Mapping[str, Any]) -> Row:
    """Create an issue as that person or app; raise RefusedError."""
    if not (wanted.get("title") or "").strip():
        raise malformed("title should not be empty")
    team = world.get("Team", wanted["teamId"], "teamId")
    id_ = checked_id(world, "Issue", wanted.get("id"))
    blank = {**EMPTY, "__typename": "Issue", "teamId": team["id"], "stateId": _first_state(team, actor)}
    blank |= {"labelIds": [], "subscriberIds": [actor["id"]], "creatorId": actor["id"], "previousIdentifiers": []}
    values = _values_after(world, blank, {**wanted, "teamId": team["id"]})
    stamp = wanted.get("createdAt") or world.stamp()
    number = world.ids.number(team["key"])
    values |= {"number": number, "identifier": f"{team['key']}-{number}", "addedToTeamAt": stamp, "createdAt": stamp}
    del values["__typename"]
    issue = world.add("Issue", id=id_, **values)
    _keep_times(world, issue, {name: None for name in ("stateId", "cycleId", "projectId") if issue[name]})
    world.announce("create", issue, actor, None)
    return issue


def update_issue(world: World, actor: Row | None, issue: Row, wanted: Mapping[str, Any]) -> Row:
    """Change an issue, all of it or nothing; what is so already changes nothing and is announced to nobody."""
    after = _values_after(world, issue, wanted)
    if after["teamId"] != issue["teamId"]:
        renumber(world, issue, after)
    former = {name: issue[name] for name, value in after.items() if value != issue[name]}
    if former:
        change_issue(world, actor, issue, {name: after[name] for name in former})
    return issue


def change_issue(
    world: World, actor: Row | None, issue: Row, values: Mapping[str, Any], action: str = "update"
) -> None:
    """Set columns of an issue, with all that follows from it: times, history, webhook."""
    former = {name: issue[name] for name in (*values, "updatedAt")}
    issue |= {**values, "updatedAt": world.stamp()}
    _keep_times(world, issue, former)
    keep_history(world, issue, actor, former)
    world.announce(action, issue, actor, former if action == "update" else None)


def checked_id(world: World, table: str, id_: str | None) -> str | None:
    """Return a client's own id for a new row, in small letters; refuse one that is taken or no UUID version 4."""
    if id_ is None:
        return None
    if not UUID.fullmatch(id_) or id_[14] != "4" or id_[19] not in "89abAB":
        raise malformed("id must be a UUID")
    if id_.lower() in world.tables[table]:
        raise conflict(table, id_)
    return id_.lower()


def _values_after(world: World, issue: Row, wanted: Mapping[str, Any]) -> Row:
    _check_form(wanted)
    after = dict(issue)
    after |= {name: wanted[name] for name in PLAIN if name in wanted}
    after |= {
        name: wanted[name] and world.get(table, wanted[name], name)["id"]
        for name, table in REFERENCES.items()
        if name in wanted
    }
    if after["teamId"] != issue["teamId"]:
        move_to_team(world, issue, after, wanted)
    after["labelIds"] = labels_after(world, after, wanted)
    _check_place(world, after)
    _check_assignee(world, issue, after)
    _check_parent(world, after)
    if after["assigneeId"] and after["assigneeId"] not in after["subscriberIds"]:
        after["subscriberIds"] = [*after["subscriberIds"], after["assigneeId"]]
    return after


def _check_form(wanted: Mapping[str, Any]) -> None:
    for name in NEVER_EMPTY:
        if name in wanted and wanted[name] in {None, ""}:
            raise malformed(f"{name} should not be null or undefined")
    if not 0 <= (wanted.get("priority") or 0) <= 4:  # noqa: PLR2004  0 none, 1 urgent … 4 low
        raise malformed("priority must not be greater than 4")
    due = wanted.get("dueDate")
    if due is not None and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", due):
        raise malformed("dueDate must be a date")


def _check_place(world: World, after: Row) -> None:
    state, cycle, project = (world.value(after, name) for name in ("state", "cycle", "project"))
    strange = state["teamId"] != after["teamId"] or (cycle is not None and cycle["teamId"] != after["teamId"])
    if strange or (project is not None and after["teamId"] not in project["teamIds"]):
        raise discrepancy()


def _check_assignee(world: World, issue: Row, after: Row) -> None:
    person = world.value(after, "assignee")
    if person is None or person["id"] == issue["assigneeId"]:
        return
    if not person["active"]:
        raise invalid("assigneeId is not active", f"The user {person['name']} is not active in this workspace.")
    if not person["isAssignable"]:
        raise invalid("assigneeId is not assignable", f"{person['name']} cannot be assigned to issues.")


def _check_parent(world: World, after: Row) -> None:
    parent = world.value(after, "parent")
    while parent is not None:
        if parent["id"] == after.get("id"):
            raise invalid("parentId is circular", "An issue cannot be under one of its own sub-issues.")
        parent = world.value(parent, "parent")


def _first_state(team: Row, actor: Row) -> str:
    """Return where a new issue stands: in triage when an app or somebody from outside the team brings it."""
    outside = actor["app"] or actor["id"] not in team["memberIds"]
    state: str = team["triageIssueStateId"] if team["triageEnabled"] and outside else team["defaultIssueStateId"]
    return state


def _keep_times(world: World, issue: Row, former: Mapping[str, Any]) -> None:
    """Stamp what an issue entered: a state of another type, a cycle, a project."""
    stamp = issue["updatedAt"]
    if "cycleId" in former:
        issue["addedToCycleAt"] = stamp if issue["cycleId"] else None
    if "projectId" in former:
        issue["addedToProjectAt"] = stamp if issue["projectId"] else None
    if "stateId" not in former:
        return
    kind = world.value(issue, "state")["type"]
    started = kind in {"started", "completed"}
    issue["startedAt"] = (issue["startedAt"] or stamp) if started else None
    issue["completedAt"] = (issue["completedAt"] or stamp) if kind == "completed" else None
    issue["canceledAt"] = (issue["canceledAt"] or stamp) if kind in {"canceled", "duplicate"} else None
