"""Thirty days of letters with outages, refusals, crashes and answers: never too many, never lost, never twice."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select

from app.core.digest import Letter
from app.core.errors import Denied, Permanent, RateLimited, Transient, Uncertain
from app.core.notice import Notice
from app.core.person import Person
from app.flow.deliver import Deliverer
from app.store import SqlStore
from app.store.outbox_tables import messages
from tests.flow.posting import MONDAY, FakeMessenger, Post, items
from tests.store.examples import recorded

BERLIN = ZoneInfo("Europe/Berlin")
PEOPLE = [Person(f"u{number}", f"N{number}", f"n{number}@acme.test") for number in range(5)]
HOUR = timedelta(hours=1)
KINDS = ("stale:1", "due:2026-11-30", "class.missing:1", "case.missing:1", "risk.undecided:1", "risk.expired:1")


class Crash(BaseException):
    """End the process, as no handler sees it."""


@dataclass
class Moody(FakeMessenger):
    """Fail in every way there is, by chance, and note when what arrived."""

    dice: random.Random = field(default_factory=random.Random)
    now: list[datetime] = field(default_factory=list)
    arrived: list[tuple[datetime, str, Letter]] = field(default_factory=list)
    calm: bool = False

    async def send(self, address: str, to: object, letter: Letter) -> None:
        """Take the letter or not, and say so or not."""
        mood = 1.0 if self.calm else self.dice.random()
        if mood < 0.05:
            raise Crash
        if mood < 0.2:
            raise self.dice.choice(
                [Transient("503"), RateLimited("429", 900), Denied("no"), Permanent("no"), Transient("x", 50_000)]
            )
        if mood < 0.23:
            raise Uncertain("it never arrived")
        self.arrived.append((self.now[-1], address, letter))
        if mood < 0.26:
            raise Uncertain("it arrived")
        if mood < 0.31:
            raise Crash


async def live(post: Post, slack: Moody, email: Moody, dice: random.Random) -> None:
    """Let things come up, be found again and be answered at any hour, and letters go out; at the end nothing fails."""
    standing: dict[str, Notice] = {}
    for hours in range(36 * 24):
        now = MONDAY + hours * HOUR + timedelta(minutes=dice.randrange(60))
        post.clock.at = now
        slack.now.append(now)
        slack.calm = email.calm = hours > 31 * 24
        if hours < 30 * 24 and dice.random() < 0.15:
            standing[f"i{hours}"] = Notice(dice.choice(KINDS), dice.choice(PEOPLE), f"i{hours} waits.")
            await recorded(post.store, f"i{hours}", now, notices=(standing[f"i{hours}"],))
        if standing and dice.random() < 0.05:
            again = dice.choice(sorted(standing))
            await recorded(post.store, again, now + timedelta(seconds=1), notices=(standing[again],))
        if dice.random() < 0.02:
            settled = f"i{dice.randrange(hours + 1)}"
            await recorded(post.store, settled, now + timedelta(seconds=2))
            standing.pop(settled, None)
        try:
            while await post.by.once():
                pass
        except Crash:
            post.by = Deliverer(post.store.outbox, post.by.messengers, post.by.policy, post.clock)


async def fates(store: SqlStore) -> dict[tuple[str, str], str]:
    """Return what became of each message, by person and sentence."""

    def read(connection: Connection) -> dict[tuple[str, str], str]:
        rows = connection.execute(select(messages.c.person, messages.c.sentence, messages.c.state))
        return {(row.person, row.sentence): row.state for row in rows}

    return await store._now.database.read(read)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("seed", [1, 2])
async def test_thirty_days(store: SqlStore, seed: int) -> None:
    """One letter a day at most, none in quiet hours, nothing lost but what is in doubt, nothing told twice."""
    dice = random.Random(seed)
    now: list[datetime] = []
    slack, email = Moody(dice=dice, now=now), Moody(repeatable=True, dice=dice, now=now)
    post = Post(store, slack, email)
    await live(post, slack, email, dice)
    first: dict[str, tuple[datetime, str, Letter]] = {}
    for arrival in (*slack.arrived, *email.arrived):
        assert arrival[2].id not in first or arrival in email.arrived  # by chat nothing comes twice
        first.setdefault(arrival[2].id, arrival)
    days: dict[tuple[str, object], int] = defaultdict(int)
    told: dict[tuple[str, str], int] = defaultdict(int)
    for at, person, letter in first.values():
        shown = at.astimezone(BERLIN)
        assert shown.weekday() < 5
        assert 8 <= shown.hour < 18
        days[person, shown.date()] += 1
        for sentence in items(letter):
            told[person, sentence] += 1
    assert set(days.values()) == {1}
    assert set(told.values()) == {1}
    became = await fates(store)
    assert set(became.values()) <= {"sent", "unsure", "comment", "withdrawn"}
    assert {key for key, state in became.items() if state == "sent"} <= set(told) <= set(became)
    assert {became[key] for key in told} <= {"sent", "unsure"}
    assert sum(state == "sent" for state in became.values()) > 50
