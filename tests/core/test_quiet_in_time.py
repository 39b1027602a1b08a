"""Days go by: people, machines, snoozes and outages, and what the ladder makes of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.activity import Activity, ActivityKind
from app.core.clock import uncounted
from app.core.decision import Decision
from app.core.memory import Memory
from app.core.snapshot import Comment, OnCallFact
from tests.builders import ADA, CODEBOT, DAY, GRACE, HOUR, LINUS, NOW
from tests.core.silence import ASKED, LADDER, quiet_item
from tests.core.test_properties import EXAMPLES
from tests.core.tracker import World, again, edited, run

trying = settings(max_examples=max(EXAMPLES // 8, 1), deadline=None, suppress_health_check=[HealthCheck.too_slow])
DOINGS = st.sampled_from(
    ("edit", "unheard edit", "bot edit", "rank", "comment", "/ack", "/why", "snooze", "snooze", "pull request")
)
DAYS = st.lists(st.tuples(st.integers(1, 12 * 24), st.none() | st.none() | DOINGS), min_size=5, max_size=15)
"""How many hours until the next look, and what was done just before it; many looks find that nothing was."""
WINDOW = 7 * DAY


@dataclass
class Life:
    """Follow one item through time. `signs` are the moments at which somebody did something about it."""

    world: World
    now: datetime = NOW
    memory: Memory = field(default_factory=Memory)
    signs: list[datetime] = field(default_factory=list)
    snoozed: list[tuple[datetime, datetime]] = field(default_factory=list)

    def happens(self, doing: str) -> None:
        """Do something to the item."""
        kinds = {"rank": ActivityKind.RANK, "pull request": ActivityKind.PULL_REQUEST}
        by = {"bot edit": CODEBOT, "pull request": None}.get(doing, ADA)
        if doing.startswith("/") or doing in {"comment", "snooze"}:
            body = "/snooze 10d because of them" if doing == "snooze" else doing
            said = Comment(f"c-{self.now.isoformat()}", self.now, LINUS, body)
            self.world = edited(self.world, comments=(*self.world.item.comments, said), updated_at=self.now)
        else:
            activity = Activity(self.now, kinds.get(doing, ActivityKind.EDIT), by)
            heard = () if doing == "unheard edit" else (activity,)
            self.world = edited(self.world, updated_at=self.now, heard=heard or self.world.item.heard)
            self.world = replace(self.world, history=(*self.world.history, activity))
        if doing in {"edit", "unheard edit", "comment", "/ack", "pull request"}:
            self.signs.append(self.now)
        if doing == "snooze":
            self._snoozed()

    def _snoozed(self) -> None:
        used = [at for at, _ in self.snoozed if at >= self.signs[-1]]
        if len(used) < ASKED.stale.snoozes:
            self.snoozed.append((self.now, self.now + 10 * DAY))

    def looks(self) -> Decision:
        """Run now, and return what is decided once nothing is left to do."""
        ran = run(self.world, self.memory, self.now)
        self.world, self.memory = ran.world, ran.memory
        decision, planned = again(ran, self.now)
        assert planned.changes == ()
        return decision

    @property
    def waits(self) -> bool:
        """Tell whether somebody lets the item wait."""
        return bool(self.snoozed) and self.now < self.snoozed[-1][1]


def begun() -> Life:
    """Return the life of an item that was made just now and was seen at once."""
    made = quiet_item("operational", days=0, history=None, assignee=GRACE, created_at=NOW, updated_at=NOW)
    life = Life(World(made, ASKED, rota=OnCallFact(LINUS, LINUS.name)), signs=[NOW])
    life.looks()
    return life


@trying
@given(DAYS)
def test_item_is_found_stale_exactly_when_it_is(days: Sequence[tuple[int, str | None]]) -> None:
    """Whatever people and machines do, and whenever it is looked at: seven days after the last sign of life."""
    life = begun()
    for hours, doing in days:
        life.now += hours * HOUR
        if doing is not None:
            life.happens(doing)
        decision = life.looks()
        stale = life.now >= life.signs[-1] + WINDOW and not life.waits
        assert ("stale.quiet" in [finding.id for finding in decision.findings]) == stale
        assert decision.quiet is not None
        assert decision.quiet.last.at in life.signs
        assert not stale or decision.quiet.last.at == life.signs[-1]
        assert (decision.quiet.snoozed_until is not None) == life.waits


@trying
@given(DAYS)
def test_rungs_come_in_order_and_once_for_each_silence(days: Sequence[tuple[int, str | None]]) -> None:
    """Never two in a look, never sooner after the one before than they are apart, and none in a snooze."""
    life = begun()
    told: dict[datetime, tuple[tuple[int, datetime], ...]] = {}
    for hours, doing in days:
        life.now += hours * HOUR
        if doing is not None:
            life.happens(doing)
        decision = life.looks()
        assert decision.quiet is not None
        since = decision.quiet.last.at  # what nobody told of, and what is not asked about in a snooze, ends no silence
        before = told.get(since, ())
        now = tuple((one.rung, one.at) for one in life.memory.told)
        assert now[: len(before)] == before
        assert len(now) <= len(before) + 1
        assert [rung for rung, _ in now] == list(range(len(now)))
        assert not (life.waits and now != before)
        for (rung, at), (following, then) in pairwise(now):
            assert then - at >= LADDER[following].after - LADDER[rung].after
        told[since] = now
        purposes = [notice.purpose for notice in decision.notices]
        rungs = range(1, 0 if life.waits else len(now) + 1)
        assert purposes == [f"stale:{since.isoformat()}:{rung}" for rung in rungs]


@trying
@given(DAYS)
def test_who_looks_when_told_to_misses_nothing(days: Sequence[tuple[int, str | None]]) -> None:
    """Looks at nothing but events and `look_again_at` find each change at its very moment, and no look is idle."""
    life = begun()
    decision = life.looks()
    for hours, doing in days:
        event_at = life.now + hours * HOUR
        while decision.look_again_at is not None and decision.look_again_at <= event_at:
            before, life.now = decision, decision.look_again_at
            decision = life.looks()
            assert _shown(decision) != _shown(before), "nothing changed, so nobody had to look"
        life.now = event_at
        if doing is not None:
            life.happens(doing)
        decision = life.looks()
        stale = life.now >= life.signs[-1] + WINDOW and not life.waits
        assert not stale or len(life.memory.told) == _climbed(life)


def _climbed(life: Life) -> int:
    """Reckon independently how many rungs are climbed when nobody was ever off."""
    start, rungs = life.signs[-1] + WINDOW, 0
    last: datetime | None = None
    holds = [(at, until) for at, until in life.snoozed if until > start]
    for index, rung in enumerate(LADDER):
        moment = start + rung.after
        if last is not None:
            moment = max(moment, last + rung.after - LADDER[index - 1].after)
        for at, until in holds:
            if at <= moment < until or (last is not None and last < at <= moment):
                gap = rung.after - LADDER[index - 1].after if index else timedelta(0)
                moment = max(moment, until + gap) if index else max(moment, until)
        if moment > life.now:
            break
        rungs, last = rungs + 1, moment
    return rungs


def _shown(decision: Decision) -> tuple[object, ...]:
    ids = [finding.id for finding in decision.findings]
    return ids, decision.comment, decision.notices, decision.quiet


def test_what_the_lives_call_a_sign_is_one() -> None:
    """The lives' own account of what counts agrees with the clock's, doing by doing."""
    life = begun()
    for doing in ("edit", "bot edit", "rank", "pull request"):
        life.happens(doing)
    assert [uncounted(one, ASKED) is None for one in life.world.history] == [True, False, False, True]
