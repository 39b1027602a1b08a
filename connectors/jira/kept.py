"""Remember answers for a while."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")
MOST = 10_000


class Kept(Generic[T]):
    """Ask once for each key and keep the answer for so many seconds of `clock`; errors are not kept.

    `seconds` may depend on the answer.
    """

    def __init__(self, seconds: float | Callable[[T], float], clock: Callable[[], float]) -> None:
        self._seconds, self._clock = seconds, clock
        self._answers: dict[str, tuple[float, T]] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def get(self, key: str, ask: Callable[[], Awaitable[T]]) -> T:
        """Return the kept answer, or ask; who comes while another asks waits for that answer."""
        async with self._locks[key]:
            held = self._answers.get(key)
            if held is not None and self._clock() < held[0]:
                return held[1]
            answer = await ask()
            self._keep(key, answer)
            return answer

    def _keep(self, key: str, answer: T) -> None:
        if len(self._answers) >= MOST:
            self._answers.clear()
        seconds = self._seconds(answer) if callable(self._seconds) else self._seconds
        self._answers[key] = (self._clock() + seconds, answer)
