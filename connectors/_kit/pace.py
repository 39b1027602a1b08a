"""Spread calls over the time in which a host's allowance fills anew, so that a part of it is left to others.

The allowance belongs to an account that others may use, and what people wait for needs some of it at any time. While
more than `KEPT` of it is left nobody waits; below that, work that can wait goes in the rhythm in which the allowance
fills. So a first connection to many items never is refused, and goes as fast as it may.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeAlias

from app.ports.spending import Allowance

KEPT = 0.2
"""The share of an allowance that work which can wait leaves to others."""
SLOWER = 1.1
"""How much slower than the allowance fills we go below that, so that it grows again."""
DEAREST = 0.01
"""The share of an allowance that a call is taken to cost at most: what is gone may have gone to others."""
TOGETHER = 5
"""Calls of one rhythm that may be under way together."""
Filling: TypeAlias = Callable[[Mapping[str, str], float], float]
"""Returns how much comes back in a second, by an answer's headers (lower-case names) and the allowance's limit."""


def by_the_hour(_headers: Mapping[str, str], limit: float) -> float:
    """Return what comes back in a second of an allowance that is meant for an hour."""
    return limit / 3600


@dataclass(slots=True)
class _Gauge:
    """Hold what was `left` at a moment of the clock; `rate` comes back in a second, a call costs `cost`.

    `spent` is what calls have cost since the latest turn, the moment `turned`.
    """

    left: float
    limit: float
    rate: float
    at: float
    turned: float
    cost: float = 0.0
    spent: float = 0.0

    def by(self, now: float) -> float:
        return min(self.limit, self.left + (now - self.at) * self.rate)

    def follow(self, last: "_Gauge", *, refused: bool) -> None:
        """Go on from the answer before; what a call is taken to cost falls slowly."""
        self.cost, self.spent, self.turned = last.cost, last.spent, last.turned
        if not refused:  # else it cost nothing: whatever is gone by now, others have spent
            gone = min(last.by(self.at) - self.left, self.limit * DEAREST)
            self.cost, self.spent = max(gone, last.cost * 0.9), last.spent + gone

    def wait(self, now: float, under_way: int) -> float:
        """Return how many seconds to wait with the next call, while so many others are under way."""
        left = self.by(now) - under_way * self.cost
        if left < self.cost:
            return (self.cost - left) / self.rate
        if left - self.cost >= self.limit * KEPT:
            return 0.0
        # Behind a call that waited for its turn may have gone many that wait for none.
        return max(0.0, max(self.spent, self.cost) / self.rate * SLOWER - (now - self.turned))

    def turn(self, now: float) -> None:
        self.spent, self.turned = 0.0, now


class Rhythm:
    """Space calls evenly, so many a second, with few under way: those that a slow host holds up do not come at once.

    `clock` and `sleep` are those of `Pace`.
    """

    def __init__(
        self,
        a_second: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._apart, self._clock, self._sleep = 1 / a_second, clock, sleep
        self._free_at = clock()
        self._places, self._queue = asyncio.Semaphore(TOGETHER), asyncio.Lock()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Make a call within, once it has its turn."""
        async with self._places:
            async with self._queue:
                now = self._clock()
                if self._free_at > now:
                    await self._sleep(self._free_at - now)
                self._free_at = max(self._free_at, now) + self._apart
            yield


class Pace:
    """Let calls wait for their turn. `clock` counts seconds, as `time.monotonic`."""

    def __init__(
        self,
        filling: Filling = by_the_hour,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._filling, self._clock, self._sleep = filling, clock, sleep
        self._gauges: dict[str, _Gauge] = {}
        self._under_way = 0
        self._queue = asyncio.Lock()

    @asynccontextmanager
    async def turn(self, *, waits: bool) -> AsyncIterator[None]:
        """Make a call within; it `waits` for its turn, one after the other, where the allowance is nearly spent."""
        if waits:
            async with self._queue:
                await self._wait()
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    async def _wait(self) -> None:
        now = self._clock()
        seconds = max((gauge.wait(now, self._under_way) for gauge in self._gauges.values()), default=0.0)
        if seconds > 0:
            await self._sleep(seconds)
        for gauge in self._gauges.values():
            gauge.turn(self._clock())

    def heard(self, told: Mapping[str, Allowance], headers: Mapping[str, str], *, refused: bool = False) -> None:
        """Take in what an answer told of its allowances; what a call costs is what is gone since the one before."""
        now = self._clock()
        for kind, (left, limit) in told.items():
            rate = self._filling(headers, limit) if limit else 0.0
            if limit is not None and rate > 0:
                gauge = _Gauge(left, limit, rate, at=now, turned=now)
                if kind in self._gauges:
                    gauge.follow(self._gauges[kind], refused=refused)
                self._gauges[kind] = gauge
