"""A database in trouble is told in a sentence, and the store recovers by itself."""

import asyncio
import sqlite3
import threading
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from app.core.errors import Permanent, Transient
from app.ports import Touch
from app.store import SqlStore
from app.store.address import read_address
from app.store.troubles import in_our_words
from tests.database import Postgres
from tests.store.examples import LEASE, NOW, claim, delivery, touch

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
POSTGRES = pytest.mark.parametrize("database_kind", ["postgresql"])


async def test_closed_store_says_so(store: SqlStore) -> None:
    """Every method of a store that is not open raises Transient."""
    await store.aclose()
    calls = [
        store.keep(delivery(), [], NOW),
        store.claim(1, NOW, LEASE, ["linear"]),
        store.touch("linear", [], NOW),
        store.counts(NOW),
        store.wait(0),
        anext(store.known("linear")),
    ]
    for call in calls:
        with pytest.raises(Transient, match="closed"):
            await call


@SQLITE
async def test_file_that_another_program_locks_is_transient(database_url: str) -> None:
    """A backup that holds the file makes callers come again, and nothing is lost afterwards."""
    store = SqlStore(f"{database_url}?timeout=0.05")
    await store.open()
    other = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for call in (store.keep(delivery(), [], NOW), touch(store, "i1"), store.claim(1, NOW, LEASE, ["linear"])):
        with pytest.raises(Transient, match=r"^The database cannot do it now: database is locked$"):
            await call
    assert (await store.counts(NOW))["items"] == 0  # readers pass beside the lock
    other.execute("COMMIT")
    other.close()
    assert await store.keep(delivery(), [Touch("i1", "x")], NOW)
    assert len(await claim(store)) == 1
    await store.aclose()


@SQLITE
async def test_full_disk_is_transient(store: SqlStore) -> None:
    """What finds no room is refused, what was there stays, and with room it goes on."""
    assert await store.keep(delivery(b"small"), [], NOW)
    database = store._now.database

    def limit(connection: Connection, pages: int) -> None:
        connection.execute(text(f"PRAGMA max_page_count={pages}"))

    await database.write(limit, 1)
    noise = delivery(b"".join(b"%d" % (n * n * 7919) for n in range(100_000)))
    with pytest.raises(Transient, match="full"):
        await store.keep(noise, [Touch("i1", "x")], NOW)
    assert await store.counts(NOW) == {"items": 0, "watched": 0, "due": 0, "parked": 0, "deliveries": 1}
    await database.write(limit, 1_000_000)
    assert await store.keep(noise, [], NOW)


@POSTGRES
async def test_lost_connections_are_replaced(store: SqlStore, postgres: Postgres) -> None:
    """After the server dropped all connections the next call goes through or asks to come again."""
    await asyncio.gather(*(touch(store, f"i{number}") for number in range(20)))
    postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'followthrough'")
    await asyncio.gather(*(touch(store, f"i{number}") for number in range(20)))
    assert (await store.counts(NOW))["items"] == 20


@POSTGRES
async def test_connection_lost_within_a_transaction_is_transient(store: SqlStore) -> None:
    """A server that stops in the middle of something leaves nothing half done."""

    def die(connection: Connection) -> None:
        connection.execute(text("INSERT INTO pauses VALUES ('jira', 1)"))
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(Transient, match=r"^The database cannot do it now: terminating connection"):
        await store._now.database.write(die)
    assert await store.pauses(NOW.replace(year=1971)) == {}


@POSTGRES
async def test_restarted_server_is_found_again(postgres: Postgres, store: SqlStore) -> None:
    """While the server is down callers are told to come again; when it is back the same store works."""
    await touch(store, "i1")
    postgres.stop()
    for call in (store.keep(delivery(), [], NOW), touch(store, "i2"), store.counts(NOW)):
        with pytest.raises(Transient):
            await call
    postgres.start()
    assert await store.keep(delivery(), [Touch("i2", "x")], NOW)
    assert sorted(entry.id for entry in await claim(store)) == ["i1", "i2"]


@POSTGRES
async def test_deadlock_is_solved_by_doing_it_again(store: SqlStore) -> None:
    """Two transactions that wait for each other both go through in the end."""
    await touch(store, "a", "b")
    met = asyncio.Barrier(2)
    loop = asyncio.get_running_loop()
    tries: list[str] = []

    def lock(connection: Connection, first: str, second: str) -> None:
        tries.append(first)
        connection.execute(text("SET LOCAL deadlock_timeout = '10ms'"))
        for id_ in (first, second):
            connection.execute(text("UPDATE items SET attempts = attempts + 1 WHERE id = :id"), {"id": id_})
            if len(tries) <= 2 and id_ == first:
                asyncio.run_coroutine_threadsafe(_meet(met), loop).result(10)

    write = store._now.database.write
    await asyncio.gather(write(lock, "a", "b"), write(lock, "b", "a"))
    assert len(tries) > 2
    assert {entry.attempts for entry in await claim(store)} == {2}


async def _meet(barrier: asyncio.Barrier) -> None:
    await barrier.wait()


async def test_threads_are_not_the_event_loops(store: SqlStore) -> None:
    """The loop's own threads stay free for others, whatever the database does."""
    names: list[str] = []

    def note(_connection: Connection) -> None:
        names.append(threading.current_thread().name)

    await store._now.database.write(note)
    await store._now.database.read(note)
    assert all(name.startswith("store-") for name in names)


@pytest.mark.parametrize(
    ("error", "kind", "sentence"),
    [
        (NoConnectionFree(), Transient, "The database is busy: no connection became free."),
        (OperationalError("SELECT 1", {}, Exception("down\nuser=x hunter2")), Transient, "cannot do it now: down"),
        (OperationalError("SELECT 1", {}, Exception("no hunter2 here")), Transient, r"no \*\*\* here"),
        (OperationalError("SELECT 1", {}, Exception()), Transient, "OperationalError"),
        (DataError("INSERT", {"a": "hunter2"}, Exception("hunter2")), Permanent, r"take this data \(DataError\)"),
        (IntegrityError("INSERT", {}, Exception("hunter2")), Permanent, "IntegrityError"),
    ],
)
def test_errors_are_told_without_secrets(error: Any, kind: type[Exception], sentence: str) -> None:
    """The sentence holds neither statement nor values nor password."""
    told = in_our_words(error, read_address("postgresql://user:hunter2@host/name"))
    assert type(told) is kind
    with pytest.raises(kind, match=sentence):
        raise told
    assert "hunter2" not in str(told)
    assert "SELECT" not in str(told)
