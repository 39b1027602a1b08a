"""Look the set-up over while the service runs: soon after the start, when the policy changes, and once a day."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from app.core.policy import Policy
from app.ports.examiner import Diagnosis

FIRST = 60.0
"""Seconds after the start: what a start itself asks of trackers comes before."""
PATIENCE = 180.0
"""Seconds for one look, which also bounds how many calls it makes."""
PEOPLE = 50
"""So many of the policy's people are looked up, for each is a call; `followthrough doctor` looks up all."""
GLANCE = 10.0
DAY = 86_400.0

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Checkup:
    """Hold what was found wrong with the set-up. `ready` tells whether the first reconcile is over."""

    examine: Callable[[], Awaitable[Sequence[Diagnosis]]]
    policy: Callable[[], Policy]
    ready: Callable[[], bool]
    found: Sequence[Diagnosis] = ()
    _asked: asyncio.Event = field(default_factory=asyncio.Event)

    def ask(self) -> None:
        """Have the set-up looked over now."""
        self._asked.set()

    async def once(self) -> None:
        """Look the set-up over; what was found before stands where that cannot be done."""
        try:
            async with asyncio.timeout(PATIENCE):
                found = await self.examine()
        except Exception as error:  # noqa: BLE001  whatever it is, the service itself works
            log.warning("the set-up was not looked over, tried again tomorrow: %s", type(error).__name__)
            return
        self.found = [one for one in found if one.level != "unchecked"]
        log.info("looked the set-up over", extra={"found": sorted({one.id for one in self.found})})

    async def run(self, first: float = FIRST, glance: float = GLANCE) -> None:
        """Look by itself, until cancelled."""
        await self._asked_within(first)
        while not self.ready() and not await self._asked_within(glance):
            pass
        while True:
            self._asked.clear()
            digest, until = self.policy().digest, asyncio.get_running_loop().time() + DAY
            await self.once()
            while self.policy().digest == digest and asyncio.get_running_loop().time() < until:
                if await self._asked_within(glance):
                    break

    async def _asked_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._asked.wait()
        except TimeoutError:
            return False
