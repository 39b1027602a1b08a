"""Find out, before anything is ever written, how much there is in the trackers to write to."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass

from app.flow.reconcile import Found

APART = 0.02
"""Seconds between two questions whether the trackers were read."""
PATIENCE = 10.0
"""Seconds for which the trackers' answers are waited for before anything is judged."""


@dataclass(frozen=True, slots=True)
class FirstLook:
    """Tell how far the first look has come.

    `read` holds what the first comparison with each tracker found, and `unseen` counts items that nobody looked at yet.
    """

    trackers: Collection[str]
    read: Mapping[str, Found]
    unseen: Callable[[], Awaitable[int]]

    async def is_small(self, few: int) -> bool:
        """Wait for the trackers' answers; tell whether all have come, and no more than a few tickets are watched."""
        end = asyncio.get_running_loop().time() + PATIENCE
        while not self._all_read() and asyncio.get_running_loop().time() < end:  # noqa: ASYNC110  or never
            await asyncio.sleep(APART)
        return self._all_read() and sum(found.seen for found in self.read.values()) <= few

    async def is_over(self) -> bool:
        """Tell whether each watched ticket was looked at, but for those that cannot be."""
        return self._all_read() and not await self.unseen()

    def _all_read(self) -> bool:
        return all(name in self.read for name in self.trackers)
