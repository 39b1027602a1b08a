"""Choose, of several things that were done at once, the one that says most about a person: pure."""

from collections.abc import Iterable
from typing import TypeAlias

from app.core.activity import ActivityKind

Doing: TypeAlias = tuple[ActivityKind, str]
"""What was done: its kind, and the words after the name."""

WEIGHT = (
    ActivityKind.COMMENT,
    ActivityKind.STATE,
    ActivityKind.WORKLOG,
    ActivityKind.ASSIGNEE,
    ActivityKind.EDIT,
    ActivityKind.PULL_REQUEST,
    ActivityKind.ATTACHMENT,
    ActivityKind.LINK,
    ActivityKind.CREATED,
    ActivityKind.MENTION,
    ActivityKind.SPRINT,
    ActivityKind.RANK,
    ActivityKind.SERVICE_LEVEL,
    ActivityKind.WATCHING,
)
"""From what tells most about a person to what tells least."""
_PLACES = {kind: place for place, kind in enumerate(WEIGHT)}
LIFELESS = frozenset(WEIGHT[WEIGHT.index(ActivityKind.MENTION) :])
"""What nobody need have done anything for."""
LONGEST_TEXT = 2_000
"""How many characters of a comment are passed on."""
LONGEST_NAME = 80


def weightiest(doings: Iterable[Doing]) -> Doing | None:
    """Return the one that counts most, the first of equals; None when nothing was done."""
    return min(doings, key=lambda doing: _PLACES[doing[0]], default=None)


def short(name: object) -> str:
    """Return a name as one line that a sentence can hold."""
    line = " ".join(str(name).split())
    return line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1]}…"
