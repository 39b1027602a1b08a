"""Let deliveries of the same moment share a commit."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.core.delivery import Delivery
from app.core.errors import Transient
from app.ports import Touch
from app.store.bell import Bell
from app.store.deliveries import arrive, keep
from app.store.engine import Database

_WAITING = 5_000
_IN_ONE = 500


@dataclass(frozen=True, slots=True)
class _Call:
    delivery: Delivery
    touches: Sequence[Touch]
    now: datetime
    done: asyncio.Future[bool]


class Arrivals:
    """Keep deliveries by a single task: while one commit is under way, the next batch gathers."""

    def __init__(self, database: Database, bell: Bell, settle: timedelta) -> None:
        self._database = database
        self._bell = bell
        self._settle = settle
        self._calls: asyncio.Queue[_Call] = asyncio.Queue(_WAITING)
        self._task = asyncio.create_task(self._run(), name="store-arrivals")
        self._closed = False

    async def keep(self, delivery: Delivery, touches: Sequence[Touch], now: datetime) -> bool:
        """Return whether the delivery was new, once it is on disk; Transient when too many wait."""
        if self._closed:
            raise Transient("The store is closed.")
        call = _Call(delivery, touches, now, asyncio.get_running_loop().create_future())
        try:
            self._calls.put_nowait(call)
        except asyncio.QueueFull:
            raise Transient("Too many deliveries wait to be stored.", retry_after=1) from None
        return await call.done

    async def aclose(self) -> None:
        """Finish what waits, then stop."""
        self._closed = True
        await self._calls.join()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            calls = [await self._calls.get()]
            while len(calls) < _IN_ONE and not self._calls.empty():
                calls.append(self._calls.get_nowait())
            await self._keep(calls)
            for _ in calls:
                self._calls.task_done()

    async def _keep(self, calls: Sequence[_Call]) -> None:
        try:
            answers, due = await self._database.write(self._commit, calls)
        except Exception as error:  # noqa: BLE001  whatever one delivery brings about must not stop the others
            await self._after(error, calls)
            return
        for call, is_new in zip(calls, answers, strict=True):
            if not call.done.done():
                call.done.set_result(is_new)
        if due:
            self._bell.ring()

    def _commit(self, connection: Connection, calls: Sequence[_Call]) -> tuple[list[bool], int]:
        arrivals = [arrive(call.delivery, call.touches, call.now) for call in calls]
        answers, due = keep(connection, arrivals, self._settle)
        if due:
            self._bell.tell_others(connection)
        return answers, due

    async def _after(self, error: Exception, calls: Sequence[_Call]) -> None:
        """Try each alone when one of them is to blame; when the database is, no repetition helps."""
        if len(calls) > 1 and not isinstance(error, Transient):
            for call in calls:
                await self._keep([call])
            return
        for call in calls:
            if not call.done.done():
                call.done.set_exception(error)
