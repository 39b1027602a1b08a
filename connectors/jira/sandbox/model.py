"""The things a Jira site is made of. All times are UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias

Rich: TypeAlias = dict[str, Any] | str
"""A text as it is stored: a document tree on Cloud, wiki markup on Data Center."""


@dataclass(slots=True, eq=False)
class Account:
    """Hold somebody who acts; `kind` is `atlassian` or `app`.

    Data Center knows them by `key`, and takes their `username` in requests.
    """

    id: str
    key: str
    username: str
    name: str
    email: str
    kind: str = "atlassian"
    active: bool = True
    zone: str = "Etc/UTC"


@dataclass(frozen=True, slots=True)
class Status:
    """Hold a status; `category` is `new`, `indeterminate` or `done`."""

    id: str
    name: str
    category: str


@dataclass(frozen=True, slots=True)
class Named:
    """Hold a priority, resolution, component, team: all that has an id and a name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Project:
    """Hold a project; `next_gen` are team-managed ones."""

    id: str
    key: str
    name: str
    lead: Account
    next_gen: bool = False
    components: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class IssueType:
    """Hold an issue type; `level` is 1 for epics, -1 for sub-tasks. `project`: it is that one's own."""

    id: str
    name: str
    level: int = 0
    project: str | None = None


@dataclass(frozen=True, slots=True)
class Sprint:
    """Hold a sprint; `state` is `future`, `active` or `closed`."""

    id: int
    name: str
    state: str
    board: int


@dataclass(frozen=True, slots=True)
class Filter:
    """Hold a saved search; `shared`: the service's account may see it."""

    id: str
    name: str
    jql: str
    owner: Account
    shared: bool = True


@dataclass(frozen=True, slots=True)
class Board:
    """Hold a board; `columns` map names to the ids of statuses. `kind` is `kanban`, `scrum` or `simple`."""

    id: int
    name: str
    kind: str
    filter: Filter
    project: str
    columns: Mapping[str, tuple[str, ...]]
    sub_query: str = ""


@dataclass(frozen=True, slots=True)
class LinkType:
    """Hold a kind of link and how it reads from either end."""

    id: str
    name: str
    outward: str
    inward: str


@dataclass(frozen=True, slots=True)
class Link:
    """Hold a link from one issue's id to another's."""

    id: str
    type: LinkType
    source: str
    destination: str


@dataclass(frozen=True, slots=True)
class Change:
    """Hold one line of an issue's history; `field_id` is None where Jira gives none. Values are (id, text)."""

    name: str
    field_id: str | None
    before: tuple[str | None, str | None]
    after: tuple[str | None, str | None]
    custom: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold what one person changed at one time."""

    id: str
    at: datetime
    by: Account
    changes: tuple[Change, ...]


@dataclass(slots=True)
class Comment:
    """Hold a comment; `properties` are seen by those who ask for them."""

    id: str
    author: Account
    body: Rich
    created: datetime
    editor: Account
    updated: datetime
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Issue:
    """Hold an issue. What an edit can change is immutable in itself, so that before and after can be compared."""

    id: str
    key: str
    project: Project
    type: IssueType
    status: Status
    priority: Named
    creator: Account
    created: datetime
    updated: datetime
    summary: str = ""
    description: Rich | None = None
    labels: tuple[str, ...] = ()
    assignee: Account | None = None
    parent: "Issue | None" = None
    due: date | None = None
    resolution: Named | None = None
    resolved: datetime | None = None
    components: tuple[Named, ...] = ()
    team: Named | None = None
    sprints: tuple[Sprint, ...] = ()
    points: float | None = None
    comments: list[Comment] = field(default_factory=list)
    history: list[Entry] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
