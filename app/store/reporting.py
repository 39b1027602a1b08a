"""Answer reports: the store's part of it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypeVar

from app.ports.reports import Filters, FromPostMortem, HeldUp, Page, Reported, Tally, Weeks
from app.store import figures, needing, reads, stale, tallies
from app.store import held_up as waits
from app.store.engine import Database
from app.store.kept import MANY, Kept
from app.store.outbox import waiting_query

T = TypeVar("T")


class SqlReports:
    """Fill the `Reports` port. Counts of very many rows are kept for a moment; see `app.store.kept`."""

    def __init__(self, database: Callable[[], Database]) -> None:
        self._open = database
        self._kept = Kept()

    async def aclose(self) -> None:
        """Wait for counts under way."""
        await self._kept.aclose()

    @property
    def _database(self) -> Database:
        return self._open()

    async def stale(self, filters: Filters, *, after: str | None, limit: int, now: datetime) -> Page:
        """Return a page of what is stale now; ValueError for a forged cursor."""
        place = None if after is None else stale.read_place(after, newest=filters.newest)
        found, total, evaluated = await asyncio.gather(
            self._database.read(stale.page, filters, await self._trackers(), place, limit, now),
            self._count(("stale", filters), stale.total, filters, now),
            self._count("open", stale.evaluated),
        )
        return Page(found.rows, found.next, total, evaluated, found.complete)

    async def needing(
        self, filters: Filters, finding: str | None, *, after: str | None, limit: int
    ) -> tuple[Sequence[Reported], str | None]:
        """Return a page of what needs a person, and the next page's cursor; ValueError for a forged cursor."""
        place = None if after is None else needing.read_place(after)
        return await self._database.read(needing.page, filters, finding, place, limit)

    async def knows(self, kind: Literal["owner", "team", "route"], word: str) -> bool:
        """Tell whether any item has or had such an owner, team or route."""
        return await self._database.read(stale.knows, kind, word)

    async def tallies(self, now: datetime) -> Sequence[Tally]:
        """Count all open items by what they have in common."""
        return await self._kept.get(
            "tallies",
            lambda: self._database.read(tallies.tallies, now),
            lambda counted: sum(one.items for one in counted),
        )

    async def postmortems(
        self, *, after: str | None, limit: int, now: datetime
    ) -> tuple[Sequence[FromPostMortem], str | None, int]:
        """Return a page of post-mortems, the next cursor, and how many there are; ValueError for a forged cursor."""
        name = None if after is None else tallies.read_name(after)
        page, following = await self._database.read(tallies.postmortems, name, limit, now)
        return page, following, await self._count("postmortems", tallies.count_postmortems)

    async def waiting(self, now: datetime) -> Mapping[str, int]:
        """Return the numbers of items that are `due` (on loan too) and `parked`."""
        return await self._database.read(figures.waiting_items, now)

    async def sizes(self) -> Mapping[str, int]:
        """Return the numbers of `items`, of those `watched`, and of `deliveries`."""
        return await self._kept.get(
            "sizes", lambda: self._database.read(figures.sizes), lambda counted: max(counted.values())
        )

    async def oldest_due(self, now: datetime) -> datetime | None:
        """Return since when the first item waits for its look, None while none does."""
        return await self._database.read(figures.oldest_due, now)

    async def waiting_messages(self) -> int:
        """Count the messages that nobody was told yet."""
        return await self._database.read(lambda connection: int(connection.execute(waiting_query()).scalar_one()))

    async def waiting_deliveries(self, now: datetime) -> int:
        """Count the deliveries that came since the oldest item that still waits for its look was due."""
        return await self._database.read(figures.waiting, now)

    async def held_up(self, limit: int, now: datetime, trackers: Sequence[str]) -> Sequence[HeldUp]:
        """Return what is parked on these trackers, then what is due there and waits, the longest due first."""
        return await self._database.read(waits.held_up, limit, now, trackers)

    async def keys(self, tracker: str, ids: Sequence[str]) -> Mapping[str, str]:
        """Return the keys of those items that were looked at, by id."""
        return await self._database.read(reads.keys, tracker, ids)

    async def weeks(self, starts: Sequence[datetime]) -> Weeks:
        """Count what was opened and what ended in the seven days from each of these moments."""
        return await self._kept.get(
            ("weeks", tuple(starts)),
            lambda: self._database.read(tallies.weeks, starts),
            lambda counted: sum(counted.opened) + sum(counted.closed),
        )

    async def _trackers(self) -> Sequence[str]:
        """Return the trackers that have items; there are few, they rarely change, and every page asks."""

        async def read() -> list[str]:
            return await self._database.read(figures.trackers)

        return await self._kept.get("trackers", read, lambda names: MANY + 1 if names else 0)

    async def _count(self, key: object, count: Callable[..., int], *values: Any) -> int:
        return await self._kept.get(key, lambda: self._database.read(count, *values), lambda counted: counted)
