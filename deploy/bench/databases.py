"""Make databases to measure on: SQLite in a file, and a PostgreSQL that syncs as it should."""

import asyncio
import contextlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.store import SqlStore, upgrade
from tests.database import Postgres, _install


@contextlib.contextmanager
def postgres() -> Iterator[Postgres]:
    """Run a PostgreSQL as it comes: fsync and synchronous_commit are on."""
    with tempfile.TemporaryDirectory(prefix="followthrough-bench-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        server = _install(folder)
        with server.guarded():
            server.run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
            options = f"-k {folder} -c listen_addresses= -c max_connections=60"
            server.run("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", options)
            yield server


@contextlib.contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """Yield the address of an empty database of each kind, with all tables."""
    with postgres() as server:
        urls = {"SQLite": f"sqlite:///{folder / 'followthrough.db'}", "PostgreSQL": server.create()}
        for url in urls.values():
            upgrade(url)
        yield urls


@contextlib.contextmanager
def empty_ones(kind: str, folder: Path) -> Iterator[Callable[[str], str]]:
    """Yield what makes an empty database of that kind, with all tables, and returns its address."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(postgres()) if kind == "postgresql" else None

        def make(name: str) -> str:
            url = server.create() if server else f"sqlite:///{folder / name}.db"
            upgrade(url)
            return url

        yield make


def leave_alone(url: str, tracker: str) -> None:
    """Let no worker touch a tracker for an hour, as after its `Retry-After`: what comes in is kept and waits."""

    async def leave() -> None:
        store = SqlStore(url)
        await store.open()
        await store.pause(tracker, datetime.now(UTC) + timedelta(hours=1))
        await store.aclose()

    asyncio.run(leave())


def fsyncs_a_second(folder: Path, seconds: float = 1.0) -> float:
    """Return how often a page of 4 KB can be appended and synced in a second, one after the other."""
    page, count = os.urandom(4096), 0
    with (folder / "sync").open("wb", buffering=0) as file:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            file.write(page)
            os.fdatasync(file.fileno())
            count += 1
    return count / seconds
