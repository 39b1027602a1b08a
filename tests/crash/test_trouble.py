"""The database is full, locked or restarted under the running service: 503 meanwhile, nothing lost, and it recovers."""

import contextlib
import resource
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.bench.accept import POLICY, settings
from deploy.bench.children import Serving, service
from deploy.bench.events import issue_event
from deploy.bench.post import Poster, answer, digest_of
from tests.database import Postgres, empty

DOOR = "/webhooks/linear"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Name the embedded database of the module's service."""
    return tmp_path_factory.mktemp("crash") / "followthrough.db"


@pytest.fixture(scope="module")
def embedded(file: Path) -> Iterator[Serving]:
    """Run one service on an embedded database."""
    with service(file.parent, settings(f"sqlite:///{file}?timeout=0.5"), POLICY) as running:
        yield running


def requests(first: int, number: int) -> list[bytes]:
    """Return webhooks that nobody has sent yet."""
    return [issue_event(first + each).request(DOOR) for each in range(number)]


def kept(file: Path) -> set[str]:
    """Return the digests of what is on disk."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return {digest for (digest,) in connection.execute("SELECT digest FROM deliveries")}


def test_full_disk(embedded: Serving, file: Path) -> None:
    """While nothing can be written the door says 503; once there is room again, everything is taken."""
    sent = requests(1_000, 60)
    wal = file.with_name(f"{file.name}-wal").stat().st_size
    resource.prlimit(embedded.process.pid, resource.RLIMIT_FSIZE, (wal + 30_000, resource.RLIM_INFINITY))
    poster = Poster(embedded.port, sent)
    answered = poster.finish()
    resource.prlimit(embedded.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert 503 in poster.statuses.values()
    assert set(poster.statuses.values()) <= {200, 503}
    assert answered <= kept(file)
    again = {digest_of(one): answer(embedded.port, one) for one in sent if digest_of(one) not in answered}
    assert set(again.values()) == {200}
    assert {digest_of(one) for one in sent} <= kept(file)


def test_locked_by_another_program(embedded: Serving, file: Path) -> None:
    """Whoever holds the file makes the door say 503; when it lets go, everything is taken."""
    (one,) = requests(2_000, 1)
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert answer(embedded.port, one) == 503
        other.execute("ROLLBACK")
    assert answer(embedded.port, one) == 200
    assert digest_of(one) in kept(file)


def test_restarted_postgres(postgres: Postgres, postgres_tables: str, tmp_path: Path) -> None:
    """While the server is away the door says 503, and after it everything is taken again, by itself."""
    empty(postgres_tables)
    with service(tmp_path, settings(postgres_tables), POLICY) as running:
        stopped = threading.Thread(target=postgres.stop, args=("immediate",))
        poster = Poster(running.port, requests(3_000, 150))
        stopped.start()
        answered = poster.finish()
        stopped.join()
        (late,) = requests(4_000, 1)
        assert answer(running.port, late) == 503
        postgres.start()
        assert set(poster.statuses.values()) <= {200, 503}
        again = Poster(running.port, [late, *requests(3_150, 20)]).finish()
    assert len(again) == 21
    with psycopg.connect(postgres_tables) as connection:
        there = {digest for (digest,) in connection.execute("SELECT digest FROM deliveries")}
    assert answered | again <= there
