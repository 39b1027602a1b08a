"""Show how far work on many items is: a bar where somebody watches, a line now and then where nobody does."""

import time
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from app.cli.terminal import err
from app.core.duration import format_duration

SLOW = 10.0
"""Items a second below which a fraction is of interest."""
LINE_EVERY = 10.0
"""Seconds between two lines where nobody watches; what is done sooner is told without any."""
LATELY = 600.0
"""Seconds by which rate and time left are reckoned: it goes faster while the tracker's allowance lasts than after that,
and then some minutes can lie between two handfuls."""


class _Rate(ProgressColumn):
    """Show how many items are done in a second."""

    def render(self, task: Task) -> Text:
        return Text(_a_second(task.speed or 0.0) if task.speed else "")


class Left:
    """Show how many items were read of the tracker, and then what is left to look at, with rate and time left."""

    def __init__(self, console: Console = err, clock: Callable[[], float] = time.monotonic) -> None:
        bar = (BarColumn(), MofNCompleteColumn(), _Rate(), TimeElapsedColumn(), TimeRemainingColumn())
        self._bar = Progress(
            TextColumn("{task.description}"),
            *bar,
            console=console,
            transient=True,
            disable=not console.is_terminal,
            speed_estimate_period=LATELY,
        )
        self._console, self._clock = console, clock
        self._task = self._bar.add_task("reading", total=None)
        self._done, self._most, self._line_at = 0, 0, clock() + LINE_EVERY
        self._lately = deque[tuple[float, int]]()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def read(self, tracker: str, seen: int) -> None:
        """Show that so many watched tickets were read."""
        self._bar.update(self._task, description=f"reading {tracker}", completed=seen)
        self._line(lambda: f"reading {tracker}: {seen} items so far")

    def begin(self, done: int) -> None:
        """Show that what is due is looked at from now on; so many items need no look, or had it before."""
        self._done = max(done, 0)
        self._lately = deque([(self._clock(), 0)])
        self._bar.reset(self._task, description="looking", completed=self._done)

    def tell(self, left: int) -> None:
        """Show that so many items are left."""
        self._most = max(self._most, left)
        self._note(self._most - left)
        total = self._done + self._most
        self._bar.update(self._task, total=total, completed=total - left)
        self._line(lambda: f"looking: {total - left} of {total} items{self._pace(left)}")

    def _note(self, done: int) -> None:
        """Remember how much is done now, and since `LATELY`."""
        self._lately.append((self._clock(), done))
        while len(self._lately) > 2 and self._lately[1][0] <= self._clock() - LATELY:  # noqa: PLR2004  one is no span
            self._lately.popleft()

    def _pace(self, left: int) -> str:
        """Say how fast it goes and how long it will take, once that is known."""
        (begin, had), (end, has) = self._lately[0], self._lately[-1]
        speed = (has - had) / max(end - begin, 1e-9)
        return f", {_a_second(speed)}, {format_duration(timedelta(seconds=int(left / speed)))} left" if speed else ""

    def _line(self, words: Callable[[], str]) -> None:
        now = self._clock()
        if self._bar.disable and now >= self._line_at:
            self._line_at = now + LINE_EVERY
            self._console.print(words())


def _a_second(speed: float) -> str:
    return f"{speed:.2g} a second" if speed < SLOW else f"{speed:.0f} a second"
