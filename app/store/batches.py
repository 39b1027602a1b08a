"""Let what is asked at the same moment share a commit, each as if it were alone."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.core.errors import Transient

Ask = TypeVar("Ask")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class _Call(Generic[Ask, Answer]):
    ask: Ask
    done: asyncio.Future[Answer]


class Batches(Generic[Ask, Answer]):
    """Commit asks, `in_one` at a time: while `at_once` commits are under way, the next batch gathers.

    `commit` returns an answer for each ask, in order. It may be run again with one of them alone. At most `waiting`
    asks wait, 0: as many as there are.
    """

    def __init__(
        self,
        name: str,
        commit: Callable[[Sequence[Ask]], Awaitable[Sequence[Answer]]],
        in_one: int,
        waiting: int = 0,
        at_once: int = 1,
    ) -> None:
        self._commit, self._in_one = commit, in_one
        self._calls: asyncio.Queue[_Call[Ask, Answer]] = asyncio.Queue(waiting)
        self._tasks = [asyncio.create_task(self._run(), name=name) for _ in range(at_once)]
        self._closed = False

    async def ask(self, one: Ask) -> Answer:
        """Return the answer once it is on disk; raise Transient when closed, asyncio.QueueFull when too many wait."""
        if self._closed:
            raise Transient("The store is closed.")
        done: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._calls.put_nowait(_Call(one, done))
        return await done

    async def aclose(self) -> None:
        """Finish what waits, then stop."""
        self._closed = True
        await self._calls.join()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            calls = [await self._calls.get()]
            while len(calls) < self._in_one and not self._calls.empty():
                calls.append(self._calls.get_nowait())
            await self._answer(calls)
            for _ in calls:
                self._calls.task_done()

    async def _answer(self, calls: Sequence[_Call[Ask, Answer]]) -> None:
        try:
            answers = await self._commit([call.ask for call in calls])
        except Exception as error:  # noqa: BLE001  whatever one ask brings about must not stop the others
            await self._after(error, calls)
            return
        for call, answer in zip(calls, answers, strict=True):
            if not call.done.done():
                call.done.set_result(answer)

    async def _after(self, error: Exception, calls: Sequence[_Call[Ask, Answer]]) -> None:
        """Try each alone when one of them is to blame; when the database is, no repetition helps."""
        if len(calls) > 1 and not isinstance(error, Transient):
            for call in calls:
                await self._answer([call])
            return
        for call in calls:
            if not call.done.done():
                call.done.set_exception(error)
