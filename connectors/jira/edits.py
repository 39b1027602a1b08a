"""Fold changes into the body of one edit, each change a part that can be taken out again: pure.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-put
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from app.core.change import AddLabel, Assign, LinkToEpic, MoveToBoard, RemoveLabel, SetDue
from app.core.snapshot import Snapshot
from connectors.jira.dialect import Dialect, Json
from connectors.jira.place import lacking
from connectors.jira.words import BoardTarget, Settings

Edit: TypeAlias = AddLabel | RemoveLabel | MoveToBoard | LinkToEpic | Assign | SetDue
"""A change that goes into the edit: every kind but the comment."""
PARENT_KEYS = frozenset({"parent", "parentId"})
"""A refused parent is named `parentId` in the answer, although the request says `parent`."""


@dataclass(frozen=True, slots=True)
class Part:
    """Hold what one change adds to an edit. `names` are the fields by which Jira refuses it.

    `refusal` says why it cannot even be asked for; a part that adds nothing is done already.
    """

    change: Edit
    fields: Json = field(default_factory=dict)
    update: Mapping[str, tuple[Json, ...]] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    refusal: str | None = None

    @property
    def done(self) -> bool:
        """Tell whether nothing is to be written."""
        return not self.fields and not self.update and self.refusal is None


def part(change: Edit, snapshot: Snapshot, dialect: Dialect, components: Mapping[str, str]) -> Part:
    """Return what a change adds to the edit; `components` are the project's ids by their names without case."""
    match change:
        case AddLabel() | RemoveLabel():
            found = _label(change, snapshot)
        case Assign(person):
            held = snapshot.assignee is not None and snapshot.assignee.id == person.id
            found = _part(change, {} if held else {"assignee": dialect.assignee(person)})
        case SetDue(day):
            found = _part(change, {} if snapshot.due == day else {"duedate": day.isoformat()})
        case LinkToEpic():
            found = _under(change, snapshot, dialect)
        case MoveToBoard(_, target):
            wanted = lacking(snapshot, BoardTarget.model_validate(target).set)
            found = _board(change, wanted, snapshot, dialect, components)
    return found


def body(parts: Iterable[Part]) -> Json:
    """Return the edit that these parts make; labels are taken off before others are put on."""
    fields: Json = {}
    update: dict[str, list[Json]] = {}
    for one in parts:
        fields.update(one.fields)
        for name, operations in one.update.items():
            update.setdefault(name, []).extend(operations)
    ordered = {name: sorted(operations, key=lambda one: "add" in one) for name, operations in update.items()}
    return {name: value for name, value in (("fields", fields), ("update", ordered)) if value}


def _part(change: Edit, fields: Json) -> Part:
    return Part(change, fields, names=frozenset(fields))


def _label(change: AddLabel | RemoveLabel, snapshot: Snapshot) -> Part:
    verb, label = ("add" if isinstance(change, AddLabel) else "remove"), change.label
    if (label in snapshot.labels) == (verb == "add"):
        return Part(change)
    if any(letter.isspace() for letter in label):
        return Part(change, refusal=f'a label in Jira has no spaces, and "{label}" does')
    return Part(change, update={"labels": ({verb: label},)}, names=frozenset({"labels"}))


def _under(change: LinkToEpic, snapshot: Snapshot, dialect: Dialect) -> Part:
    current = snapshot.epic_of_kind("parent")
    if change.relate or (current is not None and current.id == change.epic.id):
        return Part(change)
    fields = dialect.under(change.epic)
    if not fields:
        return Part(change, refusal="this Jira has no epic link field")
    return Part(change, fields, names=frozenset(fields) | PARENT_KEYS)


def _board(
    change: MoveToBoard, wanted: Settings, snapshot: Snapshot, dialect: Dialect, components: Mapping[str, str]
) -> Part:
    absent = [name for name in wanted.components if name.casefold() not in components]
    if absent:
        return Part(change, refusal=f"the project {snapshot.project} has no component {', '.join(absent)}")
    team = dialect.site.fields.team
    if wanted.team is not None and team is None:
        return Part(change, refusal="this Jira has no team field")
    fields = {**wanted.field, **({team: wanted.team} if team and wanted.team is not None else {})}
    update: dict[str, tuple[Json, ...]] = {
        "labels": tuple({"add": label} for label in wanted.labels),
        "components": tuple({"add": {"id": components[name.casefold()]}} for name in wanted.components),
    }
    update = {name: operations for name, operations in update.items() if operations}
    return Part(change, fields, update, frozenset(fields) | frozenset(update))
