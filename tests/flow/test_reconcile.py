"""What webhooks missed is found, both ways."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.flow.reconcile import Reconciler
from app.store import SqlStore
from tests.flow.fakes import NOW, POLICY, item
from tests.flow.test_worker import Shop


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """Open a store for a worker."""
    store = SqlStore(f"sqlite:///{tmp_path / 'work.db'}")
    await store.open()
    yield Shop(store)
    await store.aclose()


def _reconciler(shop: Shop) -> Reconciler:
    return Reconciler(shop.store, {"linear": shop.tracker}, lambda: POLICY, shop.clock)


async def test_new_changed_and_gone_are_found_and_the_rest_left_alone(shop: Shop) -> None:
    """New, changed and vanished tickets become due; those that are as they were do not."""
    for name in ("same", "changed", "gone"):
        shop.tracker.items[name] = item(name, "strategic")
    assert (await _reconciler(shop).once("linear")).new == 3
    await shop.turn()
    shop.tracker.items["changed"] = replace(shop.tracker.items["changed"], updated_at=NOW + timedelta(minutes=1))
    del shop.tracker.items["gone"]
    shop.tracker.items["new"] = item("new")
    found = await _reconciler(shop).once("linear")
    assert (found.seen, found.new, found.changed, found.gone, found.due) == (3, 1, 1, 1, 3)
    shop.clock.at += timedelta(seconds=5)
    assert await shop.turn() == 3


async def test_what_was_not_looked_at_yet_stays_new(shop: Shop) -> None:
    """A first connection that was cut off goes on where it was; how far the reading is is told page by page."""
    shop.tracker.items = {str(number): item(str(number), "strategic") for number in range(3)}
    await _reconciler(shop).once("linear")
    await shop.turn()
    shop.tracker.items |= {"new": item("new", "strategic")}
    await _reconciler(shop).once("linear")
    told: list[int] = []
    found = await _reconciler(shop).once("linear", told=told.append)
    assert (found.seen, found.new, found.changed, found.due) == (4, 1, 0, 1)
    assert told[-1] == 4


async def test_dry_run_makes_nothing_due(shop: Shop) -> None:
    """A dry run counts and leaves everything as it is."""
    shop.tracker.items["1"] = item("1")
    assert (await _reconciler(shop).once("linear", dry_run=True)).due == 1
    assert await shop.turn() == 0


async def test_open_question_is_looked_at_again(shop: Shop) -> None:
    """An item that we asked about is due at each reconcile: an answer may not show as a change."""
    shop.tracker.items["1"] = item("1")
    await _reconciler(shop).once("linear")
    await shop.turn()
    shop.clock.at += timedelta(hours=1)
    await shop.turn()
    assert shop.tracker.calls.count("say") == 1
    assert (await _reconciler(shop).once("linear")).asked == 1


async def test_start_looks_at_every_open_item_once(shop: Shop) -> None:
    """The first reconcile of a start makes open items due that did not change: mode and policy may have."""
    shop.tracker.items["1"] = item("1", "strategic")
    await _reconciler(shop).once("linear")
    await shop.turn()
    assert (await _reconciler(shop).once("linear", dry_run=True)).due == 0
    found = await _reconciler(shop).once("linear", at_start=True)
    assert (found.changed, found.started, found.due) == (0, 1, 1)
