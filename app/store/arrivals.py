"""Let deliveries of the same moment share a commit."""

import asyncio
import math
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.core.delivery import Delivery
from app.core.errors import Transient
from app.ports import Touch
from app.store.batches import Batches
from app.store.bell import Bell
from app.store.deliveries import Arrival, keep
from app.store.engine import Database

_WAITING = 5_000
_IN_ONE = 500
_GATHER = 0.003
"""Seconds."""
_CALLS = 0.1
"""Seconds between two calls for the other processes' help: whoever keeps a delivery wakes its own worker each time."""


class Arrivals:
    """Keep deliveries, those of the same moment in one commit."""

    def __init__(self, database: Database, bell: Bell, settle: timedelta) -> None:
        self._database = database
        self._bell = bell
        self._settle = settle
        self._called = -math.inf
        self._batches = Batches[Arrival, bool]("store-arrivals", self._keep, _IN_ONE, _WAITING, _GATHER)

    async def keep(self, delivery: Delivery, touches: Sequence[Touch], now: datetime) -> bool:
        """Return whether the delivery was new, once it is on disk; Transient when too many wait."""
        try:
            return await self._batches.ask(Arrival(delivery, touches, now))
        except asyncio.QueueFull:
            raise Transient("Too many deliveries wait to be stored.", retry_after=1) from None

    async def aclose(self) -> None:
        """Finish what waits, then stop."""
        await self._batches.aclose()

    async def _keep(self, arrivals: Sequence[Arrival]) -> list[bool]:
        began = time.monotonic()
        calls = began - self._called >= _CALLS
        answers, due = await self._database.write(self._commit, arrivals, calls=calls)
        if due:
            self._bell.ring()
        if due and calls:  # only now: a commit that failed called nobody
            self._called = began
        return answers

    def _commit(self, connection: Connection, arrivals: Sequence[Arrival], *, calls: bool) -> tuple[list[bool], int]:
        answers, due = keep(connection, arrivals, self._settle)
        if due and calls:
            self._bell.tell_others(connection)
        return answers, due
