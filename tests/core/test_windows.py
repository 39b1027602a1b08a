"""How long an item may stay quiet, and when its history is read to make sure."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.core.activity import Activity, ActivityKind
from app.core.clock import in_mind
from app.core.item_class import ItemClass
from app.core.memory import HistoryRead, Memory, Snooze
from app.core.policy import ByUrgency, Policy, Stale
from app.core.quiet import Quiet
from app.core.snapshot import Snapshot, Standing
from app.core.windows import history_wanted, is_confirmed, is_stale, quiet_of
from tests.builders import ADA, CODEBOT, DAY, HOUR, NOW, classes, comment, memory, policy, snapshot

STALE = Stale(ByUrgency(7 * DAY, 2 * DAY), ByUrgency(30 * DAY, 14 * DAY), ByUrgency(3 * DAY))
ASKED = policy(stale=STALE)
MOMENT = timedelta(microseconds=1)


def quiet(item: Snapshot, item_class: str, known: Memory | None = None, asked: Policy = ASKED) -> Quiet:
    """Return how quiet an item is now."""
    taken = in_mind(known or Memory(), item, asked, NOW)
    return quiet_of(item, taken, asked, ItemClass(item_class), NOW)


@pytest.mark.parametrize(
    ("item_class", "urgent", "days"),
    [
        ("operational", False, 7),
        ("operational", True, 2),
        ("strategic", False, 30),
        ("strategic", True, 14),
        ("risk", False, 30),
        ("risk", True, 14),
        ("missing", False, 3),
        ("missing", True, 3),
        ("conflict", False, 3),
    ],
)
def test_window_follows_class_and_urgency(item_class: str, days: int, *, urgent: bool) -> None:
    """A risk has the window of strategic items; where no urgent one is named the other one holds."""
    found = quiet(snapshot(priority="Urgent" if urgent else None), item_class)
    assert found.window == days * DAY
    assert found.stale_at == snapshot().created_at + days * DAY


def test_policy_without_windows_lets_items_be_quiet() -> None:
    """Without a window there is no moment at which an item goes stale."""
    found = quiet(snapshot(), "operational", asked=policy())
    assert (found.window, found.stale_at, is_stale(found, NOW)) == (None, None, False)


def test_clock_must_have_been_taken_in() -> None:
    """A memory that knows of no activity cannot be judged."""
    with pytest.raises(ValueError, match="not been taken in"):
        quiet_of(snapshot(), Memory(), ASKED, ItemClass.MISSING, NOW)


@pytest.mark.parametrize(("age", "stale"), [(7 * DAY - MOMENT, False), (7 * DAY, True), (8 * DAY, True)])
def test_item_is_stale_the_moment_its_window_ends(age: timedelta, *, stale: bool) -> None:
    """Not a moment before, and from then on."""
    assert is_stale(quiet(snapshot(created_at=NOW - age), "operational"), NOW) == stale


@pytest.mark.parametrize(("until", "stale"), [(NOW + MOMENT, False), (NOW, True), (NOW - DAY, True)])
def test_snooze_waits_until_its_end(until: datetime, *, stale: bool) -> None:
    """A snoozed item is not stale; the clock goes on all the same, and the latest snooze holds."""
    known = Memory(snoozes=(Snooze(NOW + 5 * DAY, "Ada", NOW - 9 * DAY), Snooze(until, "Ada", NOW - 8 * DAY)))
    found = quiet(snapshot(created_at=NOW - 9 * DAY), "operational", known)
    assert is_stale(found, NOW) == stale
    assert found.snoozed_until == (None if stale else until)
    assert found.stale_at == NOW - 2 * DAY


# --- reading the history ---

OLD = snapshot("operational", created_at=NOW - 9 * DAY, updated_at=NOW - 8 * DAY)
EDIT = Activity(NOW - DAY, ActivityKind.EDIT, ADA)


@pytest.mark.parametrize(
    ("item", "wanted"),
    [
        pytest.param(OLD, True, id="quiet for too long"),
        pytest.param(replace(OLD, created_at=NOW - DAY), False, id="not quiet for long"),
        pytest.param(replace(OLD, comments=(comment("on it"),)), False, id="somebody commented"),
        pytest.param(replace(OLD, comments=(comment("beep", CODEBOT),)), True, id="a bot commented"),
        pytest.param(replace(OLD, heard=(EDIT,)), False, id="an edit was heard of"),
        pytest.param(replace(OLD, history=()), False, id="it was read"),
        pytest.param(replace(OLD, standing=Standing.DONE), False, id="closed"),
        pytest.param(replace(OLD, here=False), False, id="gone"),
        pytest.param(replace(OLD, labels=("operational",)), False, id="not watched"),
        pytest.param(
            replace(OLD, labels=("post-mortem",), estimate=13, priority="Urgent"), False, id="a risk without a label"
        ),
        pytest.param(replace(OLD, labels=("post-mortem",)), True, id="without a class"),
    ],
)
def test_history_is_wanted_only_for_what_would_be_stale(item: Snapshot, *, wanted: bool) -> None:
    """Nothing is read while by what is known there is nothing to confirm."""
    assert history_wanted(item, Memory(), ASKED, NOW) == wanted


def test_policy_without_windows_reads_no_history() -> None:
    """What nobody asks about costs nothing."""
    assert not history_wanted(OLD, Memory(), policy(), NOW)


@pytest.mark.parametrize(
    ("read", "wanted", "confirmed"),
    [
        pytest.param(None, True, False, id="never"),
        pytest.param(HistoryRead(NOW - 3 * DAY, NOW - 8 * DAY), False, True, id="since it changed last"),
        pytest.param(HistoryRead(NOW - 3 * DAY, NOW - 9 * DAY), True, False, id="before it changed last"),
        pytest.param(HistoryRead(NOW - HOUR, NOW - 9 * DAY), True, True, id="changed since, but read when stale"),
    ],
)
def test_history_is_read_again_once_the_item_changed(
    read: HistoryRead | None, *, wanted: bool, confirmed: bool
) -> None:
    """One reading serves until the item changes; what we write to a stale item does not take the proof away."""
    known = memory(history_read=read)
    assert history_wanted(OLD, known, ASKED, NOW) == wanted
    taken = in_mind(known, OLD, ASKED, NOW)
    assert is_confirmed(quiet(OLD, "operational", known), OLD, taken) == confirmed


def test_item_without_a_window_needs_no_proof() -> None:
    """What never goes stale is never confirmed to be."""
    assert not is_confirmed(quiet(OLD, "operational", asked=policy()), OLD, memory(history_read=HistoryRead(NOW, NOW)))


def test_history_is_wanted_for_any_class_that_it_may_turn_out_to_have() -> None:
    """Where the latest label wins it is not known yet which one that is, so that the shortest window counts."""
    both = replace(OLD, labels=("post-mortem", "operational", "strategic"))
    slow = Stale(operational=ByUrgency(7 * DAY), unclassified=ByUrgency(30 * DAY))
    latest = policy(stale=slow, classes=classes(on_conflict="latest"))
    assert history_wanted(both, Memory(), latest, NOW)
    assert not history_wanted(both, Memory(), policy(stale=slow), NOW)
