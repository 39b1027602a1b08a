"""Events that tell of nothing but our own writes make no item due whose last look saw them done."""

from datetime import timedelta
from typing import Any

import pytest

from app.ports import Touch
from app.store import SqlStore
from tests.store.examples import LEASE, NOW, SECOND, claim, claim_one, recorded, result, snapshot, touch

AFTER = NOW + LEASE
DONE: dict[str, Any] = {"snapshot": snapshot(updated_at=NOW)}


async def _echo(store: SqlStore, at: timedelta = timedelta(), because: str = "echo") -> None:
    await store.touch("linear", [Touch("i1", because, echo_at=NOW + at)], NOW)


async def test_an_echo_of_what_was_seen_makes_nothing_due(store: SqlStore) -> None:
    """The item rests as it did, and its next run knows nothing of the echo."""
    await recorded(store, **DONE)
    await _echo(store)
    await _echo(store, -SECOND)
    assert await store.next_due(AFTER, ["linear"]) is None
    await touch(store, "i1", now=AFTER)
    assert (await claim_one(store, AFTER)).because == ("why",)


async def test_an_echo_of_what_was_not_seen_is_looked_at(store: SqlStore) -> None:
    """A write of another replica, or one whose answer did not show the item, is an event like any other."""
    await recorded(store, **DONE)
    await _echo(store, timedelta(milliseconds=1))
    assert (await claim_one(store, AFTER)).because == ("echo",)


async def test_an_echo_frees_nothing_that_is_parked(store: SqlStore) -> None:
    """What keeps an item from its run is not mended by our own writes."""
    await recorded(store, **DONE)
    await touch(store, "i1", now=AFTER)
    assert await store.fail(await claim_one(store, AFTER), "no such team", None, AFTER)
    await _echo(store)
    found = await store.find("linear", "i1")
    assert found is not None
    assert found.parked == "no such team"
    assert await store.next_due(AFTER + LEASE, ["linear"]) is None


@pytest.mark.parametrize(
    ("told", "again"),
    [
        pytest.param([0], False, id="the write of this run"),
        pytest.param([-1, 0, -1], False, id="several, in any order"),
        pytest.param([0, 1], True, id="a later write as well"),
        pytest.param([1, 0], True, id="a later write before"),
        pytest.param([0, None], True, id="and something else after it"),
        pytest.param([None, 0], True, id="and something else before it"),
        pytest.param([None, 0, 0], True, id="something else, and more echoes"),
    ],
)
async def test_during_a_run(store: SqlStore, told: list[int | None], again: bool) -> None:
    """Echoes of what the run saw in the end are done with; anything else that came makes the item due again."""
    await touch(store, "i1")
    run = await claim_one(store)
    for seconds in told:
        if seconds is None:
            await touch(store, "i1", because="Ada")
        else:
            await _echo(store, seconds * SECOND)
    assert await store.record(run, result(**DONE), NOW)
    assert bool(await claim(store, AFTER)) is again
    await touch(store, "i1", now=AFTER)
    if not again:
        assert (await claim_one(store, AFTER)).because == ("why",)


async def test_a_failed_run_did_not_see_the_echo(store: SqlStore) -> None:
    """What came meanwhile makes the item due, whoever did it."""
    await touch(store, "i1")
    run = await claim_one(store)
    await _echo(store)
    assert await store.fail(run, "down", NOW + 9 * LEASE, NOW)
    assert (await claim_one(store, AFTER)).because == ("why", "echo")


async def test_an_echo_in_one_batch_with_another_event_is_none(store: SqlStore) -> None:
    """What is told together counts together."""
    await recorded(store, **DONE)
    await store.touch("linear", [Touch("i1", "echo", echo_at=NOW), Touch("i1", "Ada")], NOW)
    assert (await claim_one(store, AFTER)).because == ("echo", "Ada")
