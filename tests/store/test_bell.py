"""Whoever waits for due items is woken, in this process and in others."""

import asyncio
from collections.abc import AsyncIterator, Awaitable

import pytest
from sqlalchemy import make_url

from app.ports import Touch
from app.store import SqlStore
from app.store.bell import Bell
from tests.database import Postgres
from tests.store.examples import NOW, SECOND, claim_one, delivery, result, touch

LONG = 30.0


@pytest.fixture
async def other(store: SqlStore, postgres_tables: str) -> AsyncIterator[SqlStore]:
    """Open a second store on the same PostgreSQL, which listens already."""
    second = SqlStore(postgres_tables)
    await second.open()
    await _listening(second)
    yield second
    await second.aclose()


async def _listening(store: SqlStore) -> None:
    await asyncio.wait_for(store._now.bell._listening.wait(), LONG)
    await store.wait(0)  # what rang so far is of no interest


async def _wakes(store: SqlStore, deed: Awaitable[object]) -> bool:
    """Tell whether a wait, begun before the deed, ends by it long before its time."""
    await store.wait(0)
    waiting = asyncio.create_task(store.wait(2 * LONG))
    await asyncio.sleep(0)
    await deed
    try:
        await asyncio.wait_for(waiting, LONG)
    except TimeoutError:
        return False
    return True


async def test_wait_ends_by_time(store: SqlStore) -> None:
    """Without any event the time is over at some point, at once for none."""
    await store.wait(0)
    await store.wait(-1)
    await store.wait(0.01)


async def test_everything_that_makes_due_wakes_this_process(store: SqlStore) -> None:
    """Deliveries, touches, released items, and runs that end with a time all ring."""
    assert await _wakes(store, store.keep(delivery(), [Touch("i1", "x")], NOW))
    run = await claim_one(store)
    assert await _wakes(store, store.release([run]))
    run = await claim_one(store)
    assert await _wakes(store, store.record(run, result(again=NOW + SECOND), NOW))
    assert await _wakes(store, touch(store, "key:X"))
    assert await _wakes(store, store.rename(await claim_one(store), "i2", NOW))
    assert await _wakes(store, store.fail(await claim_one(store), "down", NOW + SECOND, NOW))


async def test_bell_that_rang_before_the_wait_is_heard(store: SqlStore) -> None:
    """What becomes due between the look and the wait is not slept over."""
    await touch(store, "i1")
    await asyncio.wait_for(store.wait(2 * LONG), LONG)


async def test_each_ring_ends_one_wait(store: SqlStore, database_kind: str) -> None:
    """Once heard, a ring does not keep the worker from sleeping."""
    if database_kind == "postgresql":
        await _listening(store)  # it rings by itself when it begins to listen
    await touch(store, "i1")
    await asyncio.wait_for(store.wait(2 * LONG), LONG)
    waiting = asyncio.create_task(store.wait(2 * LONG))
    done, _ = await asyncio.wait([waiting], timeout=0.05)
    assert not done
    store._now.bell.ring()
    await asyncio.wait_for(waiting, LONG)


async def test_endless_ringing_wakes_some_times_and_then_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few in a row are heard at once, as where somebody works on one item; a storm does not keep anybody awake."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    bell = Bell(make_url("sqlite://"))
    monkeypatch.setattr(asyncio, "sleep", sleep)
    for _ in range(5):
        bell.ring()
        await bell.wait(LONG)
    assert [seconds > 0 for seconds in slept] == [False, False, False, True, True]


@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_other_replica_is_woken(store: SqlStore, other: SqlStore) -> None:
    """A delivery, a touch or a clean stop here wakes a worker there."""
    assert await _wakes(other, store.keep(delivery(), [Touch("i1", "x")], NOW))
    run = await claim_one(store)
    assert await _wakes(other, store.release([run]))
    run = await claim_one(store)
    await touch(store, "i1")
    await other.wait(LONG)
    assert await _wakes(other, store.record(run, result(), NOW))


@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_burst_calls_the_others_once_in_a_while(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others are called for help by the first of a burst, and again only after a while; each wakes its own worker."""
    called: list[Bell] = []
    monkeypatch.setattr("app.store.arrivals._CALLS", LONG)
    monkeypatch.setattr(Bell, "tell_others", lambda bell, _connection: called.append(bell))
    for number in range(3):
        assert await _wakes(store, store.keep(delivery(b"%d" % number), [Touch("i1", "x")], NOW))
    assert len(called) == 1
    monkeypatch.setattr("app.store.arrivals._CALLS", 0.0)
    assert await store.keep(delivery(b"later"), [Touch("i1", "x")], NOW)
    assert len(called) == 2


@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_listener_comes_back_after_its_connection_was_lost(
    store: SqlStore, other: SqlStore, postgres: Postgres
) -> None:
    """A server that drops connections is listened to again, and what was missed rings."""
    other._now.bell._listening.clear()
    postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
    await asyncio.wait_for(other.wait(2 * LONG), LONG)
    await asyncio.wait_for(other._now.bell._listening.wait(), LONG)
    assert await _wakes(other, touch(store, "i1"))


@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_own_notifications_do_not_ring_twice(
    store: SqlStore, other: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A replica does not wake itself through the server."""
    await _listening(store)
    rings: list[str] = []
    ring = Bell.ring

    def count(bell: Bell) -> None:
        rings.append("here" if bell is store._now.bell else "there")
        ring(bell)

    monkeypatch.setattr(Bell, "ring", count)
    await touch(store, "i1")
    await store.wait(0)
    await touch(other, "i1")
    await asyncio.wait_for(store.wait(2 * LONG), LONG)  # notifications come in order, so the own one came before
    assert rings.count("here") == 2


async def test_closing_twice_and_opening_again(store: SqlStore) -> None:
    """A store can be closed and opened like a door."""
    await store.open()
    await store.aclose()
    await store.aclose()
    await store.open()
    assert await touch(store, "i1") == 1
