"""Drop deliveries and messages that are older than they are kept for."""

import asyncio
import logging
import math
from dataclasses import dataclass
from datetime import timedelta

from app.core.errors import FollowthroughError
from app.ports import Clock, Outbox, Store

EVERY = 60.0
"""Seconds."""
APART = 0.05
"""Seconds between pieces of that work."""
AT_ONCE = 1_000
"""Rows of one transaction: webhooks that come in meanwhile wait no longer than that takes."""
MESSAGES = timedelta(days=90)
"""How long messages stay after they were settled, at the least: an item that is opened again is not told of anew."""
DAILY = 86_400.0

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Pruner:
    """Drop what came in longer than `keep` ago."""

    store: Store
    outbox: Outbox
    clock: Clock
    keep: timedelta
    _messages_at: float = -math.inf

    async def once(self) -> int:
        """Drop all that is too old; return how many deliveries that were."""
        now, dropped = self.clock.now(), 0
        while some := await self.store.prune(now - self.keep, AT_ONCE):
            dropped += some
        return dropped

    async def messages(self) -> int:
        """Drop all messages that were settled long ago and guard nothing; return how many."""
        before, dropped, number = self.clock.now() - max(self.keep, MESSAGES), 0, 0
        while True:
            some, last = await self.outbox.prune(before, number, AT_ONCE)
            dropped += some
            if last is None:
                return dropped
            number = last
            await asyncio.sleep(APART)

    async def run(self) -> None:
        """Drop by interval, until cancelled; all messages are walked through once a day."""
        while True:
            try:
                await self._turn()
            except FollowthroughError as error:
                log.warning("old deliveries were not dropped, tried again soon: %s", error)
            await asyncio.sleep(EVERY)

    async def _turn(self) -> None:
        dropped, told, clock = await self.once(), 0, asyncio.get_running_loop().time()
        if clock >= self._messages_at + DAILY:
            told = await self.messages()
            self._messages_at = clock
        if dropped or told:
            log.info("pruned", extra={"deliveries": dropped, "messages": told})
