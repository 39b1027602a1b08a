"""What we know about an item that the tracker does not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, TypeAlias

from app.core.activity import Activity
from app.core.item_class import ItemClass
from app.core.person import Person
from app.core.risk_decisions import RiskDecision
from app.core.snapshot import BoardFact
from app.core.statements import Statement

How: TypeAlias = Literal["done", "wont_do", "vanished", "label_removed", "moved"]
"""How an item left what is watched."""


@dataclass(frozen=True)
class Wrote:
    """Remember what we wrote and what has stood since: it tells our doing from a person's.

    `assignee`, `epic` and `related` are the tracker's ids, `board` is the route's name. `related` is an epic that
    cannot be the parent, so that the two were linked instead.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    board: str | None = None
    assignee: str | None = None
    epic: str | None = None
    related: str | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Remember where an item stood: what routes and the watch go by."""

    team: str | None = None
    project: str | None = None
    components: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """Keep a class until the labels say it, and what they said `before`.

    `by` is the name of whoever typed it; empty: a label said it that we could take off but not replace.
    """

    item_class: ItemClass
    by: str
    before: ItemClass


@dataclass(frozen=True, slots=True)
class Reply:
    """Keep what we answered to a command, for as long as the situation is the one that it was given in."""

    situation: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Note that the tracker would not take a change, when (UTC) and why, in a sentence."""

    at: datetime
    because: str


@dataclass(frozen=True, slots=True)
class OurComment:
    """Point to the living comment. `id` is empty once a person deleted it.

    `digest` is of its text as we last wrote it; `asks`: it holds an open question.
    """

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

    how: How
    at: datetime


@dataclass(frozen=True, slots=True)
class Uncounted:
    """Note what was done to an item and was no sign of life, with the reason in a clause."""

    activity: Activity
    because: str


@dataclass(frozen=True, slots=True)
class HistoryRead:
    """Note when an item's history was read (UTC), and when the item had last changed by then."""

    at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Snooze:
    """Note who let an item wait, when they said so, until when (UTC), and why; empty: they gave no reason.

    `comment` is the id of the comment that says so.
    """

    until: datetime
    by: str
    at: datetime
    because: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """Note that a rung of the policy's ladder was climbed, when (UTC), and who was told; None: nobody was there.

    The person's id is empty where the tracker does not show who they are there.
    """

    rung: int
    at: datetime
    to: Person | None = None


@dataclass(frozen=True)
class Memory:
    """Hold what is known about one item; all times are UTC.

    `first_seen_at` is when it was first seen as watched, `classless_since` since when it lacks a class or has two: the
    grace runs from there. `home` is where the item stood before we moved it and `placed` where our write put it: while
    it stands there, routes and the watch go by `home`. `obeyed` marks comments whose command was taken in, `chosen` is
    the class that one of them named, `wished_due` the due date that is still to be written. `since` tells since when
    each finding stands. `stopped_at` is when too many flips made us stop. `refused` is by change. `hung_under` is the
    id of the post-mortem ticket that the item hung under when it was first seen. `cases` holds every version of its
    business case, `risks` of its risk, `risk_decisions` every decision on that, all oldest first. `last_activity` is
    the latest sign of life that we know of, `not_counted` are the latest few doings that were none. `told` are the
    rungs that were climbed since then. These and `snoozes` are oldest first too.
    """

    first_seen_at: datetime | None = None
    classless_since: datetime | None = None
    wrote: Wrote = Wrote()
    home: Place | None = None
    placed: Place | None = None
    comment: OurComment | None = None
    flips: tuple[Flip, ...] = ()
    stopped_at: datetime | None = None
    obeyed: tuple[str, ...] = ()
    chosen: Chosen | None = None
    wished_due: date | None = None
    reply: Reply | None = None
    since: Mapping[str, datetime] = field(default_factory=dict)
    board: BoardFact | None = None
    left: Left | None = None
    refused: Mapping[str, Refusal] = field(default_factory=dict)
    hung_under: str | None = None
    cases: tuple[Statement, ...] = ()
    risks: tuple[Statement, ...] = ()
    risk_decisions: tuple[RiskDecision, ...] = ()
    last_activity: Activity | None = None
    not_counted: tuple[Uncounted, ...] = ()
    history_read: HistoryRead | None = None
    snoozes: tuple[Snooze, ...] = ()
    told: tuple[Told, ...] = ()
