"""Deliveries of the same moment share a commit and nothing else."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, event

from app.core.errors import Permanent, Transient
from app.ports import Touch
from app.store import SqlStore
from app.store.batches import Batches
from app.store.codec import pack
from tests.store.examples import NOW, claim, delivery


@pytest.fixture
def commits() -> Iterator[list[object]]:
    """Gather the commits of all engines."""
    seen: list[object] = []

    def note(connection: Connection) -> None:
        seen.append(connection)

    event.listen(Engine, "commit", note)
    yield seen
    event.remove(Engine, "commit", note)


async def test_arrivals_of_one_moment_share_transactions(store: SqlStore, commits: list[object]) -> None:
    """A hundred deliveries at once need a handful of commits, and all are there."""
    kept = await asyncio.gather(
        *(store.keep(delivery(b"%d" % n, str(n)), [Touch(f"i{n % 7}", "x")], NOW) for n in range(100))
    )
    assert all(kept)
    assert len(commits) <= 3
    assert (await store.counts(NOW))["deliveries"] == 100
    assert len(await claim(store)) == 7


async def test_next_batch_waits_for_those_that_were_just_answered() -> None:
    """In a crowd what came meanwhile is not committed alone: those that were answered ask again at once."""
    sizes: list[int] = []
    begun, free = asyncio.Event(), asyncio.Event()

    async def commit(asks: Sequence[int]) -> Sequence[int]:
        sizes.append(len(asks))
        begun.set()
        await free.wait()
        return asks

    async def sender(turns: int) -> None:
        await batches.ask(0)
        for _ in range(turns):
            await asyncio.sleep(0)
        await batches.ask(1)

    batches = Batches[int, int]("crowd", commit, 100, gather=5)
    first = asyncio.gather(*(sender(turns) for turns in range(6)))
    await begun.wait()
    others = asyncio.gather(*(batches.ask(0) for _ in range(3)))
    await asyncio.sleep(0)
    free.set()
    await asyncio.gather(first, others)
    await batches.aclose()
    assert sizes == [6, 9]


async def test_crowd_waits_no_longer_than_until_it_is_whole() -> None:
    """As soon as as many ask as were answered last nobody waits for more; fewer wait for their time and no longer."""
    sizes: list[int] = []

    async def commit(asks: Sequence[int]) -> Sequence[int]:
        sizes.append(len(asks))
        return asks

    batches = Batches[int, int]("crowd", commit, 100, gather=3600)
    for crowd in (6, 6, 8):
        await asyncio.gather(*(batches.ask(n) for n in range(crowd)))
    await batches.aclose()
    assert sizes == [6, 6, 8]
    batches = Batches[int, int]("crowd", commit, 100, gather=0.001)
    for crowd in (6, 2, 1):
        await asyncio.gather(*(batches.ask(n) for n in range(crowd)))
    await batches.aclose()
    assert sizes[3:] == [6, 2, 1]


async def test_lone_delivery_waits_for_nobody(store: SqlStore, commits: list[object]) -> None:
    """What comes one by one is committed one by one."""
    for number in range(10):
        assert await store.keep(delivery(b"%d" % number), [], NOW)
    assert len(commits) == 10


async def test_copies_within_one_moment_are_told_apart(store: SqlStore) -> None:
    """Of the same delivery twice in one batch, exactly one is new."""
    kept = await asyncio.gather(*(store.keep(delivery(b"same"), [], NOW) for _ in range(5)))
    assert sorted(kept) == [False, False, False, False, True]


async def test_bad_neighbour_harms_nobody_else(store: SqlStore) -> None:
    """A delivery that the database cannot take fails alone."""
    good = [store.keep(delivery(b"%d" % n), [Touch(f"i{n}", "x")], NOW) for n in range(3)]
    naive = replace(delivery(b"bad"), received_at=NOW.replace(tzinfo=None))
    answers = await asyncio.gather(*good, store.keep(naive, [Touch("i9", "x")], NOW), return_exceptions=True)
    assert answers[:3] == [True, True, True]
    assert isinstance(answers[3], Permanent)
    assert sorted(entry.id for entry in await claim(store)) == ["i0", "i1", "i2"]


async def test_bad_neighbour_may_fail_in_any_way(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also an error nobody thought of reaches its own caller only, and the next batch goes through."""

    def fail_on_bad(bodies: Sequence[bytes]) -> list[bytes]:
        if b"bad" in bodies:
            raise ZeroDivisionError
        return pack(bodies)

    monkeypatch.setattr("app.store.deliveries.pack", fail_on_bad)
    calls = (store.keep(delivery(body), [], NOW) for body in (b"1", b"bad", b"2"))
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert [answers[0], type(answers[1]), answers[2]] == [True, ZeroDivisionError, True]
    assert await store.keep(delivery(b"3"), [], NOW)


async def test_full_queue_asks_to_come_again(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """When too many wait, the caller is told at once, not kept waiting."""
    await store.aclose()
    monkeypatch.setattr("app.store.arrivals._WAITING", 2)
    await store.open()
    calls = (store.keep(delivery(b"%d" % n), [], NOW) for n in range(5))
    answers = await asyncio.gather(*calls, return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, Transient)]
    assert len(refused) == 3
    assert {error.retry_after for error in refused} == {1}
    assert (await store.counts(NOW))["deliveries"] == 2


async def test_caller_who_gives_up_does_not_hold_up_others(store: SqlStore) -> None:
    """A cancelled call leaves its neighbours alone."""
    calls = [asyncio.create_task(store.keep(delivery(b"%d" % n), [], NOW)) for n in range(3)]
    await asyncio.sleep(0)
    calls[1].cancel()
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert [answers[0], answers[2]] == [True, True]


async def test_closing_finishes_what_waits(store: SqlStore, database_url: str) -> None:
    """What was handed in before the store closed is on disk afterwards."""
    calls = [asyncio.create_task(store.keep(delivery(b"%d" % n), [], NOW)) for n in range(20)]
    await asyncio.sleep(0)
    await store.aclose()
    assert all(await asyncio.gather(*calls))
    await store.open()
    assert (await store.counts(NOW))["deliveries"] == 20
