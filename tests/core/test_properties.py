"""What holds for every item, policy and history, found by trying to break it."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.actors import is_human
from app.core.change import Assign, Change, LinkToEpic, Say, SetDue
from app.core.decide import decide
from app.core.decision import Decision
from app.core.memory import Memory
from app.core.plan import plan
from app.core.policy import Policy
from app.core.refusals import key_of
from app.core.snapshot import Facts, Snapshot
from app.core.voice import digest
from tests.builders import DAY, HOUR, MINUTE, NOW
from tests.core.minds import memories
from tests.core.tracker import Ran, World, again, run
from tests.core.worlds import Event, any_facts, events, policies, snapshots, worlds

EXAMPLES = int(os.environ.get("EXAMPLES", "100"))
"""How many lives each property is tried on; more are worth a try after a change to a rule."""
GAPS = st.sampled_from((timedelta(0), timedelta(seconds=1), MINUTE, 10 * MINUTE, HOUR, DAY, 40 * DAY))
STEPS = st.lists(st.tuples(GAPS, events()), max_size=5)
Steps = Sequence[tuple[timedelta, Event]]

trying = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def lived(world: World, steps: Steps) -> Iterator[tuple[Ran, datetime]]:
    """Run at first sight and after each thing that happens; yield every run and when it was."""
    now, memory = NOW, Memory()
    for gap, event in ((timedelta(0), _nothing), *steps):
        now += gap
        world = event(replace(world, item=replace(world.item, updated_at=now)))
        ran = run(world, memory, now)
        yield ran, now
        world, memory = ran.world, ran.memory


def _nothing(world: World) -> World:
    return world


@trying
@given(worlds(), STEPS)
def test_second_look_plans_nothing(world: World, steps: Steps) -> None:
    """Whatever was done to an item and whatever was refused, deciding again after the run plans no further change."""
    for ran, now in lived(world, steps):
        decision, planned = again(ran, now)
        assert planned.changes == (), [verdict.because for verdict in decision.verdicts]


@trying
@given(worlds(), STEPS)
def test_second_run_changes_no_memory(world: World, steps: Steps) -> None:
    """A run on an item that nobody touched writes nothing, and what is remembered comes to rest."""
    for ran, now in lived(world, steps):
        second = run(ran.world, ran.memory, now)
        third = run(second.world, second.memory, now)
        assert (*second.writes, *third.writes) == ()
        assert third.memory == second.memory


@trying
@given(snapshots(), any_facts(), memories(), policies())
def test_no_item_makes_it_stumble(item: Snapshot, facts: Facts, memory: Memory, policy: Policy) -> None:
    """Whatever the snapshot, the facts and the memory hold, there is a decision and a plan."""
    decision = decide(replace(item, facts=facts), memory, policy, NOW)
    plan(decision, NOW)
    assert decision.look_again_at is None or decision.look_again_at > NOW


@trying
@given(worlds(), STEPS)
def test_what_a_person_did_is_never_undone(world: World, steps: Steps) -> None:
    """No person loses an item, no due date is replaced or set twice, and no epic that a person chose is replaced."""
    linked: set[str] = set()
    dated = 0
    for ran, _ in lived(world, steps):
        for change in ran.writes:
            match change:
                case Assign():
                    assert not is_human(ran.before.assignee, world.policy)
                case SetDue():
                    dated += 1
                    assert ran.before.due is None
                    assert dated == 1
                case LinkToEpic(_, epic, relate):
                    there = ran.before.epic_of_kind(epic.kind)
                    assert relate or there is None or there.id in {*linked, ran.memory.hung_under}
                    linked.add(epic.id)
                case _:
                    pass


@trying
@given(worlds(), STEPS)
def test_answer_holds_until_it_said_to_look_again(world: World, steps: Steps) -> None:
    """Just before `look_again_at` nothing is found, wanted or said that was not before; then it is later or never."""
    for ran, now in lived(world, steps):
        decision, _ = again(ran, now)
        moment = decision.look_again_at
        assert moment is None or moment > now
        if moment is not None:
            before, planned = again(ran, moment - timedelta(microseconds=1))
            assert _said_and_wanted(before) == _said_and_wanted(decision)
            assert planned.changes == ()
            then, _ = again(ran, moment)
            assert then.look_again_at is None or then.look_again_at > moment


@trying
@given(worlds(), STEPS)
def test_nothing_changes_by_itself_without_a_moment_to_look_again(world: World, steps: Steps) -> None:
    """Where no moment is named, the same item gets the same answer a year later."""
    for ran, now in lived(world, steps):
        decision, _ = again(ran, now)
        if decision.look_again_at is None:
            later, planned = again(ran, now + 365 * DAY)
            assert _said_and_wanted(later) == _said_and_wanted(decision)
            assert planned.changes == ()


def _said_and_wanted(decision: Decision) -> tuple[list[str], tuple[Change, ...], str | None]:
    text = decision.comment
    return [finding.id for finding in decision.findings], decision.wanted, digest(text) if text else None


@trying
@given(
    worlds(),
    st.lists(
        st.tuples(st.integers(0, 90), st.sets(st.sampled_from(("labels", "team", "assignee", "epics", "links")))),
        min_size=8,
        max_size=14,
    ),
)
def test_tug_of_war_ends(world: World, rounds: Sequence[tuple[int, set[str]]]) -> None:
    """However often somebody puts things back within a day, no change is written more often than the policy allows."""
    start, memory, now = replace(world.item, comments=()), Memory(), NOW
    world = replace(world, item=start)
    written: Counter[str] = Counter()
    for minutes, undone in rounds:
        ran = run(world, memory, now)
        written.update(key_of(change) for change in ran.writes if not isinstance(change, Say))
        back = {name: getattr(start, name) for name in undone}
        world, memory = replace(ran.world, item=replace(ran.world.item, **back)), ran.memory
        now += minutes * MINUTE
    assert max(written.values(), default=0) <= world.policy.limits.flips
