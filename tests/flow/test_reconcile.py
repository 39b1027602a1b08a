"""What webhooks missed is found, both ways."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.core.errors import Permanent, Transient
from app.core.policy import Watch
from app.flow import reconcile
from app.flow.reconcile import OVERLAP, Reconciler
from app.ports import Seen
from app.store import SqlStore
from tests.flow.fakes import NOW, POLICY, item
from tests.flow.test_worker import Shop
from tests.running import until


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """Open a store for a worker."""
    store = SqlStore(f"sqlite:///{tmp_path / 'work.db'}")
    await store.open()
    yield Shop(store)
    await store.aclose()


def _reconciler(shop: Shop) -> Reconciler:
    return Reconciler(
        shop.store,
        {"linear": shop.tracker},
        lambda: POLICY,
        shop.clock,
        lambda tracker: shop.worker.handlers[tracker].acts,
    )


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


async def test_what_webhooks_missed_is_counted(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    """None at a first connection, cut off or not; later what is unknown, changed or gone; a dry run adds nothing."""
    shop.tracker.items = {name: item(name, "strategic") for name in ("same", "changed", "gone")}
    reconciler = _reconciler(shop)
    assert [(await reconciler.once("linear")).missed for _ in range(2)] == [0, 0]
    await shop.turn()
    shop.tracker.items["changed"] = replace(shop.tracker.items["changed"], updated_at=NOW + timedelta(minutes=1))
    del shop.tracker.items["gone"]
    shop.tracker.items["new"] = item("new", "strategic")
    assert (await reconciler.once("linear", dry_run=True)).missed == 3
    assert reconciler.missed["linear"] == 0
    with caplog.at_level("INFO", "app.flow.reconcile"):
        running = asyncio.create_task(reconciler.run(timedelta(hours=1)))
        await until(lambda: caplog.records, "it to say what it found")
        running.cancel()
    assert [(vars(one)["missed"], vars(one)["due"]) for one in caplog.records] == [(3, 4)]
    assert reconciler.missed["linear"] == 3


async def test_what_a_kept_webhook_told_of_was_not_missed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that is behind loses no webhook, nor does one that looks while the tracker's tickets are being read."""
    reconciler, read = _reconciler(shop), shop.tracker.watched
    shop.tracker.items = {name: item(name, "strategic") for name in ("waits", "meanwhile", "lost")}
    await reconciler.once("linear")
    await shop.turn()
    shop.clock.at += timedelta(minutes=1)

    def edit(name: str) -> None:
        shop.tracker.items[name] = replace(shop.tracker.items[name], updated_at=shop.clock.at)

    async def watched(watches: Sequence[Watch], within: timedelta | None = None) -> AsyncIterator[Sequence[Seen]]:
        async for page in read(watches, within):
            shop.clock.at += timedelta(seconds=1)
            edit("meanwhile")
            await shop.due("meanwhile", delivery="d1")
            await shop.turn()
            await shop.due("waits", delivery="d2")
            yield page

    monkeypatch.setattr(shop.tracker, "watched", watched)
    edit("waits")
    edit("lost")
    found = await reconciler.once("linear")
    assert (found.changed, found.missed) == (3, 1)


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


async def test_what_left_and_came_back_unchanged_is_watched_again(shop: Shop) -> None:
    """As where a label got its name again, or our account its right to see a project: the item itself is as it was."""
    reconciler = _reconciler(shop)
    item_ = shop.tracker.items["1"] = item("1", "strategic")
    for visible, watched in ((True, True), (False, False), (True, True)):
        shop.tracker.items = {"1": item_} if visible else {}
        shop.clock.at += timedelta(minutes=1)
        await reconciler.once("linear")
        await shop.turn()
        found = await shop.store.find("linear", "1")
        assert found is not None
        assert found.watched is watched
    assert (await reconciler.once("linear")).due == 0


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
    found = await _reconciler(shop).once("linear", at_start=True, because="policy changed")
    assert (found.changed, found.started, found.due) == (0, 1, 1)
    (claim,) = await shop.store.claim(1, shop.clock.at + timedelta(minutes=1), timedelta(minutes=1), ["linear"])
    assert claim.because[-1] == "reconcile: policy changed"


@pytest.fixture
def many(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Reconciler:
    """Return what reconciles a tracker whose three tickets are many, and were looked at."""
    monkeypatch.setattr(reconcile, "FEW", 2)
    old = NOW - timedelta(days=1)
    shop.tracker.items = {name: replace(item(name, "strategic"), updated_at=old) for name in ("1", "2", "3")}
    return _reconciler(shop)


async def _later(shop: Shop, span: timedelta) -> None:
    await shop.turn()
    shop.clock.at += span
    shop.tracker.now = shop.clock.at


async def test_where_there_are_many_only_what_changed_is_read(shop: Shop, many: Reconciler) -> None:
    """After the whole comes what changed since it began, with an overlap; it is found as before, nothing is gone."""
    await many.in_turn("linear", at_start=True)
    await _later(shop, timedelta(hours=1))
    shop.tracker.items |= {
        "2": replace(shop.tracker.items["2"], updated_at=shop.clock.at),
        "4": replace(item("4"), updated_at=shop.clock.at - timedelta(minutes=65)),
    }
    found = await many.in_turn("linear")
    assert shop.tracker.within == [None, timedelta(hours=1) + OVERLAP]
    assert (found.seen, found.new, found.changed, found.gone, found.whole) == (2, 1, 1, 0, False)
    await _later(shop, timedelta(minutes=30))
    assert (await many.in_turn("linear")).due == 0
    assert shop.tracker.within[-1] == timedelta(minutes=30) + OVERLAP


async def test_what_left_without_a_trace_is_found_within_a_day(shop: Shop, many: Reconciler) -> None:
    """Once a day everything is read; only that tells what left the filter, and what `last` says of the whole."""
    await many.in_turn("linear", at_start=True)
    await _later(shop, timedelta(hours=1))
    del shop.tracker.items["1"]
    assert (await many.in_turn("linear")).gone == 0
    assert many.last["linear"].seen == 3
    await _later(shop, timedelta(hours=23))
    assert (await many.in_turn("linear")).gone == 1
    assert shop.tracker.within[-1] is None
    assert many.last["linear"].seen == 2


async def test_few_are_read_whole_each_time(shop: Shop, many: Reconciler) -> None:
    """Where everything is one call, what left the filter is found at once."""
    del shop.tracker.items["3"]
    await many.in_turn("linear", at_start=True)
    await _later(shop, timedelta(hours=1))
    del shop.tracker.items["2"]
    assert (await many.in_turn("linear")).gone == 1


async def test_how_far_it_was_read_outlives_a_restart_and_a_failure(shop: Shop, many: Reconciler) -> None:
    """Another process goes on where one was; what failed, was tried dry or reached less far back moves nothing."""
    await many.in_turn("linear", at_start=True)
    await _later(shop, timedelta(hours=1))
    shop.tracker.errors["watched"] = Transient("it is down")
    with pytest.raises(Transient):
        await many.in_turn("linear")
    del shop.tracker.errors["watched"]
    await many.once("linear", dry_run=True)
    await many.once("linear", within=timedelta(minutes=59))
    await _reconciler(shop).in_turn("linear")
    assert shop.tracker.within[-1] == timedelta(hours=1) + OVERLAP
    await _later(shop, timedelta(hours=2))
    await many.once("linear", within=timedelta(hours=2))
    await many.in_turn("linear")
    assert shop.tracker.within[-1] == OVERLAP


async def test_answer_out_of_shape_does_not_end_it(
    shop: Shop, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody foresaw, such as an answer with a hole in it, is told with its trace and tried again soon."""
    monkeypatch.setattr(reconcile, "RETRY", 0.01)
    shop.tracker.items["1"] = item("1")
    shop.tracker.errors["watched"] = TypeError("'NoneType' object is not subscriptable")
    reconciler = _reconciler(shop)
    running = asyncio.create_task(reconciler.run(timedelta(hours=1)))
    await until(lambda: caplog.records or running.done(), "it to say what failed")
    assert not running.done()
    del shop.tracker.errors["watched"]
    await until(lambda: "linear" in reconciler.last, "another try")
    running.cancel()
    assert caplog.records[0].levelname == "ERROR"
    assert caplog.records[0].exc_info


async def test_a_clock_that_was_set_back_means_the_whole(shop: Shop, many: Reconciler) -> None:
    """By a clock that went back nobody can say since when to read."""
    await many.in_turn("linear", at_start=True)
    await _later(shop, -timedelta(hours=1))
    assert (await many.in_turn("linear")).whole


async def test_starts_one_after_the_other_look_once(shop: Shop, many: Reconciler) -> None:
    """As many replicas start, the first looks at every open item; an hour later a start is one of its own again."""
    assert (await many.in_turn("linear", at_start=True)).new == 3
    await _later(shop, timedelta(minutes=59))
    assert (await many.in_turn("linear", at_start=True)).due == 0
    await _later(shop, timedelta(hours=1))
    assert (await many.in_turn("linear", at_start=True)).started == 3


async def test_start_looks_at_what_was_judged_otherwise_or_not_at_all(shop: Shop, many: Reconciler) -> None:
    """Another policy or mode may decide otherwise, and what failed may be mended: each is looked at, however lately."""
    await many.in_turn("linear", at_start=True)
    await _later(shop, timedelta(minutes=1))
    shop.tracker.errors["look"] = Permanent("too complex")
    await shop.due("2")
    await _later(shop, timedelta(minutes=1))
    shop.tracker.errors.clear()
    assert (await many.in_turn("linear", at_start=True)).started == 1
    await _later(shop, timedelta(minutes=1))
    shop.worker.handlers["linear"].acts = False
    assert (await many.in_turn("linear", at_start=True)).started == 3


async def test_an_open_question_is_looked_at_again_whatever_was_read(shop: Shop, many: Reconciler) -> None:
    """An item that we asked about is due at each comparison, of the whole or not."""
    shop.tracker.items["2"] = item("2")
    await many.in_turn("linear", at_start=True)
    await _later(shop, timedelta(hours=1))
    await shop.turn()
    await _later(shop, timedelta(hours=1))
    assert (await many.in_turn("linear")).asked == 1
