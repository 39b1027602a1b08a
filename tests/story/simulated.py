"""A tracker with a memory, and people, bots and ranks at work in it for as long as a test wants."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from app.core.activity import Activity, ActivityKind
from app.core.change import Change
from app.core.person import Person
from app.core.snapshot import Comment, Snapshot, Standing
from app.ports import Applied
from tests.flow.fakes import GRACE_HOPPER, LINUS, FakeClock, FakeTracker, item

ADA = Person("u-ada", "Ada Admin", "ada@acme.test")
BOT = Person("u-bot", "Build Bot", "bot@acme.test", bot=True)
HIRED = Person("u-hired", "Code Bot", "codebot@acme.test")
"""A bot with a person's account, which only the policy can tell."""
PEOPLE = (ADA, GRACE_HOPPER, LINUS)
ALIVE = (ActivityKind.EDIT, ActivityKind.STATE, ActivityKind.COMMENT, ActivityKind.WORKLOG, ActivityKind.ASSIGNEE)
LIFELESS = (ActivityKind.RANK, ActivityKind.SPRINT, ActivityKind.MENTION, ActivityKind.SERVICE_LEVEL)


@dataclass
class Truth:
    """Hold what is true of an item, kept apart from all that the service knows: `alive` are its signs of life."""

    alive: list[datetime]
    snoozed: list[tuple[datetime, datetime]] = field(default_factory=list)

    def last(self, now: datetime) -> datetime:
        """Return the latest sign of life by then."""
        return max(at for at in self.alive if at <= now)

    def waits(self, now: datetime) -> bool:
        """Tell whether the latest snooze that counts holds then."""
        until = [until for at, until in self.snoozed if at <= now]
        return bool(until) and until[-1] > now


@dataclass
class Living(FakeTracker):
    """Keep a history of every item, our own writes among it."""

    clock: FakeClock = field(default_factory=FakeClock)
    truth: dict[str, Truth] = field(default_factory=dict)

    async def apply(self, snapshot: Snapshot, changes: Sequence[Change]) -> Applied:
        """Write, and leave a trace of ourselves."""
        applied = await super().apply(snapshot, changes)
        self.note(snapshot.id, Activity(self.clock.at, ActivityKind.EDIT, Person("u-us", "Followthrough"), ours=True))
        return replace(applied, snapshot=self.items[snapshot.id])

    async def look(self, ids: Sequence[str]) -> Mapping[str, Snapshot]:
        """Return those that exist by now."""
        found = await super().look(ids)
        return {id_: one for id_, one in found.items() if one.created_at <= self.clock.at}

    def add(self, id_: str, *labels: str, at: datetime, priority: str | None) -> None:
        """Create an item at that moment, which may be long before anybody looked."""
        made = item(id_, *labels, priority=priority, assignee=LINUS if "operational" in labels else None)
        self.items[id_] = replace(made, created_at=at, updated_at=at)
        self.truth[id_] = Truth([at])

    def note(self, id_: str, activity: Activity) -> None:
        """Put something into the item's history."""
        self.histories[id_] = (*self.histories.get(id_, ()), activity)
        now = self.items[id_]
        comments = now.comments
        if activity.kind is ActivityKind.COMMENT:
            comments = (*comments, Comment(f"c{len(comments)}", activity.at, activity.by, activity.text))[-8:]
        self.items[id_] = replace(now, updated_at=max(now.updated_at, activity.at), comments=comments)


@dataclass
class Crowd:
    """Let people and machines act on items at random, by a seed."""

    tracker: Living
    dice: random.Random
    longest: timedelta
    at_most: int

    def act(self, id_: str, at: datetime, *, known: bool) -> Activity:
        """Do something to an item; return it as a webhook would tell it. Words to us are typed where we are known."""
        deed = self.dice.choices((self._live, self._tick, self._snooze, self._ack), (6, 5, known, known))[0]
        activity = deed(id_, at)
        self.tracker.note(id_, activity)
        return activity

    def _live(self, id_: str, at: datetime) -> Activity:
        self.tracker.truth[id_].alive.append(at)
        return Activity(at, self.dice.choice(ALIVE), self.dice.choice(PEOPLE), "did something", text="On it")

    def _tick(self, id_: str, at: datetime) -> Activity:
        by = self.dice.choice((BOT, HIRED, None))
        if self.dice.random() < 0.4:
            return Activity(at, self.dice.choice(LIFELESS), self.dice.choice(PEOPLE))
        return Activity(at, self.dice.choice(ALIVE), by, text="42 checks passed")

    def _ack(self, id_: str, at: datetime) -> Activity:
        self.tracker.truth[id_].alive.append(at)
        return Activity(at, ActivityKind.COMMENT, self.dice.choice(PEOPLE), text="/ack")

    def _snooze(self, id_: str, at: datetime) -> Activity:
        truth, days = self.tracker.truth[id_], self.dice.choice((3, 10, 40))
        used = sum(1 for when, _ in truth.snoozed if when >= truth.last(at))
        if timedelta(days=days) <= self.longest and used < self.at_most:
            truth.snoozed.append((at, at + timedelta(days=days)))
        text = f"/snooze {days}d because the vendor has to answer"
        return Activity(at, ActivityKind.COMMENT, self.dice.choice(PEOPLE), text=text)


def closed(tracker: Living, id_: str, at: datetime) -> None:
    """Let a person close an item."""
    tracker.note(id_, Activity(at, ActivityKind.STATE, ADA))
    tracker.items[id_] = replace(tracker.items[id_], standing=Standing.DONE)
