"""Work through everything that is due, and tell how much is left."""

import asyncio
from collections.abc import Callable

from app.flow.worker import Worker
from app.ports import Clock, Store

EVERY, SELDOM = 0.2, 1.0
"""Seconds between two counts of what is left, and between two while it is much: counting takes time as well."""
MUCH = 1_000


async def catch_up(worker: Worker, store: Store, clock: Clock, told: Callable[[int], None]) -> None:
    """Handle items until none is due; a tracker that asks us to wait is waited for.

    What failed for another reason is left to the running service, which tries again. What was done is in the store:
    whoever is cut off here goes on there the next time. `told` is called now and then with the number that is left.
    """
    working = asyncio.create_task(worker.run())
    try:
        while not working.done():
            now = clock.now()
            left, pauses = (await store.counts(now))["due"], await store.pauses(now)
            told(left)
            if not left and not worker.busy and pauses.keys().isdisjoint(worker.handlers):
                return
            await asyncio.wait([working], timeout=SELDOM if left > MUCH else EVERY)
        working.result()
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
