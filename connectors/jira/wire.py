"""Read an issue as Jira shows it into a snapshot: pure.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from app.core.snapshot import Comment, Epic, Kind, Snapshot, Standing
from connectors.jira.fields import FieldIds
from connectors.jira.persons import ids_in, person_in
from connectors.jira.place import native

NAME = "jira"
EPIC_LEVEL = 1
CURLY = "\N{RIGHT SINGLE QUOTATION MARK}"
WONT_DO = (
    "won't", "wont ", "duplicate", "declined", "cannot reproduce", "can't reproduce",
    "not reproducible", "obsolete", "rejected", "abandoned", "canceled", "cancelled", "invalid",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reader:
    """Hold what reading needs to know of the site. `plain` and `addresses` understand its rich text."""

    browse: str
    me: frozenset[str]
    fields: FieldIds
    plain: Callable[[Any], str]
    addresses: Callable[[Any], tuple[str, ...]]


def snapshot_in(issue: Mapping[str, Any], reader: Reader) -> Snapshot:
    """Return the issue as a snapshot."""
    fields = issue["fields"]
    project, status = _part(fields, "project"), _part(fields, "status")
    return Snapshot(
        tracker=NAME,
        id=str(issue["id"]),
        key=issue["key"],
        title=fields.get("summary") or "",
        url=f"{reader.browse}/browse/{issue['key']}",
        created_at=moment(fields["created"]),
        updated_at=moment(fields["updated"]),
        description=reader.plain(fields.get("description")),
        standing=standing(fields),
        state=status.get("name") or "",
        kind=kind(fields, reader.fields),
        issue_type=_part(fields, "issuetype").get("name"),
        labels=tuple(fields.get("labels") or ()),
        exact_labels=True,
        team=project.get("key"),
        project=project.get("key"),
        components=tuple(one["name"] for one in fields.get("components") or ()),
        assignee=person_in(fields.get("assignee"), reader.me),
        creator=person_in(fields.get("creator") or fields.get("reporter"), reader.me),
        due=date.fromisoformat(fields["duedate"]) if fields.get("duedate") else None,
        estimate=_estimate(fields, reader.fields),
        priority=_part(fields, "priority").get("name"),
        epics=_epics(fields, reader),
        comments=tuple(comment_in(one, reader) for one in _part(fields, "comment").get("comments") or ()),
        links=reader.addresses(fields.get("description")),
        native=native(fields, reader.fields),
    )


def epic_in(issue: Mapping[str, Any], reader: Reader, *, by_key: bool) -> Epic:
    """Return an issue as an epic. `by_key`: its id is its key, as Data Center's issues name it."""
    fields = _part(issue, "fields")
    return Epic(
        kind="parent",
        id=issue["key"] if by_key else str(issue["id"]),
        key=issue["key"],
        title=fields.get("summary") or issue["key"],
        url=f"{reader.browse}/browse/{issue['key']}",
        open=standing(fields) is Standing.OPEN,
        owner=person_in(fields.get("assignee"), reader.me),
        by_type=True,
    )


def comment_in(comment: Mapping[str, Any], reader: Reader) -> Comment:
    """Return one comment; it counts as edited when it was changed a second or more after it was made.

    Whoever may edit others' comments could else give commands in their name: the words are the last editor's.
    """
    at = moment(comment["created"])
    edited = moment(comment["updated"]) if comment.get("updated") else at
    return Comment(
        id=str(comment["id"]),
        at=at,
        by=person_in(comment.get("updateAuthor") or comment.get("author"), reader.me),
        body=reader.plain(comment.get("body")),
        ours=not reader.me.isdisjoint(ids_in(comment.get("author"))),
        edited_at=edited if (edited - at).total_seconds() >= 1 else None,
    )


def moment(text: str) -> datetime:
    """Read a time, which Jira writes in the viewer's zone with an offset."""
    return datetime.fromisoformat(text).astimezone(UTC)


def standing(fields: Mapping[str, Any]) -> Standing:
    """Tell whether work goes on: by the status's category, then by what resolution and status are called."""
    status = _part(fields, "status")
    if _part(status, "statusCategory").get("key") != "done":
        return Standing.OPEN
    names = f"{_part(fields, 'resolution').get('name') or ''} / {status.get('name') or ''}".casefold().replace(
        CURLY, "'"
    )
    return Standing.WONT_DO if any(word in names for word in WONT_DO) else Standing.DONE


def kind(fields: Mapping[str, Any], ids: FieldIds) -> Kind:
    """Tell epics and sub-tasks from items; Data Center gives no level, but its epics have an epic name."""
    type_ = _part(fields, "issuetype")
    level = type_.get("hierarchyLevel")
    if type_.get("subtask") or (isinstance(level, int) and level < 0):
        return Kind.SUB_TASK
    if isinstance(level, int):
        return Kind.EPIC if level >= EPIC_LEVEL else Kind.ITEM
    named = (type_.get("name") or "").casefold() == "epic"
    return Kind.EPIC if named or (ids.epic_name and fields.get(ids.epic_name)) else Kind.ITEM


def _epics(fields: Mapping[str, Any], reader: Reader) -> tuple[Epic, ...]:
    """Return the epic that the item is under: its parent, or on Data Center the key in its epic link."""
    parent = _part(fields, "parent")
    if parent and kind(_part(parent, "fields"), FieldIds()) is Kind.EPIC:
        return (epic_in(parent, reader, by_key=False),)
    linked = fields.get(reader.fields.epic_link) if reader.fields.epic_link and not parent else None
    return (epic_in({"key": linked}, reader, by_key=True),) if isinstance(linked, str) else ()


def _estimate(fields: Mapping[str, Any], ids: FieldIds) -> float | None:
    found = (fields.get(name) for name in ids.points)
    return next((float(value) for value in found if isinstance(value, int | float)), None)


def _part(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = fields.get(name)
    return part if isinstance(part, dict) else {}
