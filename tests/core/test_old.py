"""What had been quiet for too long already when it was first seen: reported, and nobody hears of it."""

from dataclasses import replace

import pytest

from app.core.decision import Decision
from app.core.memory import Memory, OurComment
from app.core.needs import needs
from app.core.policy import Rung
from app.core.snapshot import Snapshot
from tests.builders import ADA, DAY, GRACE, NOW, comment, facts, found, memory
from tests.core.silence import asked, done, looked_at, quiet_item, verdict_of

SILENT = asked(tell_old=False)


def said(decision: Decision) -> str:
    """Return the comment's words, empty where there is none."""
    return decision.comment.plain() if decision.comment else ""


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(quiet_item("operational", days=400), id="quiet"),
        pytest.param(quiet_item(days=400), id="without a class"),
        pytest.param(quiet_item("operational", days=400, due=(NOW - 300 * DAY).date()), id="overdue"),
        pytest.param(quiet_item("operational", "large", days=400), id="too large"),
    ],
)
def test_nobody_hears_of_it_however_long_it_stays_so(item: Snapshot) -> None:
    """Its findings are there; no rung is climbed, no letter is written, no comment is made."""
    known = Memory()
    for days in (0, 1, 8, 100):
        decision = looked_at(replace(item, history=() if days == 0 else None), known, days, SILENT)
        known = decision.memory
        assert "stale.quiet" in found(decision)
        assert (decision.notices, said(decision), known.told) == ((), "", ())
    assert "It was so already when it was first seen, on Monday 2026-11-02;" in verdict_of(decision).because


def test_look_that_changes_nothing_is_not_taken_again_at_once() -> None:
    """No rung is waited for, so an old item costs nothing until something happens."""
    assert looked_at(quiet_item("operational"), Memory(), by=SILENT).look_again_at is None
    assert looked_at(quiet_item("operational"), Memory(), by=asked()).look_again_at == NOW + 7 * DAY


def test_policy_may_ask_for_it() -> None:
    """With `tell_old` the ladder begins, also for what was passed over in silence before."""
    silent = looked_at(quiet_item("operational"), Memory(), by=SILENT)
    told = looked_at(quiet_item("operational"), silent.memory, days=1, by=asked())
    assert [one.to for one in told.memory.told] == [GRACE]
    assert "Grace Hopper, nobody has done anything" in said(told)


def test_somebodys_activity_ends_the_silence() -> None:
    """From then on it is an item like all others."""
    silent = looked_at(quiet_item("operational"), Memory(), by=SILENT)
    touched = quiet_item("operational", heard=(done(-1),), updated_at=NOW + DAY)
    alive = looked_at(touched, silent.memory, days=1, by=SILENT)
    assert found(alive) == []
    again = looked_at(touched, alive.memory, days=9, by=SILENT)
    assert [one.to for one in again.memory.told] == [GRACE]


def test_what_goes_quiet_after_it_was_seen_is_told() -> None:
    """So it is with what was alive when the workspace was connected."""
    fresh = looked_at(quiet_item("operational", days=6), Memory(), by=SILENT)
    later = looked_at(quiet_item("operational", days=6), fresh.memory, days=2, by=SILENT)
    assert [one.to for one in later.memory.told] == [GRACE]


def test_who_was_told_before_goes_on_being_told() -> None:
    """A ladder that had begun does not end because the policy is silent about old items now."""
    told = looked_at(quiet_item("operational"), memory(), by=asked())
    later = looked_at(quiet_item("operational"), told.memory, days=7, by=SILENT)
    assert len(later.memory.told) == 2


def test_who_types_to_us_is_answered() -> None:
    """The silence is about what we would say unasked."""
    item = quiet_item("operational", days=400, comments=(comment("/why", ADA, at=NOW),))
    assert "staleness" in said(looked_at(item, memory(), by=SILENT))


def test_comment_that_stands_there_is_kept_right() -> None:
    """What we said before is not left to grow old."""
    known = memory(comment=OurComment("c-1", "", 0, asks=True))
    assert "which of the two" in said(looked_at(quiet_item(), known, by=SILENT))


def test_nobody_is_looked_up_for_it() -> None:
    """Whom a rung would tell costs no call where no rung comes."""
    ladder = (Rung(0 * DAY, "on_call"),)
    item = quiet_item("operational", facts=facts(epic=None, on_call=None))
    assert needs(item, Memory(), asked(ladder=ladder)).rota == "platform"
    assert needs(item, Memory(), asked(ladder=ladder, tell_old=False)).rota is None
