"""Ask the store for what reports say of many items at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from app.core.item_class import ItemClass
from app.core.person import Person
from app.core.quiet import Quiet


@dataclass(frozen=True, slots=True)
class Shown:
    """Hold what a report shows of an item and never filters by. `quiet` is None for one that is closed or left."""

    title: str
    url: str
    owner: Person | None = None
    quiet: Quiet | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrow a report. `owner`, `team` and `route` are words as people write them, in any case.

    `quiet_for` is for how long an item must have been quiet at least; `snoozed`: those that wait are shown too.
    `newest`: what went stale last comes first.
    """

    tracker: str | None = None
    team: str | None = None
    item_class: ItemClass | None = None
    owner: str | None = None
    route: str | None = None
    quiet_for: timedelta | None = None
    snoozed: bool = False
    newest: bool = False


@dataclass(frozen=True, slots=True)
class Reported:
    """Show an item as reports do."""

    tracker: str
    id: str
    key: str
    item_class: ItemClass
    route: str | None
    team: str | None
    shown: Shown
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Hold a page of stale items, those that went stale first before the others. `next` is None on the last page.

    `total` counts all that fit and `evaluated` all open items: a number above ten thousand may be ten seconds old.
    `complete`: every item was looked at, none waits for longer than a minute or fails, and each one that is
    stale by its window was seen to be.
    """

    items: Sequence[Reported]
    next: str | None
    total: int
    evaluated: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """Count open items that are alike.

    `stale` counts those that are, by whole days past their window: 0, 1 to 5, 6 to 10, 11 to 30, more. Those that are
    snoozed are left out.
    """

    tracker: str
    team: str | None
    item_class: ItemClass
    route: str | None
    findings: tuple[str, ...]
    items: int
    stale: tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Gone:
    """Name an item of a post-mortem that was dropped: which, how, and when (UTC).

    `how` is as in `app.core.memory.How`, or `epic_closed`: it is open, but its epic was closed over it.
    """

    tracker: str
    key: str
    how: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FromPostMortem:
    """Say how far the items of a post-mortem are: `total` are `done`, `open`, or in `left`."""

    name: str
    url: str | None
    total: int
    done: int
    open: int
    stale: int
    left: Sequence[Gone] = ()
    oldest_open_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Weeks:
    """Count by weeks, the oldest first: each begins at `starts` (UTC) with so many `opened` and `closed`."""

    starts: Sequence[datetime] = ()
    opened: Sequence[int] = ()
    closed: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class HeldUp:
    """Show an item that waits: since `due_at` (UTC) for a look, or `parked` with its reason until an event.

    `attempts` counts the looks that failed in a row. `title` and `url` are None while it was never seen.
    """

    tracker: str
    key: str
    title: str | None
    url: str | None
    due_at: datetime | None
    attempts: int
    parked: str | None


class Reports(Protocol):
    """Answer reports. Every method may raise Transient when the database is not there."""

    async def stale(self, filters: Filters, *, after: str | None, limit: int, now: datetime) -> Page:
        """Return a page of what is stale now, by when it went so, then tracker, then key.

        Raise ValueError for a cursor that no page gave out.
        """
        ...

    async def needing(
        self, filters: Filters, finding: str | None, *, after: str | None, limit: int
    ) -> tuple[Sequence[Reported], str | None]:
        """Return a page of open items that a person has to do something about, and the next page's cursor.

        By tracker, then key; narrowed by tracker, team, class, owner and finding. Raise ValueError for a forged cursor.
        """
        ...

    async def knows(self, kind: Literal["owner", "team", "route"], word: str) -> bool:
        """Tell whether any item has or had such an owner (by name, e-mail or id), team or route, in any case."""
        ...

    async def tallies(self, now: datetime) -> Sequence[Tally]:
        """Count all open items by what they have in common."""
        ...

    async def postmortems(
        self, *, after: str | None, limit: int, now: datetime
    ) -> tuple[Sequence[FromPostMortem], str | None, int]:
        """Return a page of post-mortems by name, the next page's cursor, and how many there are.

        Raise ValueError for a cursor that no page gave out.
        """
        ...

    async def waiting(self, now: datetime) -> Mapping[str, int]:
        """Return the numbers of items that are `due` (on loan too) and `parked`."""
        ...

    async def sizes(self) -> Mapping[str, int]:
        """Return the numbers of `items`, of those `watched`, and of `deliveries`; many may be ten seconds old."""
        ...

    async def oldest_due(self, now: datetime) -> datetime | None:
        """Return since when the first item waits for its look (UTC), None while none does."""
        ...

    async def waiting_messages(self) -> int:
        """Count the messages that nobody was told yet."""
        ...

    async def waiting_deliveries(self, now: datetime) -> int:
        """Count the deliveries that came since the oldest item that still waits for its look was due."""
        ...

    async def held_up(self, limit: int, now: datetime, trackers: Sequence[str]) -> Sequence[HeldUp]:
        """Return what is parked on these trackers, then what is due there and waits, the longest due first."""
        ...

    async def keys(self, tracker: str, ids: Sequence[str]) -> Mapping[str, str]:
        """Return the keys of those items that were looked at, by id."""
        ...

    async def weeks(self, starts: Sequence[datetime]) -> Weeks:
        """Count what was opened and what was closed or left in the seven days from each of these moments."""
        ...
