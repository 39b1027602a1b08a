"""Move an issue to another team, and lose on the way what real Linear loses."""

from collections.abc import Mapping
from typing import Any

from connectors.linear.sandbox.world import Row, World


def move_to_team(world: World, issue: Row, after: Row, wanted: Mapping[str, Any]) -> None:
    """Fit what an issue has to its new team.

    The state becomes the team's equivalent; the cycle, labels of other teams and a project that lacks the team go, as
    far as the change itself does not name new ones. Id, comments, assignee and workspace labels stay.
    """
    team = world.value(after, "team")
    if not wanted.get("stateId"):
        after["stateId"] = _equivalent(world, world.value(issue, "state"), team)["id"]
    if "cycleId" not in wanted:
        after["cycleId"] = None
    project = world.value(after, "project")
    if project is not None and team["id"] not in project["teamIds"] and "projectId" not in wanted:
        after["projectId"] = None
    labels = world.value(after, "labels")
    after["labelIds"] = [label["id"] for label in labels if label["teamId"] in {None, team["id"]}]


def renumber(world: World, issue: Row, after: Row) -> None:
    """Give a moved issue its new key; the old one goes on finding it."""
    team = world.value(after, "team")
    number = world.ids.number(team["key"])
    after |= {"number": number, "identifier": f"{team['key']}-{number}", "addedToTeamAt": world.stamp()}
    after["previousIdentifiers"] = [*issue["previousIdentifiers"], issue["identifier"]]


def _equivalent(world: World, state: Row, team: Row) -> Row:
    """Return the team's state of the same name and type, else of the same type, else the one for new issues."""
    states = sorted(world.value(team, "states"), key=lambda each: each["position"])
    same_type = [each for each in states if each["type"] == state["type"]]
    same_name = [each for each in same_type if each["name"].casefold() == state["name"].casefold()]
    best: Row = (same_name or same_type or [world.value(team, "defaultIssueState")])[0]
    return best
