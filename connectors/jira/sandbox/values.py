"""Read the values that an edit gives for an issue's fields, as strictly as Jira does.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-put
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from connectors.jira.sandbox import adf
from connectors.jira.sandbox.model import Account, Issue, IssueType, Named, Project, Rich, Sprint
from connectors.jira.sandbox.world import World

LONGEST_LABEL = 255


class Invalid(Exception):  # noqa: N818  it is said of a value in a request, not of this program
    """Refuse a value; `field` is the name under which Jira says so, None: the field's own."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Place:
    """Say what kind of issue is edited, and where."""

    project: Project
    type: IssueType


def label(value: Any) -> str:
    """Read one label: free text without spaces."""
    if not isinstance(value, str):
        raise Invalid("Specify the labels as strings.")
    if not value or any(character.isspace() for character in value):
        raise Invalid(f"The label '{value}' contains spaces which is invalid.")
    if len(value) > LONGEST_LABEL:
        raise Invalid(f"The label '{value[:20]}…' exceeds {LONGEST_LABEL} characters.")
    return value


def component(_: World, place: Place, value: Any) -> Named:
    """Read one of the project's components, by id or name."""
    wanted = set(value.values()) if isinstance(value, dict) else set()
    found = next((one for one in place.project.components if {one.id, one.name} & wanted), None)
    if found is None or place.project.next_gen:
        raise Invalid("Component name is not valid.")
    return found


def _summary(_: World, __: Place, value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 255 or "\n" in value:  # noqa: PLR2004  Jira's own
        raise Invalid("You must specify a summary of the issue.")
    return value


def rich(world: World, value: Any) -> Rich:
    """Read a text: a document on Cloud, a string on Data Center."""
    if world.data_center and isinstance(value, str):
        return value
    if not world.data_center and adf.is_document(value):
        return dict(value)
    kind = "a string" if world.data_center else "an Atlassian Document"
    raise Invalid(f"Operation value must be {kind}.")


def _description(world: World, _: Place, value: Any) -> Rich | None:
    return None if value is None else rich(world, value)


def _labels(_: World, __: Place, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise Invalid("data was not an array")
    return tuple(dict.fromkeys(label(one) for one in value))


def _components(world: World, place: Place, value: Any) -> tuple[Named, ...]:
    if not isinstance(value, list):
        raise Invalid("data was not an array")
    return tuple(dict.fromkeys(component(world, place, one) for one in value))


def _assignee(world: World, _: Place, value: Any) -> Account | None:
    """Read who it is given to: people who are active."""
    if value is None:
        return None
    key = "name" if world.data_center else "accountId"
    if not isinstance(value, dict) or key not in value:
        raise Invalid("data was not an object")
    if value[key] is None:
        return None
    found = world.account(str(value[key]))
    if found is None or not found.active or found.kind != "atlassian":
        raise Invalid(f"User '{value[key]}' cannot be assigned issues.")
    return found


def _due(_: World, __: Place, value: Any) -> date | None:
    try:
        return None if value is None else date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise Invalid(f"Error parsing date string: {value}") from error


def _priority(world: World, _: Place, value: Any) -> Named:
    wanted = set(value.values()) if isinstance(value, dict) else set()
    found = next((one for one in world.priorities if {one.id, one.name} & wanted), None)
    if found is None:
        raise Invalid("The priority selected is invalid.")
    return found


def _team(world: World, place: Place, value: Any) -> Named | None:
    """Read a team: it is written as a bare id, and sub-tasks have their parent's.

    https://developer.atlassian.com/platform/teams/components/team-field-in-jira-rest-api/
    """
    if value is None:
        return None
    found = next((one for one in world.teams if one.id == value), None)
    if found is None or place.type.level < 0:
        raise Invalid("The team is not valid, or cannot be set here.")
    return found


def _points(_: World, __: Place, value: Any) -> float | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise Invalid("Operation value must be a number")
    return None if value is None else float(value)


def _sprints(world: World, _: Place, value: Any) -> tuple[Sprint, ...]:
    if value is None:
        return ()
    found = next((one for one in world.sprints if one.id == value and one.state != "closed"), None)
    if found is None:
        raise Invalid("Number value expected as the Sprint id.")
    return (found,)


def _parent(world: World, place: Place, value: Any) -> Issue | None:
    """Read a parent: exactly one level above, and in the same project where either's is team-managed.

    https://support.atlassian.com/jira-software-cloud/docs/limitations-of-team-managed-projects-in-advanced-roadmaps/
    """
    if value is None or value == {"none": True}:
        return None
    reference = value.get("key") or value.get("id") if isinstance(value, dict) else None
    parent = world.issue(reference) if isinstance(reference, str) else None
    if parent is None:
        raise Invalid("Could not find issue by id or key.", "parent")
    apart = parent.project != place.project and (
        parent.project.next_gen or place.project.next_gen or place.type.level < 0
    )
    if apart or parent.type.level != place.type.level + 1:
        raise Invalid("Given parent work item does not belong to appropriate hierarchy", "parentId")
    return parent


def _epic_link(world: World, place: Place, value: Any) -> Issue | None:
    """Read Data Center's link to an epic: its bare key."""
    if value is None:
        return None
    epic = world.issue(value) if isinstance(value, str) else None
    if epic is None or epic.type.level != 1 or place.type.level != 0:
        raise Invalid(f"Issue '{value}' is not an epic that this issue can belong to.")
    return epic


READERS: Mapping[str, Callable[[World, Place, Any], Any]] = {
    "summary": _summary,
    "description": _description,
    "labels": _labels,
    "components": _components,
    "assignee": _assignee,
    "due": _due,
    "priority": _priority,
    "team": _team,
    "points": _points,
    "sprints": _sprints,
    "parent": _parent,
    "epic_link": _epic_link,
}
"""How to read a field's whole new value, by the name of the issue's attribute."""
