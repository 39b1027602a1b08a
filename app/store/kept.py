"""Keep what takes long to count for a moment."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")

MANY = 10_000
"""Rows up to which a count is quick, and always made afresh."""
FRESH = 10.0
"""Seconds for which a count of more rows serves at the least."""
SHARE = 100
"""It serves so many times as long as it took, so that counting takes no more than a hundredth of the time."""
USABLE = 6
"""It serves so many times longer while a fresh one is made."""
_MOST = 1_000


@dataclass(frozen=True, slots=True)
class _Count:
    value: Any
    at: float
    fresh: float


@dataclass(slots=True)
class Kept:
    """Hold counts of very many rows, so that a page of a report does not wait for one."""

    _counts: dict[Hashable, _Count] = field(default_factory=dict)
    _making: dict[Hashable, asyncio.Task[Any]] = field(default_factory=dict)

    async def get(self, key: Hashable, make: Callable[[], Awaitable[T]], size: Callable[[T], int]) -> T:
        """Return what `make` counts, or counted a moment ago if it was about many rows by `size`."""
        kept = self._counts.get(key)
        age = time.monotonic() - kept.at if kept else 0.0
        if kept is None or age >= USABLE * kept.fresh:
            return await asyncio.shield(self._task(key, make, size))
        if age >= kept.fresh:
            self._task(key, make, size)
        value: T = kept.value
        return value

    async def aclose(self) -> None:
        """Wait for counts under way."""
        await asyncio.gather(*self._making.values(), return_exceptions=True)

    def _task(self, key: Hashable, make: Callable[[], Awaitable[T]], size: Callable[[T], int]) -> asyncio.Task[T]:
        task = self._making.get(key)
        if task is None:
            task = self._making[key] = asyncio.create_task(self._make(key, make, size))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())  # whoever waits raises it
        return task

    async def _make(self, key: Hashable, make: Callable[[], Awaitable[T]], size: Callable[[T], int]) -> T:
        start = time.monotonic()
        try:
            value = await make()
        finally:
            del self._making[key]
        self._counts.pop(key, None)
        if size(value) > MANY:
            if len(self._counts) >= _MOST:
                del self._counts[next(iter(self._counts))]
            end = time.monotonic()
            self._counts[key] = _Count(value, end, max(FRESH, SHARE * (end - start)))
        return value
