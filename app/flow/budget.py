"""Keep to the policy's number of written items an hour."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

from app.core.allowance import Drawn, draw, minute_of, wanted
from app.core.errors import Transient

Draw: TypeAlias = Callable[[datetime, int, int], Awaitable[Drawn]]
"""Draws for this time (UTC) so many writes, of so many an hour."""

_NEVER = datetime.min.replace(tzinfo=UTC)


def alone() -> Draw:
    """Return what draws from an hour that is shared with nobody."""
    drawn = Counter[int]()

    async def from_own(now: datetime, number: int, limit: int) -> Drawn:
        got = draw(drawn, now, number, limit)
        drawn[minute_of(now)] += got.number
        return got

    return from_own


@dataclass(slots=True)
class Budget:
    """Spend writes of one tracker; `draw` fetches more, from what all replicas share where that is a store's."""

    limit: int
    draw: Draw = field(default_factory=alone)
    _latest: datetime = _NEVER
    _held: int = 0
    _spent: int = 0
    _last: Drawn | None = None
    _last_limit: int = 0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def left(self, now: datetime) -> int:
        """Return how many writes the hour still allows, as far as the last draw told."""
        last = self._known(now)
        if last is None:
            return self.limit
        return last.left + (self._held if minute_of(now) == minute_of(self._latest) else 0)

    async def spend(self, now: datetime) -> None:
        """Count one write; raise Transient with the wait in seconds when the hour's are used up."""
        async with self._turn:  # else all who find nothing held would draw
            if minute_of(now) > minute_of(self._latest):
                self._held = self._spent = 0
            self._latest = max(now, self._latest)
            if not self._held:
                await self._fetch(self._latest)
            self._held -= 1
            self._spent += 1

    def _known(self, now: datetime) -> Drawn | None:
        """Return what the last draw told, as long as it holds."""
        holds = self._last is not None and now < self._last.again_at and self._last_limit == self.limit
        return self._last if holds else None

    async def _fetch(self, now: datetime) -> None:
        """Draw some; while it is known that there are none, nobody is asked."""
        got = self._known(now)
        if got is None or got.left:
            got = self._last = await self.draw(now, wanted(self._spent, self.limit), self.limit)
            self._last_limit, self._held = self.limit, got.number
        if not self._held:
            wait = (got.again_at - now).total_seconds()
            raise Transient(f"the policy allows {self.limit} writes an hour, and they are used up", wait)
