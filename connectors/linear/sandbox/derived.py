"""Compute the fields that are kept nowhere."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from connectors.linear.sandbox.world import Row, World

PRIORITIES = ("No priority", "Urgent", "High", "Medium", "Low")
SITE = "https://linear.app/acme"


def slug(text: str) -> str:
    """Return a text as it stands in addresses."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _is_active(world: World, cycle: Row) -> bool:
    return _time(cycle, "startsAt") <= world.clock.peek() < _time(cycle, "endsAt")


def _is_future(world: World, cycle: Row) -> bool:
    return _time(cycle, "startsAt") > world.clock.peek()


def _is_next(world: World, cycle: Row) -> bool:
    future = [each for each in world.rows("Cycle") if each["teamId"] == cycle["teamId"] and _is_future(world, each)]
    return bool(future) and cycle is min(future, key=lambda each: _time(each, "startsAt"))


def _active_cycle(world: World, team: Row) -> Row | None:
    return next((cycle for cycle in world.value(team, "cycles") if _is_active(world, cycle)), None)


def _on_call(world: World, responsibility: Row) -> Row | None:
    """Return whoever is chosen by hand, else whoever the schedule names for now, where the workspace knows them."""
    if responsibility["manualUserIds"]:
        return world.tables["User"].get(responsibility["manualUserIds"][0])
    now, schedule = world.clock.peek(), world.value(responsibility, "timeSchedule")
    for entry in (schedule or {}).get("entries") or ():
        if _time(entry, "startsAt") <= now < _time(entry, "endsAt"):
            return world.tables["User"].get(entry["userId"] or "")
    return None


def _manual(_world: World, responsibility: Row) -> dict[str, Any] | None:
    ids = responsibility["manualUserIds"]
    return {"userIds": ids} if ids else None


def _time(row: Mapping[str, Any], name: str) -> datetime:
    return datetime.fromisoformat(row[name])


DERIVED: Mapping[str, Callable[[World, Row], Any]] = {
    "Cycle.isActive": _is_active,
    "Cycle.isFuture": _is_future,
    "Cycle.isNext": _is_next,
    "Cycle.isPast": lambda world, cycle: _time(cycle, "endsAt") <= world.clock.peek(),
    "Issue.branchName": lambda _world, issue: f"{slug(issue['identifier'])}-{slug(issue['title'])}",
    "Issue.priorityLabel": lambda _world, issue: PRIORITIES[int(issue["priority"])],
    "Issue.url": lambda _world, issue: f"{SITE}/issue/{issue['identifier']}/{slug(issue['title'])}",
    "Project.url": lambda _world, project: f"{SITE}/project/{slug(project['name'])}-{project['slugId']}",
    "Team.activeCycle": _active_cycle,
    "Team.displayName": lambda _world, team: team["name"],
    "TriageResponsibility.currentUser": _on_call,
    "TriageResponsibility.manualSelection": _manual,
    "User.organization": lambda world, _user: world.rows("Organization")[0],
    "User.url": lambda _world, user: f"{SITE}/profiles/{slug(user['displayName'])}",
}
