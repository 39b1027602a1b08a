"""A touch makes an item due, and no touch is lost."""

from datetime import timedelta

from app.ports import Touch
from app.store import SqlStore
from tests.store.examples import LEASE, NOW, SECOND, claim, claim_one, delivery, recorded, result, snapshot, touch


async def test_touch_counts_what_it_made_due(store: SqlStore) -> None:
    """Each item counts once; what is unknown and need not be known does not count."""
    touches = [Touch("i1", "a"), Touch("i1", "b"), Touch("i2", "c"), Touch("i3", "d", only_known=True)]
    assert await store.touch("linear", touches, NOW) == 2
    assert await store.touch("linear", [], NOW) == 0


async def test_only_known_gives_way_to_a_touch_that_wants_the_item(store: SqlStore) -> None:
    """Of two touches of one item, the one that takes it up decides, whichever comes first."""
    shy, bold = Touch("i1", "a", only_known=True), Touch("i1", "b")
    assert await store.touch("linear", [shy, bold], NOW) == 1
    assert await store.touch("jira", [bold, shy], NOW) == 1


async def test_item_is_not_looked_at_again_before_it_settles(store: SqlStore) -> None:
    """A burst after a look makes one more look, a second after the last one began."""
    await recorded(store)
    await touch(store, "i1", now=NOW + SECOND / 10)
    await store.keep(delivery(), [Touch("i1", "more")], NOW + SECOND / 5)
    assert await claim(store, NOW + SECOND * 0.9) == []
    assert await claim(store, NOW + SECOND)


async def test_touch_without_settling_is_due_at_once(store: SqlStore) -> None:
    """A person who asks for a check does not wait."""
    await recorded(store)
    await store.touch("linear", [Touch("i1", "check")], NOW + SECOND / 10, settle=False)
    assert await claim(store, NOW + SECOND / 10)


async def test_clock_that_was_set_back_delays_no_touch(store: SqlStore) -> None:
    """A look that seems to lie ahead, because the clock was set back since, holds up no event and no check."""
    await recorded(store, now=NOW + timedelta(days=1))
    await store.touch("linear", [Touch("i1", "check")], NOW, settle=False)
    assert await claim(store, NOW)
    await recorded(store, "i2", now=NOW + timedelta(days=1))
    await touch(store, "i2", now=NOW)
    assert await claim(store, NOW + SECOND)


async def test_touch_never_makes_an_item_due_later(store: SqlStore) -> None:
    """An item that is due already stays due since then."""
    await touch(store, "i1")
    await touch(store, "i1", now=NOW + 9 * SECOND)
    found = await store.find("linear", "i1")
    assert found
    assert found.due_at == NOW


async def test_touch_brings_a_later_look_forward(store: SqlStore) -> None:
    """An event counts before the time that the last decision asked for."""
    await recorded(store, again=NOW + timedelta(days=9))
    await touch(store, "i1", now=NOW + 5 * SECOND)
    assert await claim(store, NOW + 5 * SECOND)


async def test_touch_during_a_run_keeps_the_item_due(store: SqlStore) -> None:
    """What happened while the item was looked at is looked at next."""
    await touch(store, "i1", because="first")
    run = await claim_one(store)
    await store.keep(delivery(), [Touch("i1", "second")], NOW + SECOND / 2)
    assert await store.record(run, result(again=NOW + timedelta(days=1)), NOW + SECOND / 2)
    assert await store.next_due(NOW, ["linear"]) == NOW + SECOND
    assert (await claim_one(store, NOW + SECOND)).because == ("second",)


async def test_earlier_look_wins_over_a_touch_during_the_run(store: SqlStore) -> None:
    """The item is due at the earlier of both times."""
    await touch(store, "i1")
    run = await claim_one(store)
    await touch(store, "i1", now=NOW + 8 * SECOND)
    await store.record(run, result(again=NOW + 2 * SECOND), NOW + 8 * SECOND)
    assert await claim(store, NOW + 2 * SECOND)


async def test_touch_by_key_reaches_the_item_that_has_or_had_it(store: SqlStore) -> None:
    """An event that names only a key finds its item, also by a key from before a move."""
    moved = snapshot("i1", key="OPS-1", old_keys=("PM-7",))
    await recorded(store, snapshot=moved)
    for number, key in enumerate(("OPS-1", "pm-7"), start=1):
        now = NOW + number * LEASE
        assert await store.touch("linear", [Touch(f"key:{key}", "heard", only_known=True)], now) == 1
        run = await claim_one(store, now)
        assert run.id == "i1"
        await store.record(run, result(snapshot=moved), now)


async def test_touch_by_unknown_key_waits_under_the_key(store: SqlStore) -> None:
    """Until the tracker has told the id, the key stands for it."""
    await touch(store, "key:PM-7")
    assert (await claim_one(store)).id == "key:PM-7"
    found = await store.find("linear", "pm-7")
    assert found
    assert (found.id, found.key) == ("key:PM-7", "PM-7")


async def test_thousands_of_touches_at_once(store: SqlStore) -> None:
    """Reconcile may touch more items than a statement takes values."""
    many = [Touch(f"i{number}", "missed") for number in range(2_500)]
    assert await store.touch("linear", many, NOW) == 2_500
    known = [Touch(entry.id, "again", only_known=True) for entry in many]
    assert await store.touch("linear", [*known, Touch("x", "no", only_known=True)], NOW) == 2_500


async def test_pause_is_never_shortened(store: SqlStore) -> None:
    """The latest end of a pause holds, for all replicas, until it is over."""
    await store.pause("jira", NOW + 5 * SECOND)
    await store.pause("jira", NOW + 3 * SECOND)
    await store.pause("linear", NOW)
    assert await store.pauses(NOW) == {"jira": NOW + 5 * SECOND}
    await store.pause("jira", NOW + 7 * SECOND)
    assert await store.pauses(NOW + 5 * SECOND) == {"jira": NOW + 7 * SECOND}
    assert await store.pauses(NOW + 7 * SECOND) == {}


async def test_paused_tracker_lends_nothing(store: SqlStore) -> None:
    """Whatever is due of it stays where it is until the pause is over; other trackers go on."""
    for tracker in ("jira", "linear"):
        await store.touch(tracker, [Touch("i1", "x")], NOW)
    await store.pause("jira", NOW + 5 * SECOND)
    trackers = ["jira", "linear"]
    assert [claim.tracker for claim in await store.claim(9, NOW + SECOND, LEASE, trackers)] == ["linear"]
    assert [claim.tracker for claim in await store.claim(9, NOW + 5 * SECOND, LEASE, trackers)] == ["jira"]


async def test_an_item_knows_the_latest_delivery_that_no_run_has_dealt_with(store: SqlStore) -> None:
    """What came during a run is the next one's; an event of our own writes that shows nothing new is nobody's."""
    await store.touch("linear", [Touch("i1", "a", delivery="d1"), Touch("i1", "b", delivery="d2")], NOW)
    run = await claim_one(store)
    await store.touch("linear", [Touch("i1", "c", delivery="d3"), Touch("i1", "d")], NOW)
    assert await store.record(run, result(snapshot=snapshot(updated_at=NOW)), NOW)
    following = await claim_one(store, NOW + LEASE)
    assert (run.delivery, following.delivery) == ("d2", "d3")
    assert await store.record(following, result(snapshot=snapshot(updated_at=NOW)), NOW + LEASE)
    await store.touch("linear", [Touch("i1", "echo", echo_at=NOW, delivery="d4")], NOW + LEASE)
    await touch(store, "i1", now=NOW + 2 * LEASE)
    assert (await claim_one(store, NOW + 2 * LEASE)).delivery is None
