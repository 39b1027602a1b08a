"""Everything that is due is worked through, here and now."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.flow.catch_up import catch_up
from app.store import SqlStore
from tests.flow.fakes import item
from tests.flow.test_worker import Shop
from tests.running import until


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """Open a store for a worker."""
    store = SqlStore(f"sqlite:///{tmp_path / 'work.db'}")
    await store.open()
    yield Shop(store)
    await store.aclose()


async def test_it_ends_when_nothing_is_due(shop: Shop) -> None:
    """What is left is told from all to none."""
    shop.tracker.items = {str(number): item(str(number), "strategic") for number in range(30)}
    await shop.due(*shop.tracker.items)
    told: list[int] = []
    await catch_up(shop.worker, shop.store, shop.clock, told.append)
    assert (told[0], told[-1]) == (30, 0)
    assert (await shop.store.counts(shop.clock.now()))["watched"] == 30


async def test_a_tracker_that_says_wait_is_waited_for(shop: Shop) -> None:
    """It does not end before those items are done whose tracker asked for patience."""
    shop.tracker.items["1"] = item("1", "strategic")
    await shop.store.pause("linear", shop.clock.now() + timedelta(minutes=5))
    told: list[int] = []
    working = asyncio.create_task(catch_up(shop.worker, shop.store, shop.clock, told.append))
    await until(lambda: len(told) > 2, "some counts")
    assert not working.done()
    shop.clock.at += timedelta(minutes=6)
    await shop.due("1")
    await working
    assert shop.tracker.calls.count("look") == 1
