"""Work through everything that is due, and tell how much is left."""

import asyncio
from collections.abc import Callable

from app.flow.worker import Worker
from app.ports import Clock, Store

EVERY = 0.2
"""Seconds between two counts of what is left."""


async def catch_up(worker: Worker, store: Store, clock: Clock, told: Callable[[int], None]) -> None:
    """Handle items until none is due; what has to wait for a tracker is left to the running service.

    `told` is called now and then with the number of items that are left.
    """
    working = asyncio.create_task(worker.run())
    try:
        while not working.done():
            left = (await store.counts(clock.now()))["due"]
            told(left)
            if not left and not worker.busy:
                return
            await asyncio.wait([working], timeout=EVERY)
        working.result()
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
