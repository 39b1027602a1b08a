"""Let writes of the same moment share a commit, each as if it were alone."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection

from app.store.batches import Batches

T = TypeVar("T")

_IN_ONE = 100

_Call: TypeAlias = tuple[tuple[str, str], Callable[[Connection], Any]]
_Write: TypeAlias = Callable[
    [Callable[[Connection, Sequence[_Call]], list[Any]], Sequence[_Call]], Awaitable[list[Any]]
]


class Commits:
    """Run writes, those of the same moment in one commit.

    A write must leave nothing behind outside of the database: it may be run again by itself. How many wait is bounded
    by who writes: each waits for its answer. `write` runs a function in a transaction.
    """

    def __init__(self, name: str, write: _Write) -> None:
        self._batches = Batches[_Call, Any](name, lambda calls: write(_each, calls), _IN_ONE)

    async def write(self, name: tuple[str, str], work: Callable[[Connection], T]) -> T:
        """Return what `work` returns, once it is committed. `name` is the row that it is about, tracker and id."""
        found: T = await self._batches.ask((name, work))
        return found

    async def aclose(self) -> None:
        """Finish what waits, then stop."""
        await self._batches.aclose()


def _each(connection: Connection, calls: Sequence[_Call]) -> list[Any]:
    """Write in one order everywhere, so that two replicas never wait for each other."""
    results = {place: calls[place][1](connection) for place in sorted(range(len(calls)), key=lambda at: calls[at][0])}
    return [results[place] for place in range(len(calls))]
