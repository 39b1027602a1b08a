"""Many workers on many stores never work on the same item at the same time."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

from app.ports import Touch
from app.store import SqlStore
from tests.store.examples import LEASE, NOW, delivery, result, touch

ITEMS = 40
STORES = 3
WORKERS = 6


async def test_no_two_workers_hold_an_item(database_url: str) -> None:
    """Every touch is run, and between a claim and its end nobody else gets the item."""
    holders: dict[str, int] = {}
    runs: dict[str, int] = {}

    async def work(store: SqlStore, worker: int) -> None:
        while claims := await store.claim(3, NOW, LEASE, ["linear"]):
            for claim in claims:
                assert claim.id not in holders
                holders[claim.id] = worker
            await asyncio.sleep(0)
            for claim in claims:
                assert holders.pop(claim.id) == worker
                assert await store.record(claim, result(claim.id), NOW)
                runs[claim.id] = runs.get(claim.id, 0) + 1

    async with AsyncExitStack() as stack:
        stores = [SqlStore(database_url) for _ in range(STORES)]
        for store in stores:
            await store.open()
            stack.push_async_callback(store.aclose)
        await touch(stores[0], *(f"i{number}" for number in range(ITEMS)))
        await asyncio.gather(*(work(stores[worker % STORES], worker) for worker in range(WORKERS)))
        while await stores[0].next_due(NOW, ["linear"]):
            await work(stores[0], 0)
    assert runs == {f"i{number}": 1 for number in range(ITEMS)}


async def test_expired_leases_never_give_two_valid_fences(database_url: str) -> None:
    """When every lease runs out at once, of all who worked on an item exactly one can record."""
    first, second = SqlStore(database_url), SqlStore(database_url)
    await first.open()
    await second.open()
    await touch(first, *(f"i{number}" for number in range(ITEMS)))
    late = await first.claim(ITEMS, NOW, LEASE, ["linear"])
    taking = [store.claim(ITEMS, NOW + LEASE, LEASE, ["linear"]) for store in (first, second, first, second)]
    taken = [claim for claims in await asyncio.gather(*taking) for claim in claims]
    ends = [
        store.record(claim, result(claim.id), NOW + LEASE) for claim in (*late, *taken) for store in (first, second)
    ]
    assert sum(await asyncio.gather(*ends)) == ITEMS
    assert (await first.counts(NOW + timedelta(days=1)))["due"] == 0
    await first.aclose()
    await second.aclose()


async def test_deliveries_claims_and_records_at_once_lose_nothing(database_url: str) -> None:
    """Senders and workers on two stores together: each item's last run began after its last touch."""
    stores = [SqlStore(database_url, settle=timedelta(0)) for _ in range(2)]
    async with AsyncExitStack() as stack:
        for store in stores:
            await store.open()
            stack.push_async_callback(store.aclose)
        answered: dict[str, int] = {}
        all_sent = asyncio.Event()

        async def send(sender: int) -> None:
            for number in range(20):
                name = f"{sender}.{number}"
                touches = [Touch(f"i{(sender + number) % 5}", name), Touch(f"i{number % 3}", name)]
                assert await stores[sender % 2].keep(delivery(name.encode(), name), touches, NOW)

        async def work(store: SqlStore) -> None:
            while not all_sent.is_set() or await store.next_due(NOW, ["linear"]) == NOW:
                for claim in await store.claim(2, NOW, LEASE, ["linear"]):
                    assert await store.record(claim, result(claim.id), NOW)
                    answered[claim.id] = claim.touched

        workers = [asyncio.create_task(work(store)) for store in stores]
        await asyncio.gather(*(send(sender) for sender in range(4)))
        all_sent.set()
        await asyncio.gather(*workers)
        counts = await stores[0].counts(NOW)
        assert (counts["deliveries"], counts["due"]) == (80, 0)
        await touch(stores[0], *answered)
        assert {claim.id: claim.touched - 1 for claim in await stores[0].claim(9, NOW, LEASE, ["linear"])} == answered
