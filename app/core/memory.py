"""What we know about an item that the tracker does not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from app.core.snapshot import BoardFact


@dataclass(frozen=True, slots=True)
class Wrote:
    """Remember what we wrote and what has stood since: it tells our doing from a person's.

    `assignee` and `epic` are the tracker's ids, `board` is the route's name.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    board: str | None = None
    assignee: str | None = None
    epic: str | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """Remember where an item was before we moved it: routes and the watch go by that."""

    team: str | None = None
    project: str | None = None
    components: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OurComment:
    """Point to the living comment. `digest` is of its text as we last wrote it; `asks`: it holds an open question."""

    id: str
    digest: str
    number: int = 1
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Flip:
    """Note that somebody undid what we had written, and when (UTC)."""

    at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class Left:
    """Note how an item left what is watched, and when (UTC)."""

    how: Literal["done", "wont_do", "vanished", "label_removed", "moved"]
    at: datetime


@dataclass(frozen=True, slots=True)
class Memory:
    """Hold what is known about one item; all times are UTC.

    `first_seen_at` is when it was first seen as watched; the grace runs from there. `obeyed` marks comments whose
    command was carried out or answered. `since` tells since when each finding stands. `stopped_at` is when too many
    flips made us stop. `refused` holds the tracker's refusals by change name. `hung_under` is the ticket that the item
    hung under when it was first seen.
    """

    first_seen_at: datetime | None = None
    wrote: Wrote = Wrote()
    home: Home | None = None
    comment: OurComment | None = None
    flips: tuple[Flip, ...] = ()
    stopped_at: datetime | None = None
    obeyed: tuple[str, ...] = ()
    since: Mapping[str, datetime] = field(default_factory=dict)
    board: BoardFact | None = None
    left: Left | None = None
    refused: Mapping[str, str] = field(default_factory=dict)
    hung_under: str | None = None
