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

    `comment_id` is the comment's id, None where none was made yet. `number` counts the item's comments of ours: a new
    one is made only when a person deleted the one before.
    """

    text: Text
    comment_id: str | None = None
    number: int = 1


Change: TypeAlias = AddLabel | RemoveLabel | MoveToBoard | LinkToEpic | Assign | SetDue | Say

_NAMES: Mapping[type, str] = {
    AddLabel: "add_label",
    RemoveLabel: "remove_label",
    MoveToBoard: "move_to_board",
    LinkToEpic: "link_to_epic",
    Assign: "assign",
    SetDue: "set_due",
    Say: "say",
}


def name_of(change: Change) -> str:
    """Return the change's name as refusals are keyed: `add_label`, `move_to_board` and so on."""
    return _NAMES[type(change)]


def describe(change: Change) -> str:
    """Return the change as a phrase for records and the terminal."""
    if isinstance(change, (AddLabel, RemoveLabel)):
        verb = "add" if isinstance(change, AddLabel) else "remove"
        return f"{verb} the label {change.label}"
    if isinstance(change, MoveToBoard):
        return f"move to the board of route {change.route}"
    if isinstance(change, LinkToEpic):
        return f"{'relate to' if change.relate else 'put under'} {change.epic.title}"
    if isinstance(change, Assign):
        return f"assign {change.person.name}"
    if isinstance(change, SetDue):
        return f"set the due date {change.day.isoformat()}"
    return "edit our comment" if change.comment_id else "comment"
