"""How an item's clock is told to whoever asks why."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.core.activity import Activity, ActivityKind
from app.core.item_class import ItemClass
from app.core.memory import Memory, Uncounted
from app.core.quiet import Quiet
from app.core.record import Record
from app.core.risk_decisions import RiskDecision
from app.core.statements import Statement
from app.flow.report import clock, item_view, why_text, why_view
from app.flow.stale import reason
from app.ports import Stored
from tests.flow.fakes import GRACE_HOPPER, NOW, POLICY, item

DAY = timedelta(days=1)
TUESDAY = Activity(NOW - 6 * DAY, ActivityKind.COMMENT, GRACE_HOPPER, url="https://linear.test/c1")
OURS = Activity(NOW - 5 * DAY, ActivityKind.EDIT, None, ours=True)
EARLIER = Activity(NOW - 9 * DAY, ActivityKind.RANK, GRACE_HOPPER)


def stored(quiet: Quiet | None) -> Stored:
    """Return an item with that clock and two doings that did not count."""
    passed = (Uncounted(EARLIER, "a new rank is no work on it"), Uncounted(OURS, "it is our own doing"))
    memory = Memory(last_activity=TUESDAY, not_counted=passed)
    return Stored(
        tracker="linear",
        id="1",
        key="ENG-1",
        snapshot=item("1"),
        memory=memory,
        item_class=ItemClass.MISSING,
        route=None,
        owner=None,
        watched=True,
        due_at=None,
        attempts=0,
        parked=None,
        last=None,
        quiet=quiet,
    )


def test_clock_is_told_for_an_item_that_is_not_stale() -> None:
    """How much of its window is over now, and what it rests on; what did not count stands beneath it."""
    quiet = Quiet(TUESDAY, 7 * DAY, NOW + DAY)
    assert clock(stored(quiet), POLICY, NOW - 3 * DAY) == (
        "quiet for 3 of 7 days; the clock rests on Grace Hopper's comment of Tuesday 2026-11-17."
    )
    beneath = "\n  our own edit of Wednesday 2026-11-18 does not count, because it is our own doing\n"
    assert beneath in why_text(stored(quiet), POLICY, NOW)
    assert str(clock(stored(quiet), POLICY, NOW)).startswith("quiet for 6 of 7 days;")


def test_closed_item_has_no_clock() -> None:
    """Its last activity is still known."""
    one = stored(None)
    assert clock(one, POLICY, NOW) is None
    assert item_view(one, None)["last_activity"]["by"] == "Grace Hopper"


def test_item_without_a_window_says_so() -> None:
    """Nothing is asked of it, and what it rests on is said all the same."""
    told = clock(stored(Quiet(TUESDAY)), POLICY, NOW)
    assert str(told).startswith("the policy does not say how long it may be quiet; the clock rests on Grace")


def test_accepted_risk_says_until_when_it_may_be_quiet() -> None:
    """And by whom that was decided; once the date is over the policy's windows hold again."""
    said = Statement("If we do not act by Q4, we will lose 3% of sales. Decision: Ada", NOW - DAY, "comment", "A", "a")
    made = RiskDecision("accept", "Ada Admin", "u-ada", NOW, "cheap", (NOW + 9 * DAY).date())
    bare = stored(Quiet(TUESDAY))
    memory = replace(bare.memory, risks=(said,), risk_decisions=(made,))
    risk = replace(bare, item_class=ItemClass.RISK, memory=memory)
    assert str(clock(risk, POLICY, NOW)).startswith("accepted until Wednesday 2026-12-02, and it may be quiet until")
    decision = "accepted until Wednesday 2026-12-02 by Ada Admin on Monday 2026-11-23"
    assert why_view(risk, POLICY, NOW)["decision"] == decision
    assert "accepted until" not in str(clock(risk, POLICY, NOW + 11 * DAY))
    assert "accepted until" not in str(clock(replace(risk, item_class=ItemClass.OPERATIONAL), POLICY, NOW))
    assert why_view(bare, POLICY, NOW)["decision"] is None


def test_why_shows_what_counts_and_what_does_not() -> None:
    """Newest first, each with its reason; and as text with the place to see it."""
    shown = why_view(stored(Quiet(TUESDAY, 7 * DAY, NOW + DAY)), POLICY, NOW)
    assert shown["last_activity"] == {
        "at": "2026-11-17T12:00:00Z",
        "by": "Grace Hopper",
        "kind": "comment",
        "evidence": "https://linear.test/c1",
    }
    assert [(one["kind"], one["by"], one["because"]) for one in shown["not_counted"]] == [
        ("edit", None, "it is our own doing"),
        ("rank", "Grace Hopper", "a new rank is no work on it"),
    ]
    text = why_text(stored(Quiet(TUESDAY, 7 * DAY, NOW + DAY)), POLICY, NOW)
    assert "quiet for 6 of 7 days" in text
    assert "https://linear.test/c1" in text


def test_why_says_what_would_be_written_and_what_was() -> None:
    """Whoever observes sees it before anything is written; where nothing is wanted, nothing is said of it."""
    idle = Record(NOW, (), writes=("add the label risk",), held={"assign Linus Duty": "observe mode"})
    text = why_text(replace(stored(None), last=idle), POLICY, NOW)
    assert "\n\nwrote: add the label risk\nwould write: assign Linus Duty (did not: observe mode)\n" in text
    assert "wr" not in why_text(replace(stored(None), last=Record(NOW, ())), POLICY, NOW)


@pytest.mark.parametrize(
    ("quiet", "told"),
    [
        ({"window": DAY}, "6 days quiet, 5 past its window of 1; "),
        ({"window": 6 * DAY}, "6 days quiet, its window of 6 days is over since today; "),
        ({"window": timedelta(hours=36)}, "6 days quiet, 4 days past its window of 1d12h; "),
        ({"window": timedelta(days=5, hours=23)}, "6 days quiet, 1h past its window of 5d23h; "),
        ({"window": DAY, "snoozed_until": NOW + DAY}, "it may wait until Tuesday 2026-11-24, 12:00; "),
    ],
)
def test_reason_is_a_sentence(quiet: dict[str, Any], told: str) -> None:
    """In days where the window is in days."""
    sentence = reason(Quiet(TUESDAY, stale_at=TUESDAY.at + quiet["window"], **quiet), POLICY, NOW)
    assert told in sentence
    assert sentence.endswith("the clock rests on Grace Hopper's comment of Tuesday 2026-11-17.")
