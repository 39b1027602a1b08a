"""A quiet item from its snapshot to what is kept and told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.core.memory import Memory
from app.core.policy import ByUrgency, Mandate, Member, Rung, Stale
from app.core.snapshot import Snapshot
from app.flow.budget import Budget
from app.flow.handle import Handler
from app.flow.on_call import Rotas
from app.ports import Result
from tests.flow.fakes import EPIC, GRACE_HOPPER, LINUS, NOW, POLICY, FakeClock, FakeRota, FakeTracker, item

WEEK = timedelta(days=7)
LADDER = (Rung(timedelta(0), "owner"), Rung(WEEK, "on_call"), Rung(2 * WEEK, "mandate"))
CAN = Member(LINUS.name, "linus@acme.test", "manager", Mandate())
POLICY_ = replace(
    POLICY, people=(CAN,), stale=Stale(ByUrgency(WEEK), ByUrgency(WEEK), ByUrgency(WEEK), LADDER, tell_old=True)
)


async def handled(snapshot: Snapshot, *, acts: bool, memory: Memory | None = None, days: int = 0) -> Result:
    """Handle an item of a policy that asks about quiet ones, so many days later."""
    clock, tracker = FakeClock(NOW + timedelta(days=days)), FakeTracker(items={snapshot.id: snapshot})
    handler = Handler(tracker, Rotas({"rota": FakeRota()}, clock), lambda: POLICY_, clock, Budget(100), acts)
    return await handler.handle(snapshot, memory or Memory(), ["a test"])


def quiet(label: str) -> Snapshot:
    """Return an item whose history was read and in which nobody has done anything for eight days."""
    made = replace(item("1", label), created_at=NOW - WEEK - timedelta(days=1), history=())
    return replace(made, assignee=GRACE_HOPPER, team="OPS")


@pytest.mark.parametrize("acts", [True, False], ids=["act", "observe"])
async def test_only_act_mode_tells_people(*, acts: bool) -> None:
    """In observe mode the item is found stale, but no rung is climbed and nobody is to be told anything."""
    result = await handled(quiet("operational"), acts=acts)
    assert [finding.id for finding in result.record.findings] == ["stale.quiet"]
    assert [notice.to for notice in result.notices] == ([GRACE_HOPPER] if acts else [])
    assert [one.to for one in result.memory.told] == ([GRACE_HOPPER] if acts else [])
    assert result.quiet is not None
    assert result.quiet.stale_at == NOW - timedelta(days=1)


@pytest.mark.parametrize("acts", [True, False], ids=["act", "observe"])
async def test_only_act_mode_says_that_people_were_told(*, acts: bool) -> None:
    """The report's rung and the rule's reason say the same as the ladder: in observe mode nobody heard of it."""
    result = await handled(quiet("operational"), acts=acts)
    reason = next(one for one in result.record.verdicts if one.rule == "staleness")
    assert result.quiet is not None
    assert result.quiet.rung == (1 if acts else 0)
    assert reason.inputs["rungs climbed"] == ("1" if acts else "0")
    assert ("Grace Hopper was told" in reason.because) is acts
    assert reason.verdict == "stale"
    assert acts or result.record.held["comment"] == "observe mode"


async def test_observe_mode_keeps_what_was_told_before_it() -> None:
    """Who turns back to observe mode finds the ladder where it was."""
    first = await handled(quiet("operational"), acts=True)
    second = await handled(replace(first.snapshot, history=()), acts=False, memory=first.memory, days=9)
    assert second.memory.told == first.memory.told
    third = await handled(replace(first.snapshot, history=()), acts=True, memory=second.memory, days=9)
    assert [one.to for one in third.memory.told] == [GRACE_HOPPER, LINUS]


async def test_who_has_the_mandate_is_looked_up_in_the_tracker() -> None:
    """Only by the tracker's own person can somebody be mentioned whom the item does not show."""
    item_ = replace(quiet("strategic"), epics=(replace(EPIC, owner=GRACE_HOPPER),))
    first = await handled(item_, acts=True)
    second = await handled(replace(first.snapshot, history=()), acts=True, memory=first.memory, days=15)
    assert [one.to for one in second.memory.told] == [GRACE_HOPPER, LINUS]


async def test_strategic_item_is_kept_with_the_owner_of_its_epic() -> None:
    """The report names who answers for it, not who holds it."""
    result = await handled(replace(quiet("strategic"), assignee=LINUS, epics=(EPIC,)), acts=True)
    assert result.owner == GRACE_HOPPER
