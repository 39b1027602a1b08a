"""Kill a process at a write that it sends to a sandbox: before the write takes effect, or once it did."""

import asyncio
import os
import signal
from typing import Any, Literal, TypeAlias

Moment: TypeAlias = Literal["before", "after"]


class Striker:
    """Count a sandbox's writes and what they bring about, and strike when it was told to.

    `before`: the write is refused and nobody is left to hear of it. `after`: it took effect, and whoever sent it does
    not know; or, `later` by some seconds, has just read the answer and begins to record it.
    """

    def __init__(self, sandbox: Any, sender: Any, written: Any) -> None:
        self.effects = 0
        """What the sandbox told of: a write that changed nothing brings about nothing."""
        self._sandbox = sandbox
        self._pid: int | None = None
        self._moment, self._left, self._later = "", 0, 0.0
        self._waits: asyncio.TimerHandle | None = None
        # Nobody else wants to know: the one counts writes as they come in, the other sends what took effect.
        self._add, self._enqueue = written.add, sender._enqueue  # noqa: SLF001  see above
        written.add, sender._enqueue = self._write, self._effect  # noqa: SLF001  see above

    def aim(self, pid: int, moment: Moment, number: int, later: float) -> None:
        """Kill that process at the write of that number from now on."""
        self.spare()
        self._pid, self._moment, self._left, self._later = pid, moment, number, later

    def spare(self) -> None:
        """Kill nobody any more."""
        self._pid = None
        if self._waits is not None:
            self._waits.cancel()

    def _write(self, name: str) -> None:
        self._add(name)
        if self._hits("before"):
            self._sandbox.fail_next(1, "500")
            self._strike()

    def _effect(self, event: Any) -> None:
        self.effects += 1
        self._enqueue(event)
        if self._hits("after"):
            if self._later:
                self._waits = asyncio.get_running_loop().call_later(self._later, self._strike)
            else:
                self._strike()

    def _hits(self, moment: Moment) -> bool:
        if self._pid is None or self._moment != moment:
            return False
        self._left -= 1
        return self._left == 0

    def _strike(self) -> None:
        if self._pid is not None:
            os.kill(self._pid, signal.SIGKILL)
        self.spare()
