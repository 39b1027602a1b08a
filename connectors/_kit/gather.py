"""Let what is asked at the same moment go out together."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Ask = TypeVar("Ask")
Answer = TypeVar("Answer")

_CALM = 4
"""Turns of the event loop without another ask until the moment is over; whoever is alone waits no longer than that."""
_SOON = 4
"""Patiences after a batch within which another ask follows it closely."""


class Gatherer(Generic[Ask, Answer]):
    """Gather asks while others come, `most` at a time, and `send` them; each gets its own answer or error.

    `patience` is how many seconds asks that follow each other closely wait for more, where nobody is in a hurry.
    `send` returns for each ask, in order, what it is answered, or the error that it is to raise.
    """

    def __init__(
        self,
        send: Callable[[Sequence[Ask]], Awaitable[Sequence[Answer | Exception]]],
        most: int,
        patience: float = 0.0,
    ) -> None:
        self._send, self._most, self._patience = send, most, patience
        self._waiting: list[tuple[Ask, asyncio.Future[Answer]]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._gathering = False
        self._sent_at = -math.inf

    async def ask(self, one: Ask) -> Answer:
        """Return the answer to one ask, or raise its error."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((one, answer))
        if len(self._waiting) >= self._most:
            self._start(self._go(self._take()))
        elif not self._gathering:
            self._gathering = True
            self._start(self._gather())
        return await answer

    async def aclose(self) -> None:
        """Give up what is under way; who still waits for it is told."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for _, answer in self._waiting:
            answer.cancel()

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _gather(self) -> None:
        now = asyncio.get_running_loop().time()
        await asyncio.sleep(self._patience if now < self._sent_at + _SOON * self._patience else 0)
        seen, calm = 0, 0
        while calm < _CALM:
            await asyncio.sleep(0)
            calm = calm + 1 if len(self._waiting) == seen else 0
            seen = len(self._waiting)
        self._gathering = False
        await self._go(self._take())

    def _take(self) -> list[tuple[Ask, asyncio.Future[Answer]]]:
        taken, self._waiting = self._waiting, []
        self._sent_at = asyncio.get_running_loop().time()
        return taken

    async def _go(self, batch: Sequence[tuple[Ask, asyncio.Future[Answer]]]) -> None:
        try:
            answers: Sequence[Answer | Exception] = await self._send([one for one, _ in batch]) if batch else ()
        except asyncio.CancelledError:
            for _, answer in batch:
                answer.cancel()
            raise
        except Exception as error:  # noqa: BLE001  it belongs to whoever asked; raised here it would be nobody's
            answers = [error] * len(batch)
        for (_, answer), found in zip(batch, answers, strict=True):
            _tell(answer, found)


def _tell(answer: "asyncio.Future[Answer]", found: Answer | Exception) -> None:
    if answer.done():
        return  # who asked was stopped meanwhile
    if isinstance(found, Exception):
        answer.set_exception(found)
    else:
        answer.set_result(found)
