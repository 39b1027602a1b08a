"""Let writes of the same moment share a commit, each as if it were alone."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection

from app.store.batches import Batches
from app.store.engine import Database

T = TypeVar("T")

_IN_ONE = 100

_Call: TypeAlias = tuple[tuple[str, str], Callable[[Connection], Any]]


class Commits:
    """Run writes, those of the same moment in one commit.

    A write must leave nothing behind outside of the database: it may be run again by itself. How many wait is bounded
    by who writes: each waits for its answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._batches = Batches[_Call, Any]("store-commits", self._write, _IN_ONE)

    async def write(self, name: tuple[str, str], work: Callable[[Connection], T]) -> T:
        """Return what `work` returns, once that is on disk. `name` is the row that it is about, tracker and id."""
        found: T = await self._batches.ask((name, work))
        return found

    async def aclose(self) -> None:
        """Finish what waits, then stop."""
        await self._batches.aclose()

    async def _write(self, calls: Sequence[_Call]) -> list[Any]:
        return await self._database.write(_each, calls)


def _each(connection: Connection, calls: Sequence[_Call]) -> list[Any]:
    """Write in one order everywhere, so that two replicas never wait for each other."""
    results = {place: calls[place][1](connection) for place in sorted(range(len(calls)), key=lambda at: calls[at][0])}
    return [results[place] for place in range(len(calls))]
