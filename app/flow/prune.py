"""Drop deliveries that are older than they are kept for."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta

from app.core.errors import FollowthroughError
from app.ports import Clock, Store

EVERY = 3_600.0
"""Seconds."""
AT_ONCE = 1_000
"""Deliveries of one transaction: webhooks that come in meanwhile wait no longer than that takes."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Pruner:
    """Drop what came in longer than `keep` ago."""

    store: Store
    clock: Clock
    keep: timedelta

    async def once(self) -> int:
        """Drop all that is too old; return how many deliveries that were."""
        before, dropped = self.clock.now() - self.keep, 0
        while some := await self.store.prune(before, AT_ONCE):
            dropped += some
        return dropped

    async def run(self) -> None:
        """Drop now and each hour, until cancelled."""
        while True:
            try:
                if dropped := await self.once():
                    log.info("pruned", extra={"deliveries": dropped})
            except FollowthroughError as error:
                log.warning("old deliveries were not dropped, tried again in an hour: %s", error)
            await asyncio.sleep(EVERY)
