"""A day of disorder and an hour of outage, in simulated time: the real door, store and worker, a tracker in memory."""

import asyncio
import heapq
import json
import random
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.core.change import Change, Say
from app.core.errors import RateLimited, Transient
from app.core.snapshot import Snapshot
from app.flow.budget import Budget
from app.flow.handle import Handler
from app.flow.on_call import Rotas
from app.flow.receive import Desk, Outcome, receive
from app.flow.reconcile import Reconciler
from app.flow.worker import LONGEST_RETRY, Worker
from app.ports import Applied
from app.store import SqlStore
from connectors._kit.signature import sign
from connectors.linear.webhook import LinearDoor
from tests.flow.fakes import GRACE, NOW, POLICY, FakeClock, FakeRota, FakeTracker, item

SECRET = "secret"
ITEMS, EDITS, AN_HOUR = 40, 2, 15
"""Items of a day, how often each is edited, and items of an hour."""
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LONGEST = LONGEST_RETRY * 1.3
"""Longest pause between two tries, jitter and all."""
LATE = timedelta(hours=8)
"""When Linear tries for the last time: a minute, an hour and six hours after one another."""
NEVER, OUT_OF_ORDER, TOO_LATE, TWICE = 0.05, 0.3, 0.15, 0.3
"""Shares of the webhooks that are lost, that come up to an hour late, that come eight hours late, that come twice."""


class Counting(FakeTracker):
    """Count what is written of each item; `lost_answers` take effect and raise nevertheless."""

    def __init__(self) -> None:
        super().__init__()
        self.written: Counter[tuple[str, Change]] = Counter()
        self.lost_answers: Exception | None = None

    async def apply(self, snapshot: Snapshot, changes: Sequence[Change]) -> Applied:
        """Write."""
        applied = await super().apply(snapshot, changes)
        # A comment whose answer was lost is made again: that it is the same one then is up to the connector.
        again = Say if self.lost_answers else ()
        self.written.update((snapshot.id, change) for change in applied.done if not isinstance(change, again))
        if self.lost_answers is not None:
            raise self.lost_answers
        return applied


@dataclass
class World:
    """Hold the service and its tracker, and what is under way to the door."""

    store: SqlStore
    clock: FakeClock = field(default_factory=FakeClock)
    tracker: Counting = field(default_factory=Counting)
    under_way: list[tuple[datetime, int, bytes]] = field(default_factory=list)
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        rotas = Rotas({"rota": FakeRota()}, self.clock)
        handler = Handler(self.tracker, rotas, lambda: POLICY, self.clock, Budget(100_000), acts=True)
        self.worker = Worker(self.store, {"linear": handler}, self.clock)
        self.reconciler = Reconciler(self.store, {"linear": self.tracker}, lambda: POLICY, self.clock, lambda _: True)
        self.desk = Desk("linear", LinearDoor(), [SECRET], self.store, lambda: POLICY, self.clock)

    def create(self, id_: str, *labels: str) -> None:
        """Let a person create an item now."""
        self.tracker.items[id_] = replace(item(id_, *labels), created_at=self.clock.at, updated_at=self.clock.at)

    def edit(self, id_: str, title: str) -> None:
        """Let a person give it another title now."""
        self.tracker.items[id_] = replace(self.tracker.items[id_], title=title, updated_at=self.clock.at)

    def tell(self, id_: str, *after: timedelta) -> None:
        """Have a webhook about the item, as it is now, arrive so long after now; each time the same bytes."""
        now, at = self.tracker.items[id_], self.clock.at
        data = {"id": id_, "title": now.title, "updatedAt": at.isoformat(), "labels": [{"name": "post-mortem"}]}
        action = "create" if now.created_at == at else "update"
        event = {"type": "Issue", "action": action, "data": data, "webhookTimestamp": int(at.timestamp() * 1000)}
        for late in after:
            heapq.heappush(self.under_way, (at + late, len(self.under_way), json.dumps(event).encode()))

    async def arrive(self) -> None:
        """Let in what has arrived by now."""
        while self.under_way and self.under_way[0][0] <= self.clock.at:
            raw = heapq.heappop(self.under_way)[2]
            self.outcomes[await receive(self.desk, {"linear-signature": sign(raw, SECRET)}, raw)] += 1

    async def work(self) -> None:
        """Do all that is due now."""
        while await self.worker.claim_once():
            await asyncio.gather(*self.worker._tasks)

    def ends(self) -> dict[str, Snapshot]:
        """Return how items are, but for the moments, which disorder may move."""
        return {id_: replace(one, updated_at=NOW, created_at=NOW) for id_, one in self.tracker.items.items()}


@pytest.fixture
async def worlds(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[tuple[World, World]]:
    """Open two worlds, one to be left in peace."""
    files = [Path(shutil.copyfile(sqlite_template, tmp_path / f"{name}.db")) for name in ("calm", "disturbed")]
    stores = [SqlStore(f"sqlite:///{file}", settle=timedelta(0)) for file in files]
    for store in stores:
        await store.open()
    calm, disturbed = map(World, stores)
    yield calm, disturbed
    for store in stores:
        await store.aclose()


def _ways(dice: random.Random) -> list[timedelta]:
    """Return how long after it was sent a webhook arrives, each time that it does."""
    ways = []
    for _ in range(1 + (dice.random() < TWICE)):
        late = LATE if dice.random() < TOO_LATE else timedelta(0)
        ways.append(late or (dice.random() * HOUR if dice.random() < OUT_OF_ORDER else late))
    return ways if dice.random() >= NEVER else []


async def _day(one: World, *, disorder: bool) -> int:
    """Let people work for eight hours, and the service for a day; return how many webhooks never came."""
    people, way, never = random.Random(7), random.Random(8), 0
    born = {str(number): people.randrange(8 * 60) for number in range(ITEMS)}
    acts = [(minute + edit * people.randrange(5, 90), id_) for id_, minute in born.items() for edit in range(EDITS + 1)]
    for minute in range(0, 20 * 60, 10):
        one.clock.at = NOW + minute * MINUTE
        for _, id_ in sorted(act for act in acts if minute - 10 < act[0] <= minute):
            if id_ not in one.tracker.items:
                one.create(id_, *(["operational"] if int(id_) % 3 else []))
            else:
                one.edit(id_, f"As of {minute}")
            ways = _ways(way) if disorder else [timedelta(0)]
            one.tell(id_, *ways)
            never += not ways
        await one.arrive()
        if minute % 60 == 0:
            await one.reconciler.once("linear")
        await one.work()
    return never


async def test_day_of_webhooks_that_come_twice_late_or_never(worlds: tuple[World, World]) -> None:
    """Items end as on a day on which each came once and in order, each write is made once, the lost are soon found."""
    calm, disturbed = worlds
    await _day(calm, disorder=False)
    never = await _day(disturbed, disorder=True)
    assert never >= ITEMS * NEVER
    assert disturbed.outcomes.keys() == {Outcome.KEPT, Outcome.DUPLICATE}
    assert disturbed.outcomes[Outcome.DUPLICATE] > ITEMS * TWICE
    assert disturbed.ends() == calm.ends()
    assert disturbed.tracker.written == calm.tracker.written
    assert set(disturbed.tracker.written.values()) == {1}
    for id_ in calm.tracker.items:
        found = await disturbed.store.find("linear", id_)
        assert found is not None
        assert found.memory.first_seen_at is not None
        assert found.memory.first_seen_at - disturbed.tracker.items[id_].created_at <= HOUR


OUTAGES = {
    "no answer at all": ("look", "write", "say", "watched", Transient("down")),
    "no answer to a write": ("write", "say", Transient("down")),
    "asked to wait": ("look", "write", "say", "watched", RateLimited("slow down", 120.0)),
}


@pytest.mark.parametrize("outage", [*OUTAGES, "no answer, but the effect"])
async def test_hour_of_outage(worlds: tuple[World, World], outage: str) -> None:
    """What came in it is done after it, within the longest pause and the grace, and once; calls become few in it."""
    calm, disturbed = worlds
    await _an_hour(calm)
    await _go_on(calm, GRACE + LONGEST)
    if outage in OUTAGES:
        *calls, error = OUTAGES[outage]
        disturbed.tracker.errors = {str(call): error for call in calls if isinstance(error, Exception)}
    else:
        disturbed.tracker.lost_answers = Transient("the connection broke")
    await _an_hour(disturbed)
    assert len(disturbed.tracker.calls) < AN_HOUR * 30, "each item is tried a few times, with growing pauses"
    disturbed.tracker.errors, disturbed.tracker.lost_answers = {}, None
    await _go_on(disturbed, GRACE + LONGEST)
    assert disturbed.ends() == calm.ends()
    assert set(disturbed.tracker.written.values()) == {1}
    assert disturbed.tracker.written == calm.tracker.written
    assert (await disturbed.store.counts(disturbed.clock.at))["parked"] == 0


async def _an_hour(one: World) -> None:
    """Let people create items, now and then one, and all be told of."""
    for number in range(AN_HOUR):
        one.create(str(number), *(["operational"] if number % 3 else []))
        one.tell(str(number), timedelta(0))
        await one.arrive()
        await _go_on(one, HOUR / AN_HOUR)


async def _go_on(one: World, span: timedelta) -> None:
    """Work for so long, from one due time to the next."""
    end = one.clock.at + span
    while one.clock.at < end:
        await one.work()
        pauses = await one.store.pauses(one.clock.at)
        due = None if pauses else await one.store.next_due(one.clock.at, ["linear"])
        one.clock.at = min([moment for moment in (due, *pauses.values()) if moment] + [end])
    await one.work()
