"""Ninety days with three hundred items: the report is true, and nobody is written to too often or twice of a thing."""

import asyncio
import random
import sqlite3
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.core.clock import uncounted
from app.core.digest import Letter
from app.core.policy import ByUrgency, Mandate, Member, Messages, Policy, Rung, Stale, Urgency
from app.flow.budget import Budget
from app.flow.deliver import Deliverer
from app.flow.handle import Handler
from app.flow.on_call import Rotas
from app.flow.reconcile import Reconciler
from app.flow.worker import Worker
from app.ports import Recipient, Touch
from app.ports.reports import Filters
from app.store import SqlStore
from tests.flow.fakes import POLICY, FakeClock, FakeRota
from tests.story.simulated import Crowd, Living, closed

BEGIN = datetime(2026, 9, 1, tzinfo=UTC)
"""Clocks go back on 25 October."""
DAYS, ITEMS = 90, 300
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OFF = range(40, 47)
"""Days on which we are off; webhooks get lost then."""
LADDER = (Rung(0 * DAY, "owner"), Rung(7 * DAY, "on_call"), Rung(14 * DAY, "mandate"))
WINDOWS = {"operational": (7, 2), "strategic": (30, 14), "risk": (30, 14), "": (3, 3)}
"""Days that an item may be quiet: otherwise, and when it is urgent."""
STALE = Stale(
    operational=ByUrgency(7 * DAY, 2 * DAY),
    strategic=ByUrgency(30 * DAY, 14 * DAY),
    unclassified=ByUrgency(3 * DAY),
    ladder=LADDER,
)
RULES = Messages(
    timezone="Europe/Berlin",
    quiet_days=("sat", "sun"),
    quiet_from=time(18),
    quiet_until=time(8),
    channels=("chat",),
)
GRACE_CAN = Member("Grace Hopper", "grace@acme.test", "engineering_manager", Mandate())
RULED: Policy = replace(
    POLICY,
    classes=replace(POLICY.classes, risk="risk"),
    stale=STALE,
    messages=RULES,
    people=(GRACE_CAN,),
    urgency=Urgency(priorities=("Urgent",)),
    bots=("codebot@acme.test",),
)
STATED = "## Risk\nIf we do not shard by 2027-03-31, we will lose 30% of revenue. Decision: Grace Hopper"
WAITING = ("Nobody has said what it is", "Please decide on this risk")
"""How the question about the class begins, and that for a decision."""


class Chat:
    """Write down who got which letter, and when."""

    repeatable = False

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.got: list[tuple[str, datetime, Letter]] = []

    async def address(self, to: Recipient) -> str | None:
        """Reach everybody by e-mail."""
        return to.email

    async def send(self, address: str, to: Recipient, letter: Letter) -> None:
        """Deliver."""
        self.got.append((address, self.clock.at, letter))

    async def check(self) -> tuple[()]:
        """Find nothing wrong."""
        return ()

    async def aclose(self) -> None:
        """Do nothing."""


@dataclass
class Stay:
    """Hold the service and its world."""

    store: SqlStore
    clock: FakeClock
    tracker: Living
    worker: Worker
    reconciler: Reconciler
    post: Deliverer
    chat: Chat
    crowd: Crowd
    file: Path
    lost: set[str] = field(default_factory=set)

    async def work(self) -> None:
        """Handle all that is due now, and write to whom it is time to."""
        while await self.worker.claim_once():
            await asyncio.gather(*self.worker._tasks)
        while await self.post.once():
            pass

    async def hour(self, day: int, hour: int) -> None:
        """Let it be that hour: people act, most webhooks come."""
        before, self.clock.at = self.clock.at, BEGIN + day * DAY + hour * HOUR
        dice, off = self.crowd.dice, day in OFF
        if not off:
            made = [id_ for id_, one in self.tracker.items.items() if before < one.created_at <= self.clock.at]
            await self.store.touch("linear", [Touch(id_, "it was created") for id_ in made], self.clock.at)
            await self.work()
        for id_ in dice.sample(sorted(self.tracker.items), k=4):
            if self.tracker.items[id_].created_at >= self.clock.at or not self.is_open(id_):
                continue
            at = self.clock.at - timedelta(seconds=dice.randint(1, 50))
            if at <= max(self.tracker.truth[id_].alive):
                continue
            if dice.random() < 0.02:
                closed(self.tracker, id_, at)
                heard = None
            else:
                told = self.crowd.act(id_, at, known=await self.is_known(id_, at))
                heard = told if uncounted(told, RULED) is None else None
            if not off and dice.random() < 0.9:
                await self.store.touch("linear", [Touch(id_, "a webhook", activity=heard)], self.clock.at)
            else:
                self.lost.add(id_)
        if not off:
            await self.work()

    async def is_known(self, id_: str, at: datetime) -> bool:
        """Tell whether an item had been looked at by then: words to us from before that are not for us."""
        stored = await self.store.find("linear", id_)
        first = stored.memory.first_seen_at if stored else None
        return first is not None and first < at

    async def find_the_lost(self, day: int) -> None:
        """Find what webhooks missed; the real reconcile comes less often, because it looks at a lot."""
        if day % 15 == 0 or day - 1 in OFF:
            await self.reconciler.once("linear")
        await self.store.touch("linear", [Touch(id_, "it was found") for id_ in self.lost], self.clock.at)
        self.lost.clear()
        await self.work()

    def is_open(self, id_: str) -> bool:
        """Tell whether an item is open."""
        return self.tracker.items[id_].standing == "open"

    def truly_stale(self) -> dict[str, datetime]:
        """Return what is stale by the tracker's own histories, and since when: no code of the service has a part."""
        found, now = {}, self.clock.at
        for id_, truth in self.tracker.truth.items():
            one = self.tracker.items[id_]
            if one.created_at > now or not self.is_open(id_) or truth.waits(now):
                continue
            name = next((label for label in one.labels if label in WINDOWS), "")
            since = truth.last(now) + WINDOWS[name][one.priority == "Urgent"] * DAY
            if since <= now:
                found[one.key] = since
        return found

    async def reported(self) -> dict[str, datetime]:
        """Return what the report shows as stale, and since when."""
        found: dict[str, datetime] = {}
        after = None
        while True:
            page = await self.store.reports.stale(Filters(), after=after, limit=100, now=self.clock.at)
            assert page.complete
            for row in page.items:
                assert row.shown.quiet is not None
                assert row.shown.quiet.stale_at is not None
                found[row.key] = row.shown.quiet.stale_at
            if (after := page.next) is None:
                return found

    def purposes(self) -> list[tuple[str, str, str]]:
        """Return every notice about a rung in the order in which it was made: item, episode, rung."""
        with sqlite3.connect(self.file) as database:
            query = "SELECT item, purpose FROM messages WHERE purpose LIKE 'stale:%' ORDER BY number"
            rows = database.execute(query).fetchall()
        split = ((item, purpose.removeprefix("stale:").rpartition(":")) for item, purpose in rows)
        return [(item, since, rung) for item, (since, _, rung) in split]


@pytest.fixture
async def stay(tmp_path: Path) -> AsyncIterator[Stay]:
    """Open a store, and a tracker that was at work for two months before anybody looked."""
    store = SqlStore(f"sqlite:///{tmp_path / 'ninety.db'}", settle=timedelta(0))
    await store.open()
    clock, dice = FakeClock(BEGIN), random.Random(20261124)
    tracker = Living(clock=clock)
    for number in range(ITEMS):
        labels = dice.choices((("operational",), ("strategic",), ("risk",), ()), (5, 3, 1, 1))[0]
        made = BEGIN + timedelta(days=dice.uniform(-60, 60))
        tracker.add(str(number), *labels, at=made, priority=dice.choice(("Urgent", None, None)))
        if "risk" in labels:
            tracker.items[str(number)] = replace(tracker.items[str(number)], description=STATED)
    rotas = Rotas({"rota": FakeRota()}, clock)
    handler = Handler(tracker, rotas, lambda: RULED, clock, Budget(1_000_000), acts=True)
    chat = Chat(clock)
    yield Stay(
        store,
        clock,
        tracker,
        Worker(store, {"linear": handler}, clock),
        Reconciler(store, {"linear": tracker}, lambda: RULED, clock, lambda _: True),
        Deliverer(store.outbox, {"chat": chat}, lambda: RULED, clock),
        chat,
        Crowd(tracker, dice, STALE.longest_snooze, STALE.snoozes),
        tmp_path / "ninety.db",
    )
    await store.aclose()


async def test_ninety_days_are_told_truly(stay: Stay) -> None:
    """Each evening the report equals the tracker's histories; rungs and questions come once; letters keep the rules."""
    await stay.reconciler.once("linear")
    await stay.work()
    for day in range(DAYS):
        for hour in range(1, 24, 8):
            await stay.hour(day, hour)
        if day in OFF:
            continue
        await stay.find_the_lost(day)
        assert await stay.reported() == stay.truly_stale(), f"day {day}"
    assert len(stay.chat.got) > DAYS / 2, "somebody was written to"
    _letters_keep_to_the_rules(stay.chat.got)
    _rungs_come_in_order(stay)
    _questions_are_told_once(stay.chat.got)


def _questions_are_told_once(got: list[tuple[str, datetime, Letter]]) -> None:
    """However long they stay open: nobody answers any here."""
    told = [
        (to, line.partition(":")[0], words)
        for to, _, letter in got
        for line in letter.text.plain().splitlines()
        for words in WAITING
        if words in line
    ]
    assert len(set(told)) == len(told)
    assert {words for *_, words in told} == set(WAITING)
    assert len(told) > ITEMS / 10


def _letters_keep_to_the_rules(got: list[tuple[str, datetime, Letter]]) -> None:
    local = [(to, at.astimezone(ZoneInfo("Europe/Berlin"))) for to, at, _ in got]
    days: Counter[tuple[str, date]] = Counter((to, at.date()) for to, at in local)
    assert max(days.values()) == 1
    assert all(at.weekday() < 5 and time(8) <= at.time() < time(18) for _, at in local)


def _rungs_come_in_order(stay: Stay) -> None:
    episodes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for id_, since, rung in stay.purposes():
        episodes[id_, since].append(rung)
    assert len(episodes) > ITEMS / 2
    for (id_, since), rungs in episodes.items():
        planned = {"strategic", "risk"} & set(stay.tracker.items[id_].labels)
        ladder = ["1", "3"] if planned else ["1", "2", "3"]
        assert rungs == ladder[: len(rungs)], (id_, since)
