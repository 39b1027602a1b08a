"""Make items due at one moment and watch how running services work them off."""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import Popen

from sqlalchemy import Connection, func, select

from app.ports import Touch
from app.store import SqlStore
from app.store.address import read_address
from app.store.engine import connect
from app.store.tables import records
from deploy.bench.children import Serving, ask, playing, service
from deploy.bench.start import memory

_AT_ONCE = 1_000
_A_SECOND = 4_000
"""Items that can surely be made due in a second."""


@contextlib.contextmanager
def working(tracker: str, folder: Path, url: str, replicas: int) -> Iterator[tuple["Popen[str]", list[Serving]]]:
    """Run a sandbox that refuses nobody for coming often, and so many services beside it, once all have reconciled."""
    with contextlib.ExitStack() as stack:
        sandbox = stack.enter_context(playing(tracker))
        hello = ask(sandbox, {"do": "hello", "grace": "1h"})
        ask(sandbox, {"do": "lift"})
        own = {"FOLLOWTHROUGH_DATABASE_URL": url, "FOLLOWTHROUGH_MODE": "act"}
        names = [f"replica {number}" for number in range(replicas)]
        running = [
            stack.enter_context(service(folder, hello["settings"] | own, hello["policy"], name)) for name in names
        ]
        for each in running:
            while "reconciled" not in each.log.read_text(encoding="utf-8"):
                time.sleep(0.02)
        yield sandbox, running


@dataclass(frozen=True, slots=True)
class Sample:
    """Hold how many items were done so many seconds after they became due, and the memory of each service in MB."""

    at: float
    done: int
    memory: tuple[float, ...]


@dataclass(slots=True)
class Course:
    """Hold how a backlog shrank."""

    samples: list[Sample] = field(default_factory=list)
    calls: int = 0

    @property
    def done(self) -> int:
        """Return how many items were done in the end."""
        return self.samples[-1].done

    @property
    def rate(self) -> float:
        """Return items done a second, over all."""
        return self._rate(self.samples[0], self.samples[-1])

    def part(self, begin: float, end: float) -> float:
        """Return items done a second while between these shares of those that were done at last were done."""
        first, last = (next(one for one in self.samples if one.done >= share * self.done) for share in (begin, end))
        return self._rate(first, last) if first is not last else self.rate

    @staticmethod
    def _rate(first: Sample, last: Sample) -> float:
        return (last.done - first.done) / ((last.at - first.at) or 1.0)


def drain(sandbox: "Popen[str]", running: list[Serving], tracker: str, url: str, number: int, seconds: float) -> Course:  # noqa: PLR0917  what takes part
    """Make items due at one moment; return the course until all are written, or so many seconds are over."""
    ids = ask(sandbox, {"do": "fill", "number": number})["ids"]
    ask(sandbox, {"do": "clear"})
    begin = datetime.now(UTC) + timedelta(seconds=1 + number / _A_SECOND)
    asyncio.run(_make_due(url, tracker, ids, begin))
    engine = connect(read_address(url), writes=False)
    time.sleep(max(0.0, (begin - datetime.now(UTC)).total_seconds()))
    course, start = Course(), time.monotonic()
    while True:
        with engine.begin() as connection:
            done = _written(connection)
        at = time.monotonic() - start
        course.samples.append(Sample(at, done, tuple(memory(each.process.pid) for each in running)))
        if done >= number or at > seconds:
            break
        time.sleep(0.2)
    engine.dispose()
    course.calls = ask(sandbox, {"do": "count"})["calls"]
    return course


async def _make_due(url: str, tracker: str, ids: list[str], begin: datetime) -> None:
    store = SqlStore(url)
    await store.open()
    for first in range(0, len(ids), _AT_ONCE):
        touches = [Touch(id_, "the bench", delivery="the bench") for id_ in ids[first : first + _AT_ONCE]]
        await store.touch(tracker, touches, begin, settle=False)
    await store.aclose()


def _written(connection: Connection) -> int:
    """Count the runs that wrote; each item needs one."""
    return connection.scalar(select(func.count()).select_from(records).where(records.c.writes > 0)) or 0
