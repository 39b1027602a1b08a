"""Show how far work on many items is, where somebody watches."""

from types import TracebackType
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.cli.terminal import err


class Left:
    """Show a bar of what is left, with the time that it will take; a pipe is told nothing."""

    def __init__(self) -> None:
        columns = (TextColumn("looking"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=err, transient=True, disable=not err.is_terminal)
        self._task = self._bar.add_task("looking", total=None)
        self._most = 0

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def tell(self, left: int) -> None:
        """Show that so many items are left."""
        self._most = max(self._most, left)
        self._bar.update(self._task, total=self._most, completed=self._most - left)
