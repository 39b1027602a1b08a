"""Turn what a person says about a ticket, in names, into the input of a mutation, in ids."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from connectors.linear.sandbox.derived import PRIORITIES
from connectors.linear.sandbox.projects import create_label
from connectors.linear.sandbox.world import Row, World, iso

PLAIN = ("title", "description", "estimate")


def person(world: World, email: str | None) -> Row | None:
    """Return the person with that e-mail address; raise ValueError when there is none."""
    return None if email is None else _need(world.find("User", email=email), "person", email)


def wish(world: World, by: Row | None, team: Row, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the input for what was said of a ticket that is in that team now.

    Words: team (key or name), title, description, estimate, priority (number or word), labels (names, all of them;
    new ones are made), assignee (e-mail), state (name), due (day), cycle (number or `active`), epic (a project's name,
    else a ticket's key or title), created_at. None empties. Raise ValueError for a name that nothing has.
    """
    wanted = {name: said[name] for name in PLAIN if name in said}
    if "team" in said:
        team = _team(world, said["team"])
        wanted["teamId"] = team["id"]
    for word, told in said.items():
        if word in WORDS:
            wanted |= WORDS[word](world, team, told)
        elif word == "labels":
            wanted["labelIds"] = [_label(world, by, team, name)["id"] for name in told]
        elif word not in {*PLAIN, "team"}:
            raise ValueError(f"nobody can say anything about the {word} of a ticket here")
    return wanted


def find_ticket(world: World, reference: str) -> Row:
    """Return the ticket with that id, key or title; raise ValueError when there is none."""
    found = world.tables["Issue"].get(reference)
    found = found or world.find("Issue", identifier=reference) or world.find("Issue", title=reference)
    return _need(found, "ticket", reference)


def _team(world: World, name: str) -> Row:
    return _need(world.find("Team", key=name) or world.find("Team", name=name), "team", name)


def _label(world: World, by: Row | None, team: Row, name: str) -> Row:
    """Return the label of that name: the team's, else the workspace's, else a new one there, as people make them."""
    found = world.find("IssueLabel", name=name, teamId=team["id"]) or world.find("IssueLabel", name=name, teamId=None)
    return found or create_label(world, by, {"name": name})


def _assignee(world: World, _team: Row, email: str | None) -> dict[str, Any]:
    someone = person(world, email)
    return {"assigneeId": someone and someone["id"]}


def _state(world: World, team: Row, name: str) -> dict[str, Any]:
    return {"stateId": _need(world.find("WorkflowState", teamId=team["id"], name=name), "state", name)["id"]}


def _due(_world: World, _team: Row, day: date | str | None) -> dict[str, Any]:
    return {"dueDate": day.isoformat() if isinstance(day, date) else day}


def _cycle(world: World, team: Row, which: float | str | None) -> dict[str, Any]:
    cycles: Sequence[Row] = world.value(team, "cycles")
    fitting = [each for each in cycles if which == "active" and world.value(each, "isActive")]
    fitting += [each for each in cycles if each["number"] == which]
    return {"cycleId": None if which is None else _need(next(iter(fitting), None), "cycle", which)["id"]}


def _epic(world: World, _team: Row, name: str | None) -> dict[str, Any]:
    if name is None:
        return {"projectId": None, "parentId": None}
    project = world.find("Project", name=name)
    return {"projectId": project["id"]} if project else {"parentId": find_ticket(world, name)["id"]}


def _priority(_world: World, _team: Row, word: str | int) -> dict[str, Any]:
    return {"priority": PRIORITIES.index(word.capitalize()) if isinstance(word, str) else word}


def _created_at(_world: World, _team: Row, moment: datetime) -> dict[str, Any]:
    return {"createdAt": iso(moment)}


WORDS: Mapping[str, Callable[[World, Row, Any], dict[str, Any]]] = {
    "assignee": _assignee,
    "created_at": _created_at,
    "cycle": _cycle,
    "due": _due,
    "epic": _epic,
    "priority": _priority,
    "state": _state,
}


def _need(found: Row | None, kind: str, name: object) -> Row:
    if found is None:
        raise ValueError(f"Acme has no {kind} {name}")
    return found
