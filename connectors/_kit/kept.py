"""Remember answers for a while."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")
MOST = 10_000
"""How many answers are remembered; beyond that all are forgotten, which costs calls and nothing else."""


class Kept(Generic[T]):
    """Ask once for each key and keep the answer for so many seconds of `clock`; errors are not kept.

    `seconds` may depend on the answer. An error is that of all who waited for the same answer: a host that answers
    nobody would else hold up one after another.
    """

    def __init__(self, seconds: float | Callable[[T], float], clock: Callable[[], float]) -> None:
        self._seconds, self._clock = seconds, clock
        self._answers: dict[str, tuple[float, T]] = {}
        self._asking: dict[str, asyncio.Lock] = {}
        self._failed: dict[str, Exception] = {}

    async def get(self, key: str, ask: Callable[[], Awaitable[T]]) -> T:
        """Return the kept answer, or ask; who comes while another asks waits for that answer."""
        before = self._failed.get(key)
        async with self._asking.setdefault(key, asyncio.Lock()):
            found = self.peek(key)
            if found is None:
                failed = self._failed.get(key)
                if failed is not None and failed is not before:
                    raise failed
                found = (await self._asked(key, ask),)
            return found[0]

    async def _asked(self, key: str, ask: Callable[[], Awaitable[T]]) -> T:
        try:
            answer = await ask()
        except Exception as error:
            self._failed[key] = error.with_traceback(None)
            raise
        self._failed.pop(key, None)
        self.put(key, answer)
        return answer

    def peek(self, key: str) -> tuple[T] | None:
        """Return the kept answer in a tuple of one; None: nothing is kept."""
        held = self._answers.get(key)
        return (held[1],) if held is not None and self._clock() < held[0] else None

    def put(self, key: str, answer: T) -> None:
        """Keep an answer that came by the way."""
        if len(self._answers) >= MOST:
            self.forget()
        seconds = self._seconds(answer) if callable(self._seconds) else self._seconds
        self._answers[key] = (self._clock() + seconds, answer)

    def forget(self) -> None:
        """Forget every answer."""
        self._answers.clear()
        self._failed.clear()
        self._asking = {key: lock for key, lock in self._asking.items() if lock.locked()}
