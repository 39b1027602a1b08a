"""Let what is asked at the same moment share a commit, each as if it were alone."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.core.errors import Transient

_FEW = 4
"""Asks in a batch that are no crowd yet: whoever comes alone waits for nobody."""

Ask = TypeVar("Ask")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class _Call(Generic[Ask, Answer]):
    ask: Ask
    done: asyncio.Future[Answer]


class Batches(Generic[Ask, Answer]):
    """Commit asks by a single task, `in_one` at a time: while one commit is under way, the next batch gathers.

    `commit` returns an answer for each ask, in order. It may be run again with one of them alone. At most `waiting`
    asks wait, 0: as many as there are. After a batch of more than a few the next one waits for those that were just
    answered, besides those that came meanwhile, but no longer than `gather` seconds: they ask again, and a commit costs
    much and each ask in it little.
    """

    def __init__(
        self,
        name: str,
        commit: Callable[[Sequence[Ask]], Awaitable[Sequence[Answer]]],
        in_one: int,
        waiting: int = 0,
        gather: float = 0.0,
    ) -> None:
        self._commit, self._in_one, self._waiting, self._gather = commit, in_one, waiting, gather
        self._calls: deque[_Call[Ask, Answer]] = deque()
        self._wanted, self._enough = 1, asyncio.Event()
        self._task = asyncio.create_task(self._run(), name=name)
        self._closed = False

    async def ask(self, one: Ask) -> Answer:
        """Return the answer once it is on disk; raise Transient when closed, asyncio.QueueFull when too many wait."""
        if self._closed:
            raise Transient("The store is closed.")
        if self._waiting and len(self._calls) >= self._waiting:
            raise asyncio.QueueFull
        done: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._calls.append(_Call(one, done))
        if len(self._calls) >= self._wanted:
            self._enough.set()
        return await done

    async def aclose(self) -> None:
        """Finish what waits, then stop."""
        self._closed = True
        self._enough.set()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        crowd = 0
        while self._calls or not self._closed:
            crowd += len(self._calls)
            await self._some(1)
            if crowd > _FEW and self._gather and not self._closed:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._gather):
                        await self._some(crowd)
            calls = [self._calls.popleft() for _ in range(min(len(self._calls), self._in_one))]
            crowd = len(calls)
            if calls:
                await self._answer(calls)

    async def _some(self, number: int) -> None:
        """Wait until so many wait, or the end."""
        self._wanted = number
        if len(self._calls) < number and not self._closed:
            self._enough.clear()
            await self._enough.wait()

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
