"""Drop deliveries that are older than they are kept for, and make the others small."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta

from app.core.errors import FollowthroughError
from app.ports import Clock, Store

EVERY = 60.0
"""Seconds."""
APART = 0.05
"""Seconds between pieces of that work."""
AT_ONCE, SQUEEZED = 1_000, 100
"""Deliveries of one transaction: webhooks that come in meanwhile wait no longer than that takes."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Pruner:
    """Drop what came in longer than `keep` ago, and compress the rest, which nobody waits for."""

    store: Store
    clock: Clock
    keep: timedelta

    async def once(self) -> int:
        """Drop all that is too old, and compress what is left; return how many deliveries were dropped."""
        now, dropped = self.clock.now(), 0
        while some := await self.store.prune(now - self.keep, AT_ONCE):
            dropped += some
        while await self.store.squeeze(now, SQUEEZED):  # noqa: ASYNC110  it waits for nothing, it lets webhooks pass
            await asyncio.sleep(APART)
        return dropped

    async def run(self) -> None:
        """Drop and compress by interval, until cancelled."""
        while True:
            try:
                if dropped := await self.once():
                    log.info("pruned", extra={"deliveries": dropped})
            except FollowthroughError as error:
                log.warning("old deliveries were not dropped, tried again soon: %s", error)
            await asyncio.sleep(EVERY)
