"""Runs end in a record, a failure, another id or nothing."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from app.core.decision import ItemClass
from app.core.memory import Memory, Place
from app.core.record import Record
from app.core.snapshot import Epic
from app.ports import Touch
from app.store import SqlStore
from tests.store.examples import ADA, LEASE, NOW, SECOND, claim, claim_one, memory, recorded, result, snapshot, touch


async def test_record_keeps_everything_that_a_run_found(store: SqlStore) -> None:
    """The item is shown as the run left it."""
    await touch(store, "i1")
    found = result(again=NOW + SECOND, writes=("add the label operational",))
    assert await store.record(await claim_one(store), found, NOW)
    shown = await store.find("linear", "i1")
    assert shown
    assert (shown.tracker, shown.id, shown.key) == ("linear", "i1", "PM-i1")
    assert (shown.snapshot, shown.memory, shown.owner) == (found.snapshot, found.memory, ADA)
    assert (shown.item_class, shown.route, shown.watched) == (ItemClass.OPERATIONAL, "payments", True)
    assert (shown.due_at, shown.attempts, shown.parked, shown.last) == (NOW + SECOND, 0, None, found.record)


async def test_note_is_kept_whatever_becomes_of_the_run(store: SqlStore) -> None:
    """Those of one moment share a commit; the next run of each finds its own, also where this one fails."""
    await touch(store, "i1", "i2")
    claims = await claim(store)
    notes = {one.id: replace(memory(), home=Place(team=one.id)) for one in claims}
    assert await asyncio.gather(*(store.note(one, notes[one.id]) for one in claims)) == [True, True]
    for one in claims:
        await store.fail(one, "no answer", NOW, NOW)
    assert {one.id: one.memory for one in await claim(store, NOW + SECOND)} == notes


async def test_note_of_a_void_claim_is_not_kept(store: SqlStore) -> None:
    """Who slept past the lease is told, and the new holder's memory stays."""
    await touch(store, "i1")
    old = await claim_one(store)
    new = await claim_one(store, NOW + LEASE)
    assert not await store.note(old, replace(memory(), home=Place(team="OLD")))
    await store.fail(new, "no answer", NOW + LEASE, NOW)
    assert (await claim_one(store, NOW + LEASE)).memory == Memory()


async def test_native_part_of_a_snapshot_is_not_kept(store: SqlStore) -> None:
    """What a connector hangs on a snapshot is its own, and may not even be JSON."""
    await recorded(store, snapshot=snapshot(native={"client": object()}))
    shown = await store.find("linear", "i1")
    assert shown
    assert shown.snapshot
    assert shown.snapshot.native == {}


async def test_item_without_next_look_waits_for_an_event(store: SqlStore) -> None:
    """None means that no time makes it due."""
    await recorded(store)
    assert await store.next_due(NOW, ["linear"]) is None


async def test_an_item_whose_time_has_come_says_so(store: SqlStore) -> None:
    """Nothing touched it, and its record says why it was looked at all the same; a failure keeps that."""
    await recorded(store, again=NOW + SECOND)
    timed = await claim_one(store, NOW + SECOND)
    assert timed.because == ("timer",)
    await store.fail(timed, "no answer", NOW + SECOND, NOW + SECOND)
    await touch(store, "i1", because="it moved", now=NOW + SECOND)
    assert (await claim_one(store, NOW + 2 * SECOND)).because == ("timer", "it moved")


async def test_records_come_newest_first(store: SqlStore) -> None:
    """An item's story reads backwards, as far as asked for."""
    for number in range(3):
        await recorded(store, now=NOW + number * LEASE, record=Record(NOW, (str(number),)))
    assert [entry.because for entry in await store.records("linear", "i1", 2)] == [("2",), ("1",)]
    assert await store.records("linear", "i2", 2) == []


async def test_failure_is_tried_again_and_counted(store: SqlStore) -> None:
    """A failed run is due at its time, knows how often it failed and why it ran."""
    await touch(store, "i1", because="it moved")
    for number in range(3):
        run = await claim_one(store, NOW + number * LEASE)
        assert (run.attempts, run.because) == (number, ("it moved",))
        assert await store.fail(run, f"down {number}", NOW + (number + 1) * LEASE, NOW + number * LEASE)
    (last, *_) = await store.records("linear", "i1", 9)
    assert (last.failed, last.because) == ("down 2", ("it moved",))
    assert await store.record(await claim_one(store, NOW + 3 * LEASE), result(again=NOW + 4 * LEASE), NOW)
    assert (await claim_one(store, NOW + 4 * LEASE)).attempts == 0


async def test_permanent_failure_parks_the_item_until_a_touch(store: SqlStore) -> None:
    """A parked item shows its reason, is never due by itself, and is freed by the next event."""
    await touch(store, "i1", because="it moved")
    await store.fail(await claim_one(store), "no such field", None, NOW)
    shown = await store.find("linear", "i1")
    assert shown
    assert shown.last
    assert (shown.parked, shown.due_at, shown.attempts, shown.last.failed) == (
        "no such field",
        None,
        1,
        "no such field",
    )
    assert (await store.counts(NOW))["parked"] == 1
    assert await claim(store, NOW + timedelta(days=99)) == []
    await touch(store, "i1", because="edited", now=NOW + LEASE)
    run = await claim_one(store, NOW + LEASE)
    assert (run.attempts, run.because) == (0, ("it moved", "edited"))
    assert (await store.counts(NOW))["parked"] == 0


async def test_touch_during_a_failing_run_keeps_it_from_being_parked(store: SqlStore) -> None:
    """The event may have mended what failed."""
    await touch(store, "i1")
    run = await claim_one(store)
    await touch(store, "i1", now=NOW + 2 * SECOND)
    await store.fail(run, "no such field", None, NOW + 2 * SECOND)
    shown = await store.find("linear", "i1")
    assert shown
    assert (shown.parked, shown.due_at) == (None, NOW + 2 * SECOND)


async def test_touch_during_a_failing_run_brings_the_next_try_forward(store: SqlStore) -> None:
    """Whoever edits an item does not wait for the end of a long pause."""
    await touch(store, "i1")
    run = await claim_one(store)
    await touch(store, "i1", now=NOW + SECOND)
    await store.fail(run, "down", NOW + timedelta(hours=1), NOW + SECOND)
    assert await claim(store, NOW + SECOND)


async def test_item_known_by_key_gets_its_real_id(store: SqlStore) -> None:
    """The row under the key goes, the real one is due at once with the reasons."""
    await touch(store, "key:PM-7", because="created")
    await store.rename(await claim_one(store), "i7", NOW)
    run = await claim_one(store)
    assert (run.id, run.because) == ("i7", ("created",))
    assert (await store.counts(NOW))["items"] == 1


async def test_what_is_known_of_the_real_id_stays(store: SqlStore) -> None:
    """A rename on top of a known item makes it due and changes nothing else."""
    await recorded(store, "i7", again=NOW + timedelta(days=1))
    await touch(store, "key:OLD-7", because="heard")
    await store.rename(await claim_one(store), "i7", NOW)
    run = await claim_one(store)
    assert (run.id, run.because, run.memory) == ("i7", ("heard",), memory())


async def test_rename_during_the_real_items_run_makes_it_due_again(store: SqlStore) -> None:
    """The touch by key counts as one during the run."""
    await touch(store, "i7")
    run = await claim_one(store)
    await touch(store, "key:PM-7")
    await store.rename(await claim_one(store), "i7", NOW + SECOND)
    await store.record(run, result("i7"), NOW + SECOND)
    assert (await claim_one(store, NOW + SECOND)).id == "i7"


async def test_forgotten_item_leaves_nothing(store: SqlStore) -> None:
    """A ticket that is none of ours is not known afterwards, by any name."""
    await recorded(store, snapshot=snapshot(epics=(Epic("project", "e1", "e1", "x", ""),)))
    await touch(store, "i1", now=NOW + LEASE)
    await store.forget(await claim_one(store, NOW + LEASE))
    assert await store.find("linear", "i1") is None
    assert await store.find("linear", "PM-i1") is None
    assert await store.touch("linear", [Touch("e1", "its epic", epic=True)], NOW) == 0
    assert await store.records("linear", "i1", 9) == []


async def test_item_that_was_touched_meanwhile_is_not_forgotten(store: SqlStore) -> None:
    """It may just have become one of ours."""
    await touch(store, "i1", because="created")
    run = await claim_one(store)
    await touch(store, "i1", because="labelled", now=NOW + SECOND)
    await store.forget(run)
    assert (await claim_one(store, NOW + SECOND)).because == ("created", "labelled")


async def test_item_without_owner_class_or_comment(store: SqlStore) -> None:
    """What is not there comes back as None."""
    empty = replace(result(), owner=None, route=None, memory=replace(memory(), comment=None))
    await touch(store, "i1")
    await store.record(await claim_one(store), empty, NOW)
    shown = await store.find("linear", "i1")
    assert shown
    assert (shown.owner, shown.route, shown.memory.comment) == (None, None, None)
