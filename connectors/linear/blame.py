"""Tell which wanted change a refusal of Linear's is about: pure."""

import re
from collections.abc import Sequence

from app.core.change import AddLabel
from connectors.linear.draft import Part
from connectors.linear.refusals import Absent, Refused

LABELS = ("addedLabelIds", "removedLabelIds")
EXCLUSIVE = "not exclusive child labels"
"""Linear's words for two labels of a group that allows one."""
ENTITIES = {
    "IssueLabel": LABELS,
    "User": ("assigneeId",),
    "WorkflowState": ("stateId",),
    "Cycle": ("cycleId",),
    "Project": ("projectId",),
    "Team": ("teamId",),
    "Issue": ("parentId",),
}
WORDS = (
    (re.compile(r"label", re.IGNORECASE), LABELS),
    (re.compile(r"discrepancy", re.IGNORECASE), ("teamId", "stateId", "cycleId", "projectId")),
    (re.compile(r"assignee|\buser\b", re.IGNORECASE), ("assigneeId",)),
    (re.compile(r"state", re.IGNORECASE), ("stateId",)),
    (re.compile(r"cycle", re.IGNORECASE), ("cycleId",)),
    (re.compile(r"project", re.IGNORECASE), ("projectId",)),
    (re.compile(r"parent|sub-?issue", re.IGNORECASE), ("parentId",)),
    (re.compile(r"due ?date", re.IGNORECASE), ("dueDate",)),
    (re.compile(r"team", re.IGNORECASE), ("teamId",)),
)


def guilty(error: Absent | Refused, parts: Sequence[Part]) -> list[Part]:
    """Return the parts that the refusal is about; empty when it cannot be told."""
    if isinstance(error, Absent):
        return _touching(ENTITIES.get(error.entity, ()), error, parts)
    for word, fields in WORDS:
        if word.search(error.said) and (found := _touching(fields, error, parts)):
            return found
    return []


def is_exclusive(error: Exception) -> bool:
    """Tell whether it is about two labels of a group that allows one."""
    return isinstance(error, Refused) and EXCLUSIVE in error.said


def _touching(fields: Sequence[str], error: Absent | Refused, parts: Sequence[Part]) -> list[Part]:
    found = [part for part in parts if any(name in part.fields for name in fields)]
    if fields is not LABELS:
        return found
    added = [part for part in found if isinstance(part.change, AddLabel)]
    said = error.said.casefold() if isinstance(error, Refused) else ""
    return [part for part in added if f"'{_own_name(part)}'" in said] or added or found


def _own_name(part: Part) -> str:
    """Return the name of the label that is added, without its group's."""
    return part.change.label.rpartition("/")[2].casefold() if isinstance(part.change, AddLabel) else ""
