"""Turn Linear's issues into snapshots: pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from app.core.snapshot import Comment, Epic, Snapshot, Standing
from connectors.linear.people import author, person
from connectors.linear.references import derived_id
from connectors.linear.words import NAME

CLOSED = {"completed": Standing.DONE, "canceled": Standing.WONT_DO, "duplicate": Standing.WONT_DO}
ENDED = frozenset({"completed", "canceled"})
ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!~>|<])")
MOST_COMMENTS = 9
"""How many living comments of one item are known by their derived id; each is made after a person deleted the last."""


def moment(text: str) -> datetime:
    """Return Linear's time as UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def is_open(issue: Mapping[str, Any]) -> bool:
    """Tell whether work on an issue goes on and it is not put away."""
    return issue["state"]["type"] not in CLOSED and is_there(issue)


def is_there(thing: Mapping[str, Any]) -> bool:
    """Tell whether an issue or project is neither archived nor in the trash."""
    return thing["archivedAt"] is None and not thing["trashed"]


def changed_at(issue: Mapping[str, Any]) -> datetime:
    """Return when an issue was updated or put away, whichever was later: the second may not count as the first."""
    return max(moment(text) for text in (issue["updatedAt"], issue["archivedAt"]) if text)


def label_names(labels: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return how labels may be called: a label in a group by its own name, and as `group/name`, as people see it."""
    names = [name for label in labels for name in names_of(label)]
    return tuple(dict.fromkeys(names))


def full_names(labels: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Return each `group/name` with the name alone, where only one of the labels has that."""
    own = [str(label["name"]).casefold() for label in labels]
    return tuple(
        (full, name) for name, *fulls in map(names_of, labels) for full in fulls if own.count(name.casefold()) == 1
    )


def names_of(label: Mapping[str, Any]) -> tuple[str, ...]:
    """Return one label's names."""
    own = str(label["name"])
    return (own, f"{label['parent']['name']}/{own}") if label["parent"] else (own,)


def project_epic(project: Mapping[str, Any]) -> Epic:
    """Return a project as an epic; its lead is the owner."""
    ended = project["status"]["type"] in ENDED or not is_there(project)
    name, url, lead = project["name"], project["url"], person(project["lead"])
    return Epic("project", project["id"], name, name, url, open=not ended, owner=lead, by_type=True)


def parent_epic(parent: Mapping[str, Any]) -> Epic:
    """Return a parent issue as an epic; its assignee is the owner."""
    key, title, url, owner = parent["identifier"], parent["title"], parent["url"], person(parent["assignee"])
    return Epic("parent", parent["id"], key, title, url, open=is_open(parent), owner=owner)


def snapshot(issue: Mapping[str, Any], labels: Sequence[Mapping[str, Any]], ours: Collection[str]) -> Snapshot:
    """Return an issue as a snapshot. `labels` are all it has; `ours` the ids of our own account, in lower case."""
    epics = [project_epic(issue["project"])] if issue["project"] else []
    epics += [parent_epic(issue["parent"])] if issue["parent"] else []
    return Snapshot(
        tracker=NAME,
        id=issue["id"],
        key=issue["identifier"],
        title=issue["title"],
        url=issue["url"],
        created_at=moment(issue["createdAt"]),
        updated_at=changed_at(issue),
        description=issue["description"] or "",
        standing=CLOSED.get(issue["state"]["type"], Standing.OPEN),
        state=issue["state"]["name"],
        labels=label_names(labels),
        full_names=full_names(labels),
        team=issue["team"]["key"],
        project=issue["project"]["name"] if issue["project"] else None,
        assignee=person(issue["assignee"]),
        creator=person(issue["creator"]) or author(issue, (), "creator"),
        due=date.fromisoformat(issue["dueDate"]) if issue["dueDate"] else None,
        estimate=issue["estimate"],
        priority=issue["priorityLabel"] if issue["priority"] else None,
        epics=tuple(epics),
        old_keys=tuple(issue["previousIdentifiers"]),
        here=is_there(issue),
        comments=comments_of(issue, ours),
        links=tuple(attachment["url"] for attachment in issue["attachments"]["nodes"]),
        native=_native(issue, labels),
    )


def _native(issue: Mapping[str, Any], labels: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the connector's own part; `bodies` are our comments as Linear keeps them."""
    return {
        "team": issue["team"]["id"],
        "active_cycle": issue["team"]["activeCycle"]["id"] if issue["team"]["activeCycle"] else None,
        "state": issue["state"]["id"],
        "state_type": issue["state"]["type"],
        "cycle": issue["cycle"]["id"] if issue["cycle"] else None,
        "labels": [dict(label) for label in labels],
        "bodies": {comment["id"]: comment["body"] for comment in issue["comments"]["nodes"]},
    }


def comments_of(issue: Mapping[str, Any], ours: Collection[str]) -> tuple[Comment, ...]:
    """Return the latest comments, oldest first, whatever order they came in."""
    nodes = issue["comments"]["nodes"]
    own_ids = {derived_id("comment", issue["id"], number) for number in range(1, MOST_COMMENTS + 1)} if nodes else ()
    found = [_comment(node, ours, own_ids) for node in nodes]
    return tuple(sorted(found, key=lambda comment: (comment.at, comment.id)))


def _comment(node: Mapping[str, Any], ours: Collection[str], own_ids: Collection[str]) -> Comment:
    """Return a comment as it was typed, without the backslashes that Linear puts before marks."""
    by = author(node, ours)
    return Comment(
        id=node["id"],
        at=moment(node["createdAt"]),
        by=by,
        body=ESCAPED.sub(r"\1", node["body"]),
        ours=node["id"] in own_ids or (by is not None and by.id.casefold() in ours),
        edited_at=moment(node["editedAt"]) if node["editedAt"] else None,
    )
