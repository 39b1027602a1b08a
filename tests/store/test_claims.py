"""Items are lent to one worker at a time, the oldest first."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.ports import Touch
from app.store import SqlStore
from app.store.tables import items
from tests.store.examples import LEASE, NOW, SECOND, claim, claim_one, delivery, result, touch


async def test_oldest_item_is_lent_first_on_all_trackers(store: SqlStore) -> None:
    """The order is by due time, whatever the tracker, the id, and when the row was made."""
    for tracker, id_, second in [("jira", "2", 2), ("linear", "1", 1), ("jira", "3", 0)]:
        await touch(store, id_, now=NOW + second * SECOND, tracker=tracker)
    assert [entry.id for entry in await claim(store, NOW + 9 * SECOND, limit=2)] == ["3", "1"]
    assert [entry.id for entry in await claim(store, NOW + 9 * SECOND, limit=2)] == ["2"]


async def test_only_named_trackers_are_lent(store: SqlStore) -> None:
    """A paused tracker's items stay where they are."""
    await touch(store, "1", tracker="jira")
    assert await store.claim(9, NOW, LEASE, ["linear"]) == []
    assert await store.claim(9, NOW, LEASE, []) == []
    assert len(await store.claim(9, NOW, LEASE, ["jira", "jira"])) == 1


async def test_item_that_is_due_later_is_not_lent(store: SqlStore) -> None:
    """Nothing is claimed before its time."""
    await touch(store, "1", now=NOW + SECOND)
    assert await claim(store, NOW) == []
    assert await claim(store, NOW + SECOND)


async def test_item_on_loan_is_not_lent_twice(store: SqlStore) -> None:
    """While a lease runs, nobody else gets the item, not even after a touch."""
    await touch(store, "i1")
    await claim_one(store)
    await touch(store, "i1", now=NOW + SECOND)
    assert await claim(store, NOW + 2 * SECOND) == []


async def test_expired_lease_is_taken_over_with_its_reasons(store: SqlStore) -> None:
    """A dead worker's item goes to the next, who hears why both runs were wanted."""
    await touch(store, "i1", because="first")
    first = await claim_one(store)
    await touch(store, "i1", because="second", now=NOW + SECOND)
    second = await claim_one(store, NOW + LEASE)
    assert second.because == ("first", "second")
    assert second.fence != first.fence
    third = await claim_one(store, NOW + 2 * LEASE)
    assert third.because == ("first", "second")


async def test_void_fence_changes_nothing(store: SqlStore) -> None:
    """A worker who lost its lease cannot overwrite what the next one holds."""
    await touch(store, "i1")
    late = await claim_one(store)
    holder = await claim_one(store, NOW + LEASE)
    after = NOW + LEASE + SECOND
    assert not await store.record(late, result(writes=("x",)), after)
    assert not await store.fail(late, "broken", None, after)
    await store.rename(late, "i2", after)
    await store.forget(late)
    await store.release([late])
    await store.extend([late], after + timedelta(days=1))
    assert await claim(store, after) == []
    assert await store.find("linear", "i2") is None
    assert await store.records("linear", "i1", 9) == []
    assert await store.record(holder, result(), after)
    assert not await store.record(holder, result(), after)


async def test_fence_of_a_dropped_item_stays_void_when_it_comes_again(store: SqlStore) -> None:
    """A row that is made anew does not take the old row's claims."""
    await touch(store, "i1")
    old = await claim_one(store)
    await store.forget(await claim_one(store, NOW + LEASE))
    await touch(store, "i1", now=NOW + LEASE)
    new = await claim_one(store, NOW + LEASE)
    assert not await store.record(old, result(), NOW)
    assert await store.record(new, result(), NOW)


async def test_lease_that_ran_out_unnoticed_still_holds(store: SqlStore) -> None:
    """A slow worker's result counts as long as nobody took the item over."""
    await touch(store, "i1")
    slow = await claim_one(store)
    assert await store.record(slow, result(), NOW + 10 * LEASE)


async def test_extended_lease_keeps_others_away(store: SqlStore) -> None:
    """A heartbeat moves the end of the lease."""
    await touch(store, "i1", "i2")
    one, two = await claim(store)
    await store.extend([one], NOW + 2 * LEASE)
    assert [entry.id for entry in await claim(store, NOW + LEASE)] == [two.id]
    assert await store.next_due(NOW, ["linear"]) == NOW + 2 * LEASE


async def test_released_item_is_due_at_once_with_its_reasons(store: SqlStore) -> None:
    """A clean stop gives items back for others to take, with nothing forgotten."""
    await touch(store, "i1", because="first")
    given = await claim_one(store)
    await touch(store, "i1", because="second", now=NOW + SECOND)
    await store.release([given])
    again = await claim_one(store, NOW)
    assert again.because == ("first", "second")
    assert not await store.record(given, result(), NOW)


async def test_empty_lists_of_claims_are_fine(store: SqlStore) -> None:
    """Nothing to extend or release is nothing to do."""
    await store.extend([], NOW)
    await store.release([])


async def test_next_due_is_now_for_what_waits_and_the_lease_for_what_is_lent(store: SqlStore) -> None:
    """The worker learns until when it may sleep."""
    assert await store.next_due(NOW, ["linear"]) is None
    assert await store.next_due(NOW, []) is None
    await touch(store, "i1", now=NOW + SECOND)
    assert await store.next_due(NOW, ["linear", "jira"]) == NOW + SECOND
    assert await store.next_due(NOW, ["jira"]) is None
    later = NOW + 9 * SECOND
    assert await store.next_due(later, ["linear"]) == later
    await claim_one(store, later)
    assert await store.next_due(later, ["linear"]) == later + LEASE


async def test_claim_tells_what_the_last_run_saw(store: SqlStore) -> None:
    """Memory and snapshot come back as they were recorded."""
    await touch(store, "i1")
    first = await claim_one(store)
    assert first.snapshot is None
    assert first.memory.first_seen_at is None
    found = result(again=NOW + SECOND)
    await store.record(first, found, NOW)
    second = await claim_one(store, NOW + SECOND)
    assert (second.snapshot, second.memory) == (found.snapshot, found.memory)


async def test_reasons_are_bounded(store: SqlStore) -> None:
    """A storm of reasons leaves ten, each cut to a readable length and on one line."""
    for number in range(30):
        await store.touch("linear", [Touch("i1", f"{number}\nline " + "x" * 1_000)], NOW)
        await store.touch("linear", [Touch("i1", "0\nline " + "x" * 1_000)], NOW)
    texts = await store._now.database.read(lambda connection: list(connection.scalars(select(items.c.because))))
    assert [len(text) for text in texts] == [10 * 202]
    because = (await claim_one(store)).because
    assert [reason.split()[0] for reason in because] == [str(number) for number in range(10)]
    assert {len(reason) for reason in because} == {200}


async def test_reason_within_another_is_its_own(store: SqlStore) -> None:
    """A reason that is a part of one that is there already is not taken for it."""
    for reason in ("the label moved", "label moved", "the label", "100%", "1005"):
        await touch(store, "i1", because=reason)
    assert len((await claim_one(store)).because) == 5


async def test_cancelled_claim_leaves_nothing_on_loan(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that is stopped while it claims hands everything back."""
    await store.keep(delivery(), [Touch("i1", "why")], NOW)
    claiming = asyncio.create_task(store.claim(9, NOW, LEASE, ["linear"]))
    await asyncio.sleep(0)
    claiming.cancel()
    with pytest.raises(asyncio.CancelledError):
        await claiming
    assert (await claim_one(store)).because == ("why",)
