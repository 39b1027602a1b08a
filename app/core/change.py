"""One wanted edit as a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from app.core.person import Person
from app.core.policy import Target
from app.core.snapshot import Epic
from app.core.text import Text


@dataclass(frozen=True, slots=True)
class AddLabel:
    """Put a label on the item, in the policy's spelling."""

    label: str


@dataclass(frozen=True, slots=True)
class RemoveLabel:
    """Take a label off the item, in the tracker's spelling."""

    label: str


@dataclass(frozen=True, slots=True)
class MoveToBoard:
    """Put the item on a route's board; `target` is the policy's board in the connector's words."""

    route: str
    target: Target = field(compare=False)


@dataclass(frozen=True, slots=True)
class LinkToEpic:
    """Put the item under a route's epic. `relate`: it cannot be the parent, so link the two instead."""

    route: str
    epic: Epic
    relate: bool = False


@dataclass(frozen=True, slots=True)
class Assign:
    """Give the item to a person."""

    person: Person


@dataclass(frozen=True, slots=True)
class SetDue:
    """Set the item's due date."""

    day: date


@dataclass(frozen=True, slots=True)
class Say:
    """Let the living comment read like this; it is made where there is none.

    `comment_id` is the comment's id, None where none was made yet. `number` counts the item's comments of ours: a new one
    is made only when a person deleted the one before.
    """

    text: Text
    comment_id: str | None = None
    number: int = 1


Change: TypeAlias = AddLabel | RemoveLabel | MoveToBoard | LinkToEpic | Assign | SetDue | Say


def name_of(change: Change) -> str:
    """Return the change's name as it stands in records: `add_label`, `move_to_board` …"""
    return {
        AddLabel: "add_label",
        RemoveLabel: "remove_label",
        MoveToBoard: "move_to_board",
        LinkToEpic: "link_to_epic",
        Assign: "assign",
        SetDue: "set_due",
        Say: "say",
    }[type(change)]


def describe(change: Change) -> str:
    """Return the change as a phrase for records and the terminal."""
    match change:
        case AddLabel(label):
            return f"add the label {label}"
        case RemoveLabel(label):
            return f"remove the label {label}"
        case MoveToBoard(route, target):
            return f"move to the board of {route} ({_target(target)})"
        case LinkToEpic(_, epic, relate):
            return f"{'relate to' if relate else 'put under'} {epic.title}"
        case Assign(person):
            return f"assign {person.name}"
        case SetDue(day):
            return f"set the due date {day.isoformat()}"
        case Say(_, comment_id):
            return "edit our comment" if comment_id else "comment"


def _target(target: Mapping[str, object]) -> str:
    return ", ".join(
        f"{key} {value}" for key, value in target.items() if value is not None and not isinstance(value, Mapping)
    )
