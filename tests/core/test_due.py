"""Due dates that have passed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.core.memory import Snooze
from app.core.policy import Messages, Rung
from app.core.snapshot import Snapshot
from app.core.text import Mention
from tests.builders import DAY, GRACE, NOW, found, memory, policy
from tests.core.silence import asked, looked_at, quiet_item, verdict_of

FRIDAY = date(2026, 10, 30)
MOMENT = timedelta(microseconds=1)


def dated(day: date | None, **fields: Any) -> Snapshot:
    """Return a living item that is due on a day."""
    return replace(quiet_item("operational", days=1, due=day), **fields)


@pytest.mark.parametrize(
    ("zone", "over"),
    [
        ("UTC", datetime(2026, 11, 3, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 11, 2, 23, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 11, 2, 11, tzinfo=UTC)),
    ],
)
def test_due_date_has_passed_at_the_end_of_that_day(zone: str, over: datetime) -> None:
    """By the wall clock of the policy's time zone, and the next look is at that moment."""
    item, there = dated(date(2026, 11, 2)), replace(asked(), messages=Messages(timezone=zone))
    before = looked_at(item, days=(over - MOMENT - NOW) / DAY, by=there)
    assert (found(before), before.look_again_at) == ([], over)
    assert verdict_of(before, "due date").because == "it is due on Monday 2026-11-02"
    assert found(looked_at(item, days=(over - NOW) / DAY, by=there)) == ["due.missed"]


def test_owner_is_told_once() -> None:
    """The comment addresses them while the date stands; another date takes it away."""
    decision = looked_at(dated(FRIDAY))
    assert decision.findings[0].sentence == "It was due on Friday 2026-10-30."
    assert decision.comment is not None
    words = "Grace Hopper, this item was due on Friday 2026-10-30. Please set another date if it needs more time."
    assert decision.comment.plain() == f"{words}\nRule: stale in followthrough.yaml. Type /why for the reasons."
    assert decision.comment.blocks[0].spans[0] == Mention(GRACE)
    told = [(notice.purpose, notice.to, notice.sentence) for notice in decision.notices]
    assert told == [("due:2026-10-30", GRACE, "It was due on Friday 2026-10-30.")]
    moved = looked_at(dated(date(2026, 12, 1)), decision.memory)
    assert (found(moved), moved.notices, moved.comment) == ([], (), None)


def test_stale_and_overdue_item_is_told_about_both() -> None:
    """Two findings, one comment."""
    decision = looked_at(quiet_item("operational", due=FRIDAY))
    assert found(decision) == ["stale.quiet", "due.missed"]
    assert [notice.purpose.partition(":")[0] for notice in decision.notices] == ["stale", "due"]


@pytest.mark.parametrize(
    "ladder", [pytest.param((), id="no ladder"), pytest.param((Rung(0 * DAY, "mandate"),), id="owners are not told")]
)
def test_without_an_owners_rung_it_is_only_reported(ladder: tuple[Rung, ...]) -> None:
    """Whom the policy does not want to be told is not told."""
    decision = looked_at(dated(FRIDAY), by=asked(ladder=ladder))
    assert (found(decision), decision.comment, decision.notices) == (["due.missed"], None, ())


def test_nobody_is_reminded_while_the_item_waits() -> None:
    """A snooze holds the words back until its end; the finding stands."""
    until = NOW + 3 * DAY
    decision = looked_at(dated(FRIDAY), memory(snoozes=(Snooze(until, "Ada Admin", NOW),)))
    assert (found(decision), decision.notices, decision.look_again_at) == (["due.missed"], (), until)
    assert decision.comment is not None
    assert "was due" not in decision.comment.plain()


@pytest.mark.parametrize("item", [dated(FRIDAY, assignee=None, creator=None), dated(date(9999, 12, 31)), dated(None)])
def test_nobody_to_tell_and_nothing_to_miss(item: Snapshot) -> None:
    """Without an owner, or a date that comes, nothing is said."""
    decision = looked_at(replace(item, facts=replace(item.facts, on_call=None)))
    assert (decision.comment, decision.notices) == (None, ())


def test_policy_that_never_asks_misses_no_date() -> None:
    """A policy without a word about quiet items finds nothing."""
    assert found(looked_at(dated(FRIDAY), by=policy())) == []
