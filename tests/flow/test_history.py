"""What was done to items: heard of by webhooks, and read from the tracker before anything is flagged."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.core.activity import Activity, ActivityKind
from app.core.delivery import Heard, Hearing
from app.core.errors import Permanent, Transient
from app.core.memory import Memory
from app.core.policy import ByUrgency, Stale
from app.core.snapshot import Snapshot
from app.flow.budget import Budget
from app.flow.handle import Handler
from app.flow.on_call import Rotas
from app.flow.receive import touches
from app.flow.worker import Worker
from app.ports import Stored, Touch
from app.ports.reports import Filters
from app.store import SqlStore
from tests.flow.fakes import GRACE_HOPPER, LINUS, NOW, POLICY, FakeClock, FakeRota, FakeTracker, item
from tests.running import until
from tests.store.examples import delivery

DAY = timedelta(days=1)
OURS = replace(LINUS, id="u-ours", name="Followthrough", email=None)
ASKED = replace(POLICY, stale=Stale(operational=ByUrgency(default=7 * DAY)))


class Shop:
    """Hold a worker on a real store with a fake tracker, under a policy that says how long items may be quiet."""

    def __init__(self, store: SqlStore) -> None:
        self.store, self.clock, self.tracker = store, FakeClock(), FakeTracker(ours=frozenset({OURS.id}))
        rotas = Rotas({"rota": FakeRota()}, self.clock)
        handler = Handler(self.tracker, rotas, lambda: ASKED, self.clock, Budget(1000), acts=False)
        self.worker = Worker(store, {"linear": handler}, self.clock)

    def add(self, id_: str, age: timedelta) -> None:
        """Put an item into the tracker that was created so long ago and has changed since."""
        made = replace(item(id_, "operational"), created_at=NOW - age, updated_at=NOW - DAY)
        self.tracker.items[id_] = replace(made, assignee=LINUS, team="OPS", due=NOW.date())

    async def look(self, *ids: str) -> None:
        """Have items looked at."""
        await self.store.touch("linear", [Touch(id_, "a test") for id_ in ids], self.clock.now(), settle=False)
        await self.worker.claim_once()
        await until(lambda: not self.worker.busy, "the batch to end")

    async def hear(self, id_: str, activity: Activity) -> None:
        """Have a webhook tell what was done."""
        heard = Heard(Hearing.HANDLED, "Issue.update", (id_,), activity=activity)
        wanted = touches(replace(delivery(), heard=heard), ASKED, self.tracker.is_ours)
        await self.store.touch("linear", wanted, self.clock.now(), settle=False)

    async def found(self, id_: str) -> Stored:
        """Return an item as it is stored."""
        stored = await self.store.find("linear", id_)
        assert stored
        return stored

    async def memory(self, id_: str) -> Memory:
        """Return what is remembered of an item."""
        return (await self.found(id_)).memory

    async def stale(self) -> list[str]:
        """Return what is reported."""
        page = await self.store.reports.stale(Filters(), after=None, limit=100, now=self.clock.now())
        return [row.id for row in page.items]


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """Open a store for a worker."""
    store = SqlStore(f"sqlite:///{tmp_path / 'work.db'}")
    await store.open()
    yield Shop(store)
    await store.aclose()


def did(ago: timedelta, kind: ActivityKind = ActivityKind.EDIT, **more: object) -> Activity:
    """Return what Grace did so long ago."""
    return replace(Activity(NOW - ago, kind, GRACE_HOPPER), **more)  # type: ignore[arg-type]  # fields by name


async def test_history_is_read_once_for_all_that_seem_stale(shop: Shop) -> None:
    """And for no other; who did something lately is alive, the others are stale with the proof."""
    for id_, age in (("1", 30 * DAY), ("2", 30 * DAY), ("3", 30 * DAY), ("4", DAY)):
        shop.add(id_, age)
    shop.tracker.histories = {"1": (did(20 * DAY), did(2 * DAY)), "2": (did(20 * DAY),)}
    await shop.look("1", "2", "3", "4")
    assert shop.tracker.calls == ["look", "history"]
    assert await shop.stale() == ["3", "2"]
    read = await shop.found("1")
    assert read.memory.last_activity == did(2 * DAY)
    assert read.last
    assert read.last.calls == 2
    await shop.look("1", "2", "3", "4")
    assert shop.tracker.calls == ["look", "history", "look"]


@pytest.mark.parametrize(("error", "kept"), [(Transient("it is down"), False), (Permanent("no"), True)])
async def test_history_that_cannot_be_read_holds_up_nobody_else(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, error: Exception, *, kept: bool
) -> None:
    """An item that needs none is done; where one item is to blame, the others' histories are read without it."""
    for id_ in ("1", "2", "3"):
        shop.add(id_, 30 * DAY)
    shop.add("4", DAY)
    read = shop.tracker.history

    async def history(ids: Sequence[str]) -> Mapping[str, tuple[Activity, ...]]:
        if "1" in ids:
            raise error
        return await read(ids)

    monkeypatch.setattr(shop.tracker, "history", history)
    await shop.look("1", "2", "3", "4")
    assert (await shop.found("4")).last
    assert ((await shop.memory("3")).history_read is not None) == kept
    (failed,) = await shop.store.records("linear", "1", 1)
    assert failed.failed == str(error)


async def test_webhooks_tell_who_did_something(shop: Shop) -> None:
    """What a person did is the item's latest sign of life, however the webhooks are ordered; and no history is read."""
    shop.add("1", 30 * DAY)
    await shop.hear("1", did(DAY))
    await shop.hear("1", did(2 * DAY))
    await shop.look("1")
    assert (await shop.memory("1")).last_activity == did(DAY)
    assert "history" not in shop.tracker.calls
    assert await shop.stale() == []


async def test_our_own_doing_is_no_sign_of_life(shop: Shop) -> None:
    """Neither when it is heard, nor when only later it is known to be ours; it stands with what does not count."""
    shop.add("1", 30 * DAY)
    await shop.hear("1", did(3 * DAY))
    await shop.hear("1", did(DAY, by=OURS))
    await shop.look("1")
    memory = await shop.memory("1")
    assert memory.last_activity == did(3 * DAY)
    assert [(one.activity.at, one.because) for one in memory.not_counted] == [(NOW - DAY, "it is our own doing")]
    shop.tracker.ours = frozenset()
    await shop.hear("1", did(DAY / 2, by=OURS))
    shop.tracker.ours = frozenset({OURS.id})
    await shop.look("1")
    assert (await shop.memory("1")).last_activity == did(3 * DAY)


async def test_neither_history_nor_what_was_heard_is_kept_with_the_snapshot(shop: Shop) -> None:
    """They are for one run; what matters of them is remembered."""
    shop.add("1", 30 * DAY)
    shop.tracker.histories = {"1": (did(20 * DAY),)}
    await shop.hear("1", did(25 * DAY))
    await shop.look("1")
    snapshot: Snapshot | None = (await shop.found("1")).snapshot
    assert snapshot
    assert (snapshot.history, snapshot.heard) == (None, ())


async def test_item_that_cannot_be_judged_fails_alone(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in the question whether the history is wanted does not hold up the batch."""
    shop.add("1", 30 * DAY)
    shop.add("2", DAY)

    def history_wanted(snapshot: Snapshot, *_: object) -> bool:
        raise ZeroDivisionError(snapshot.id)

    monkeypatch.setattr("app.flow.worker.history_wanted", history_wanted)
    await shop.look("1", "2")
    assert (await shop.found("2")).last
