"""What the worker does with items, and with what goes wrong."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.core.change import Change
from app.core.errors import Denied, NotFound, Permanent, RateLimited, Transient
from app.core.policy import Watch
from app.core.snapshot import Snapshot
from app.flow.budget import Budget
from app.flow.handle import Handler
from app.flow.on_call import Rotas
from app.flow.worker import ATTEMPTS, LONGEST_RETRY, Worker, pause
from app.ports import Applied, Touch
from app.store import SqlStore
from tests.flow.fakes import POLICY, FakeClock, FakeRota, FakeTracker, item
from tests.running import until


class Shop:
    """Hold a worker on a real store with a fake tracker."""

    def __init__(self, store: SqlStore) -> None:
        self.store, self.clock, self.tracker = store, FakeClock(), FakeTracker()
        rotas = Rotas({"rota": FakeRota()}, self.clock)
        handler = Handler(self.tracker, rotas, lambda: POLICY, self.clock, Budget(1000), acts=True)
        self.worker = Worker(store, {"linear": handler}, self.clock)

    async def due(self, *ids: str, delivery: str | None = None) -> None:
        """Make items due now."""
        touches = [Touch(id_, "a test", delivery=delivery) for id_ in ids]
        await self.store.touch("linear", touches, self.clock.now(), settle=False)

    async def meet(self, id_: str) -> None:
        """Have an item that was looked at once."""
        self.tracker.items[id_] = item(id_)
        await self.due(id_)
        await self.turn()

    async def turn(self) -> int:
        """Claim and finish what is due."""
        claimed = await self.worker.claim_once()
        await until(lambda: not self.worker.busy, "the batch to end")
        return claimed


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """Open a store for a worker."""
    store = SqlStore(f"sqlite:///{tmp_path / 'work.db'}")
    await store.open()
    yield Shop(store)
    await store.aclose()


async def test_batch_is_read_in_one_look(shop: Shop) -> None:
    """Items that are due at the same time are read together and recorded each by itself."""
    shop.tracker.items = {str(n): item(str(n), "operational") for n in range(20)}
    await shop.due(*shop.tracker.items)
    assert await shop.turn() == 20
    assert shop.tracker.calls.count("look") == 1
    assert shop.tracker.calls.count("write") == 20
    found = await shop.store.find("linear", "ENG-7")
    assert found is not None
    assert found.last is not None
    assert found.last.calls == 2


@pytest.mark.parametrize(
    ("error", "parked", "retried"),
    [
        (Transient("it is down"), None, True),
        (Denied("token refused"), None, True),
        (Permanent("it will not have it"), "it will not have it", False),
        (ZeroDivisionError("a bug"), None, True),
    ],
    ids=["transient", "denied", "permanent", "bug"],
)
async def test_failure_is_retried_or_parked(
    shop: Shop, error: Exception, parked: str | None, retried: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """What may pass is tried again later; what will not is parked with its reason; a delivery frees it."""
    caplog.set_level(logging.WARNING)  # a command that was run before may have asked for less
    shop.tracker.items["1"] = item("1", "operational")
    shop.tracker.errors["write"] = error
    await shop.due("1")
    await shop.turn()
    found = await shop.store.find("linear", "1")
    assert found is not None
    assert found.parked == parked
    assert (found.due_at is not None) is retried
    assert caplog.records
    shop.tracker.errors.clear()
    await shop.due("1")
    await shop.turn()
    assert shop.tracker.items["1"].team == "OPS"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ZeroDivisionError("a bug"), "internal error (ZeroDivisionError)"),
        (NotFound("it is not there"), "it is not there"),
    ],
    ids=["bug", "hidden"],
)
async def test_what_may_pass_parks_an_item_in_the_end(shop: Shop, error: Exception, reason: str) -> None:
    """An answer out of shape and an item that is hidden for a moment may pass; what lasts is parked and told."""
    shop.tracker.items["1"] = item("1", "operational")
    shop.tracker.errors["write"] = error
    await shop.due("1")
    for _ in range(ATTEMPTS):
        assert await shop.turn() == 1
        shop.clock.at += 2 * LONGEST_RETRY
    found = await shop.store.find("linear", "1")
    assert found is not None
    assert found.parked is None
    await shop.turn()
    found = await shop.store.find("linear", "1")
    assert found is not None
    assert found.parked == reason


@pytest.mark.parametrize("error", [ValueError("a date that is none"), Permanent("too complex")], ids=["bug", "refusal"])
async def test_item_that_cannot_be_read_holds_up_no_other(shop: Shop, error: Exception) -> None:
    """When a batch cannot be read because of one item, the others are read without it, in few calls."""
    shop.tracker.items = {str(n): item(str(n), "operational") for n in range(20)}
    look = shop.tracker.look

    async def failing(ids: Sequence[str]) -> Mapping[str, Snapshot]:
        found = await look(ids)
        if "7" in ids:
            raise error
        return found

    shop.tracker.look = failing  # type: ignore[method-assign]  # a fake on a fake
    await shop.due(*shop.tracker.items)
    await shop.turn()
    assert [id_ for id_, one in shop.tracker.items.items() if one.team != "OPS"] == ["7"]
    assert shop.tracker.calls.count("look") < 12


async def test_one_bad_item_holds_up_no_other(shop: Shop) -> None:
    """An item that fails leaves its neighbours in the batch alone."""
    shop.tracker.items = {"1": item("1", "operational"), "2": item("2", "operational")}
    apply = shop.tracker.apply

    async def failing(snapshot: Snapshot, changes: Sequence[Change]) -> Applied:
        if snapshot.id == "1":
            raise Permanent("not this one")
        return await apply(snapshot, changes)

    shop.tracker.apply = failing  # type: ignore[method-assign]  # a fake on a fake
    await shop.due("1", "2")
    await shop.turn()
    assert shop.tracker.items["2"].team == "OPS"


async def test_rate_limit_pauses_the_whole_tracker(shop: Shop) -> None:
    """A tracker that asks to slow down is left alone until then, by every worker."""
    shop.tracker.items = {"1": item("1", "operational"), "2": item("2", "operational")}
    shop.tracker.errors["look"] = RateLimited("slow down", 30)
    await shop.due("1")
    await shop.turn()
    shop.tracker.errors.clear()
    await shop.due("2")
    assert await shop.turn() == 0
    shop.clock.at += timedelta(minutes=2)
    assert await shop.turn() == 2


async def test_item_that_never_was_ours_is_forgotten(shop: Shop) -> None:
    """A ticket that is not watched leaves no row behind; neither does one that is not there."""
    shop.tracker.items["1"] = replace(item("1"), labels=("bug",))
    await shop.due("1", "2")
    await shop.turn()
    assert await shop.store.find("linear", "1") is None
    assert await shop.store.find("linear", "2") is None


@pytest.mark.parametrize("lost", ["answer", "run"])
async def test_item_that_our_write_took_out_of_the_watched_team_stays_ours(
    shop: Shop, lost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The move took effect, and nobody came to record it: the next look knows where the item came from."""
    watched = replace(POLICY, watch=(Watch("linear", "post-mortem", teams=("ENG",)),))
    monkeypatch.setattr(shop.worker.handlers["linear"], "policy", lambda: watched)
    shop.tracker.items["1"] = item("1", "operational")
    apply = shop.tracker.apply

    async def cut_off(snapshot: Snapshot, changes: Sequence[Change]) -> Applied:
        applied = await apply(snapshot, changes)
        shop.tracker.apply = apply  # type: ignore[method-assign]  # only the first one
        if lost == "answer":
            raise Transient("no answer")
        monkeypatch.setattr(shop.store, "record", record_later)
        return applied

    async def record_later(*_: Any) -> bool:
        monkeypatch.undo()
        monkeypatch.setattr(shop.worker.handlers["linear"], "policy", lambda: watched)
        raise Transient("killed here")

    monkeypatch.setattr(shop.tracker, "apply", cut_off)
    await shop.due("1")
    await shop.turn()
    assert shop.tracker.items["1"].team == "OPS"
    shop.clock.at += timedelta(minutes=5)
    await shop.turn()
    found = await shop.store.find("linear", "1")
    assert found is not None
    assert found.watched


async def test_run_whose_item_was_taken_over_writes_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is to be known ahead cannot be kept by who has the item no more, so the move is not made."""
    shop.tracker.items["1"] = item("1", "operational")

    async def void(*_: Any) -> bool:
        return False

    monkeypatch.setattr(shop.store, "note", void)
    monkeypatch.setattr(
        shop.worker.handlers["linear"],
        "policy",
        lambda: replace(POLICY, watch=(Watch("linear", "post-mortem", teams=("ENG",)),)),
    )
    await shop.due("1")
    await shop.turn()
    assert "write" not in shop.tracker.calls


async def test_item_whose_label_is_gone_from_the_tracker_waits(shop: Shop) -> None:
    """It is tried again, with the reason in its record, and goes its way once the label has its name again."""

    class Wordy(FakeTracker):
        gone: tuple[str, ...] = ("operational", "post-mortem")

        async def missing(self, labels: Sequence[str]) -> Sequence[str]:
            return [label for label in labels if label in self.gone]

    tracker = shop.worker.handlers["linear"].tracker = Wordy(items={"1": item("1", "operational")})
    await shop.due("1")
    await shop.turn()
    carried = tracker.items["1"]
    tracker.items["1"] = replace(carried, labels=())
    for _ in range(2):
        shop.clock.at += timedelta(hours=1)
        await shop.due("1")
        await shop.turn()
    found = await shop.store.find("linear", "1")
    assert found
    assert found.snapshot
    assert found.snapshot.labels == carried.labels
    (record,) = await shop.store.records("linear", "1", 1)
    assert record.failed
    assert record.failed.startswith("the item carried “post-mortem”, “operational”, and linear has no such labels")
    tracker.gone = ()
    shop.clock.at += timedelta(hours=1)
    await shop.turn()
    found = await shop.store.find("linear", "1")
    assert found
    assert not found.watched, "now it is known that somebody took them off"


async def test_item_is_not_held_up_by_the_search_for_the_next(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as one is on loan nobody asks what is due later; what is due now is taken as soon as it rings."""
    shop.tracker.items = {"1": item("1", "operational"), "2": item("2", "operational")}
    asked: list[bool] = []
    begun = asyncio.Queue[Sequence[str]]()
    free = asyncio.Event()
    look, next_due = shop.tracker.look, shop.store.next_due

    async def slow(ids: Sequence[str]) -> Mapping[str, Snapshot]:
        begun.put_nowait(ids)
        await free.wait()
        return await look(ids)

    async def noted(*now_and_trackers: Any) -> datetime | None:
        asked.append(shop.worker.busy)
        return await next_due(*now_and_trackers)

    monkeypatch.setattr(shop.tracker, "look", slow)
    monkeypatch.setattr(shop.store, "next_due", noted)
    running = asyncio.create_task(shop.worker.run())
    for number in ("1", "2"):
        await shop.due(number)
        assert await begun.get() == [number]
    free.set()
    await until(lambda: not shop.worker.busy and asked[-1:] == [False], "the worker to rest")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert not any(asked)


async def test_stopped_worker_hands_items_back(shop: Shop) -> None:
    """On a clean stop what was not done is due at once for another worker."""
    shop.tracker.items["1"] = item("1", "operational")
    begun = asyncio.Event()

    async def slow(ids: Sequence[str]) -> dict[str, Snapshot]:
        begun.set()
        await asyncio.Event().wait()
        return {}

    look, shop.tracker.look = shop.tracker.look, slow  # type: ignore[method-assign]  # a fake on a fake
    await shop.due("1")
    running = asyncio.create_task(shop.worker.run())
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    shop.tracker.look = look  # type: ignore[method-assign]  # put back
    assert await shop.turn() == 1


def test_pauses_grow_to_a_bound_and_honour_what_was_asked() -> None:
    """Each further try waits longer, never beyond the bound unless the other side asked for more."""
    assert pause(0, None) < timedelta(seconds=1)
    assert pause(5, None) > pause(0, None)
    assert pause(1000, None) <= LONGEST_RETRY * 1.3
    assert pause(0, 3600) >= timedelta(hours=1)


async def test_runs_are_counted_by_what_became_of_them(shop: Shop) -> None:
    """What was written, what was tried again and what was parked; each run's time once."""
    shop.tracker.items = {"1": item("1", "operational"), "2": item("2", "operational")}
    await shop.due("1", "2")
    await shop.turn()
    shop.tracker.items["3"] = item("3", "operational")
    for error in (Transient("down"), Permanent("no")):
        shop.tracker.errors["write"] = error
        await shop.due("3")
        await shop.turn()
    tally = shop.worker.tallies["linear"]
    assert tally.outcomes == {"done": 2, "retried": 1, "parked": 1}
    assert sum(tally.within) == 4
    assert tally.writes == 4
    assert tally.seconds > 0


@pytest.mark.parametrize("error", [None, Transient("down"), Denied("no"), Permanent("no"), ZeroDivisionError()])
async def test_each_line_about_an_item_names_it(
    shop: Shop, error: Exception | None, caplog: pytest.LogCaptureFixture
) -> None:
    """By its id, which stays, and by the key that people know."""
    caplog.set_level(logging.INFO, "app.flow.worker")
    await shop.meet("1")
    shop.clock.at += timedelta(days=1)
    if error:
        shop.tracker.errors["write"] = error
    await shop.due("1")
    await shop.turn()
    first, last = [vars(record) for record in caplog.records]
    assert (first["because"], first["msg"]) == (("a test",), "handled")
    for line in (first, last):
        assert (line["tracker"], line["item"], line["key"], line["delivery"]) == ("linear", "1", "ENG-1", None)


async def test_for_what_no_webhook_asked_nobody_waits(shop: Shop) -> None:
    """Its writes may be spread over time; those that a webhook brought about are sent at once."""
    shop.tracker.items |= {"1": item("1", "operational"), "2": item("2", "operational")}
    await shop.due("1")
    await shop.turn()
    assert set(shop.tracker.patient) == {True}
    shop.tracker.patient.clear()
    await shop.due("2", delivery="d-1")
    await shop.turn()
    assert set(shop.tracker.patient) == {False}


@pytest.mark.parametrize("error", [None, Transient("down"), Permanent("no")])
async def test_each_line_about_an_item_names_the_delivery_that_made_it_due(
    shop: Shop, error: Exception | None, caplog: pytest.LogCaptureFixture
) -> None:
    """The latest, until a run has dealt with it."""
    caplog.set_level(logging.INFO, "app.flow.worker")
    await shop.meet("1")
    if error:
        shop.tracker.errors["write"] = error
    await shop.due("1", delivery="d-1")
    await shop.due("1")
    for _ in range(3):
        shop.clock.at += timedelta(days=1)
        await shop.turn()
        shop.tracker.errors.clear()
        await shop.due("1")
    told = [vars(record)["delivery"] for record in caplog.records]
    assert told == [None, "d-1", "d-1" if error else None, None]
