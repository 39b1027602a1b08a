"""Turn what a person says about an issue, in names, into what it is to be."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from connectors.jira.sandbox.model import Account, Issue, IssueType, Named, Project, Sprint, Status
from connectors.jira.sandbox.values import Place, label
from connectors.jira.sandbox.world import World

_Thing = TypeVar("_Thing", Named, Status, Sprint, IssueType)


def wish(world: World, place: Place, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return an issue's attributes for what was said of it.

    Words: title, description (plain), labels (all of them), assignee (e-mail), state, due (day), epic (title, key or
    id), priority, estimate, components, resolution, sprint (names) and on_team (a team's name). None empties. Raise
    ValueError for a name that nothing has.
    """
    unknown = sorted(set(said) - set(_WORDS))
    if unknown:
        raise ValueError(f"nobody can say anything about the {unknown[0]} of an issue here")
    return {_WORDS[word][0]: _WORDS[word][1](world, place, told) for word, told in said.items()}


def find_issue(world: World, reference: str) -> Issue:
    """Return the issue with that id, key or title; raise ValueError when there is none."""
    titled = (issue for issue in world.issues.values() if issue.summary == reference)
    found = world.issue(reference) or next(titled, None)
    if found is None:
        raise ValueError(f"Acme has no issue {reference}")
    return found


def find_project(world: World, reference: str) -> Project:
    """Return the project with that key; raise ValueError when there is none."""
    found = world.project(reference)
    if found is None:
        raise ValueError(f"Acme has no project {reference}")
    return found


def find_type(world: World, project: Project, name: str) -> IssueType:
    """Return the project's issue type of that name; raise ValueError when there is none."""
    return _find(world.types_of(project), name)


def _find(things: Sequence[_Thing], name: str) -> _Thing:
    found = next((thing for thing in things if thing.name.casefold() == name.casefold()), None)
    if found is None:
        raise ValueError(f"Acme has no {name}")
    return found


def _labels(_: World, __: Place, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(label(name) for name in names))


def _assignee(world: World, _: Place, email: str | None) -> Account | None:
    return None if email is None else world.person(email)


def _due(_: World, __: Place, day: date | str | None) -> date | None:
    return date.fromisoformat(day) if isinstance(day, str) else day


def _sprint(world: World, _: Place, name: str | None) -> tuple[Sprint, ...]:
    return () if name is None else (_find(world.sprints, name),)


def _components(_: World, place: Place, names: Sequence[str]) -> tuple[Named, ...]:
    return tuple(_find(place.project.components, name) for name in names)


_WORDS: Mapping[str, tuple[str, Callable[[World, Place, Any], Any]]] = {
    "title": ("summary", lambda _, __, text: text),
    "description": ("description", lambda world, _, text: None if text is None else world.rich(text)),
    "labels": ("labels", _labels),
    "assignee": ("assignee", _assignee),
    "state": ("status", lambda world, _, name: _find(world.statuses, name)),
    "resolution": ("resolution", lambda world, _, name: _find(world.resolutions, name)),
    "due": ("due", _due),
    "epic": ("parent", lambda world, _, name: None if name is None else find_issue(world, name)),
    "priority": ("priority", lambda world, _, name: _find(world.priorities, name)),
    "estimate": ("points", lambda _, __, points: None if points is None else float(points)),
    "components": ("components", _components),
    "sprint": ("sprints", _sprint),
    "on_team": ("team", lambda world, _, name: None if name is None else _find(world.teams, name)),
}
"""The issue's attribute behind each word, and how to find what was named."""
