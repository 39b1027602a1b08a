"""Know by our own clocks whether what was lent to this process still is."""

import time
from contextvars import ContextVar
from dataclasses import dataclass, field


def clocks() -> tuple[float, float]:
    """Return the seconds of two clocks: one that nobody sets, one that goes on while the machine sleeps."""
    return time.monotonic(), time.time()


@dataclass(slots=True, eq=False)
class Loan:
    """Hold items for so many seconds from when they were asked for; a process that was frozen so long has lost them."""

    seconds: float
    began: tuple[float, float] = field(default_factory=clocks)

    @property
    def over(self) -> bool:
        """Tell whether another replica may have taken the items over."""
        return any(now - began >= self.seconds for now, began in zip(clocks(), self.began, strict=True))

    def renew(self, began: tuple[float, float]) -> None:
        """Hold on from `began`, when it was asked for; what was over by the time of the answer stays over."""
        if not self.over:
            self.began = began


LOAN: ContextVar[Loan | None] = ContextVar("loan", default=None)
"""The loan that the run in progress stands on; connectors' HTTP asks it before each write."""
