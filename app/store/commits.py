"""Let writes of the same moment share a commit, each as if it were alone."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from app.core.errors import Transient
from app.store.engine import Database

T = TypeVar("T")

_IN_ONE = 100


@dataclass(frozen=True, slots=True)
class _Call(Generic[T]):
    name: tuple[str, str]
    work: Callable[[Connection], T]
    done: asyncio.Future[T]


class Commits:
    """Run writes by a single task: while one commit is under way, the next batch gathers.

    A write must leave nothing behind outside of the database: it may be run again by itself.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._calls: asyncio.Queue[_Call[Any]] = asyncio.Queue()
        self._task = asyncio.create_task(self._run(), name="store-commits")
        self._closed = False

    async def write(self, name: tuple[str, str], work: Callable[[Connection], T]) -> T:
        """Return what `work` returns, once that is on disk. `name` is the row that it is about, tracker and id."""
        if self._closed:
            raise Transient("The store is closed.")
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._calls.put_nowait(_Call(name, work, done))  # bounded by who writes: each waits for its answer
        return await done

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
            # In one order everywhere, so that two replicas never wait for each other.
            await self._write(sorted(calls, key=lambda call: call.name))
            for _ in calls:
                self._calls.task_done()

    async def _write(self, calls: Sequence[_Call[Any]]) -> None:
        try:
            results = await self._database.write(_each, calls)
        except Exception as error:  # noqa: BLE001  whatever one write brings about must not stop the others
            await self._after(error, calls)
            return
        for call, result in zip(calls, results, strict=True):
            if not call.done.done():
                call.done.set_result(result)

    async def _after(self, error: Exception, calls: Sequence[_Call[Any]]) -> None:
        """Try each alone when one of them is to blame; when the database is, no repetition helps."""
        if len(calls) > 1 and not isinstance(error, Transient):
            for call in calls:
                await self._write([call])
            return
        for call in calls:
            if not call.done.done():
                call.done.set_exception(error)


def _each(connection: Connection, calls: Sequence[_Call[Any]]) -> list[Any]:
    return [call.work(connection) for call in calls]
