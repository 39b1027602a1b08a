"""Work beside the event loop, for a limited time.

A thread cannot be stopped: one that goes on after its time is waited for no longer, and no second one is started
beside it.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


class Aside:
    """Do one piece of work at a time, in a thread that does not keep the process from ending."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._turn = seconds, asyncio.Lock()
        self._under_way: Future[Any] | None = None

    async def run(self, work: Callable[[], T]) -> T:
        """Return what the work returns; raise TimeoutError when it, or earlier work, does not end in its time."""
        async with self._turn, asyncio.timeout(self._seconds):
            if self._under_way is not None and not self._under_way.done():
                raise TimeoutError
            result: Future[T] = Future()
            result.set_running_or_notify_cancel()  # from now on nobody can cancel what a thread will fill
            self._under_way = result
            Thread(target=_fill, args=(result, work), name="ical", daemon=True).start()
            return await asyncio.wrap_future(result)


def _fill(result: Future[T], work: Callable[[], T]) -> None:
    try:
        result.set_result(work())
    except BaseException as error:  # noqa: BLE001  whatever it is belongs to whoever asked
        result.set_exception(error)
