"""Items that nobody does anything about: what is found, who is told when, and what ends it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.core.activity import Activity, ActivityKind
from app.core.decision import Decision
from app.core.memory import Memory, Told
from app.core.person import Person
from app.core.policy import Policy, Rung
from app.core.quiet import Quiet
from app.core.snapshot import OnCallFact, Snapshot, Standing
from app.core.text import Mention
from tests.builders import ADA, APP, CODEBOT, DAY, GRACE, HOUR, LINUS, NOW, comment, facts, found, memory, policy
from tests.core.silence import ASKED, LADDER, ZOE, asked, done, looked_at, quiet_item, verdict_of

K = ActivityKind
MOMENT = timedelta(microseconds=1)
SINCE = "has done anything about this item since its creation on Saturday 2026-10-24."
WAYS = " Type /ack if you are on it, or /snooze 14d because … if it has to wait."


def told(decision: Decision) -> list[Person | None]:
    """Return who was told, oldest first."""
    return [one.to for one in decision.memory.told]


def said(decision: Decision) -> list[str]:
    """Return the lines of the comment without the last one."""
    return decision.comment.plain().splitlines()[:-1] if decision.comment else []


def mentioned(decision: Decision) -> list[Person]:
    """Return who is mentioned in the comment."""
    blocks = decision.comment.blocks if decision.comment else ()
    return [span.person for block in blocks for span in block.spans if isinstance(span, Mention)]


# --- what is found ---


@pytest.mark.parametrize(
    ("labels", "priority", "days"),
    [
        pytest.param(("operational",), None, 7, id="operational"),
        pytest.param(("operational",), "Urgent", 2, id="operational and urgent"),
        pytest.param(("strategic",), None, 30, id="strategic"),
        pytest.param(("strategic",), "Urgent", 14, id="strategic and urgent"),
        pytest.param(("risk",), None, 30, id="a risk"),
        pytest.param(("risk", "operational"), None, 7, id="a risk that is routed by its class"),
        pytest.param((), None, 3, id="no class"),
        pytest.param(("operational", "strategic"), None, 3, id="both classes"),
    ],
)
def test_item_goes_stale_the_moment_its_window_ends(labels: tuple[str, ...], priority: str | None, days: int) -> None:
    """Up to then the next look is at that moment at the latest, and from then on it is found."""
    item = quiet_item(*labels, days=days, priority=priority, history=None)
    before = looked_at(item, memory(first_seen_at=NOW - DAY), days=-MOMENT / DAY)
    assert "stale.quiet" not in found(before)
    assert before.look_again_at == NOW
    assert before.quiet == Quiet(done(days, GRACE, K.CREATED, url=item.url), days * DAY, NOW)
    after = looked_at(replace(item, history=()), before.memory)
    assert "stale.quiet" in found(after)
    assert after.quiet == replace(before.quiet, rung=1)


def test_finding_says_who_did_what_last_when_and_where() -> None:
    """It holds nothing that changes by itself, so that it reads the same tomorrow."""
    edit = done(8, ADA, K.STATE, url="https://tracker.test/ENG-1#history-7")
    item = quiet_item("operational", heard=(edit,))
    finding = looked_at(item).findings[0]
    assert finding.id == "stale.quiet"
    assert finding.sentence == (
        "It has been quiet for longer than 7 days: the last sign of life is Ada Admin's change of state of "
        "Sunday 2026-10-25 (https://tracker.test/ENG-1#history-7)."
    )
    assert finding.clears_when == "somebody does something about it or types /ack; /snooze 14d because … makes it wait"
    assert looked_at(item, days=30).findings[0] == finding


@pytest.mark.parametrize(
    ("heard", "stale"),
    [
        pytest.param(done(1), False, id="a person's edit"),
        pytest.param(done(1, None), True, id="an automation's"),
        pytest.param(done(1, CODEBOT), True, id="a bot's"),
        pytest.param(done(1, ADA, ours=True), True, id="our own"),
        pytest.param(done(1, ADA, K.RANK), True, id="a rank"),
        pytest.param(done(1, None, K.PULL_REQUEST), False, id="a pull request"),
        pytest.param(done(1, ADA, K.COMMENT, text="/why"), True, id="a mere command"),
        pytest.param(done(1, ADA, K.COMMENT, text="/ack"), False, id="an acknowledgement"),
    ],
)
@pytest.mark.parametrize("source", ["heard", "history"])
def test_only_signs_of_life_keep_an_item_from_being_stale(source: str, heard: Activity, *, stale: bool) -> None:
    """Whether a webhook told it or the history does, our own writes and machines never count as life."""
    told_by: dict[str, Any] = {source: (heard,)}
    item = quiet_item("operational", **told_by)
    assert ("stale.quiet" in found(looked_at(item))) == stale


def test_item_that_was_quiet_before_we_came_is_judged_by_its_history() -> None:
    """At first sight already, and a forgotten edit in its history saves it."""
    assert "stale.quiet" in found(looked_at(quiet_item("operational", days=400), Memory()))
    edited = quiet_item("operational", days=400, history=(done(2),))
    assert "stale.quiet" not in found(looked_at(edited, Memory()))


def test_nothing_is_flagged_before_its_history_was_read() -> None:
    """An item whose history is not there yet is looked at again in a minute."""
    decision = looked_at(quiet_item("operational", history=None))
    assert (found(decision), decision.notices, decision.memory.told) == ([], (), ())
    assert decision.look_again_at == NOW + timedelta(minutes=1)
    assert verdict_of(decision).because == (
        "quiet for 9 days, longer than its window of 7 days, but its history was not read yet; "
        "the clock rests on its creation on Saturday 2026-10-24"
    )


@pytest.mark.parametrize("asked_by", [policy(), asked(operational=ASKED.stale.strategic, ladder=())])
def test_policy_without_a_word_about_it_finds_and_says_nothing(asked_by: Policy) -> None:
    """What nobody asks about is no finding."""
    decision = looked_at(quiet_item("operational", days=20), by=asked_by)
    assert (found(decision), decision.comment, decision.notices) == ([], None, ())
    assert decision.quiet is not None
    assert decision.quiet.last.kind is K.CREATED


@pytest.mark.parametrize("item", [quiet_item("operational", standing=Standing.DONE), quiet_item(here=False)])
def test_item_that_left_is_not_quiet(item: Snapshot) -> None:
    """A closed or deleted item has no clock, and its ladder is forgotten."""
    decision = looked_at(item, memory(told=(Told(0, NOW - DAY, GRACE),)))
    assert (decision.quiet, found(decision), decision.memory.told) == (None, [], ())


# --- who is told ---


def test_ladder_is_climbed_rung_by_rung() -> None:
    """The owner, then who is on call, then who has the mandate, each in their time and each once."""
    item, known = quiet_item("operational", days=7), memory()
    people: list[list[str]] = []
    for day in (0, 6, 7, 13, 14, 400):
        decision = looked_at(item, known, days=day)
        people.append([one.to.name for one in decision.memory.told if one.to])
        known, item = decision.memory, replace(item, history=None)
    three = ["Grace Hopper", "Linus Duty", "Zoe Zone"]
    assert people == [three[:1], three[:1], three[:2], three[:2], three, three]


def test_next_look_is_at_the_next_rung() -> None:
    """Nobody looks at a stale item in between, and never again once all were told."""
    item = quiet_item("operational", days=7)
    first = looked_at(item)
    assert first.look_again_at == NOW + 7 * DAY
    second = looked_at(item, first.memory, days=7)
    assert second.look_again_at == NOW + 14 * DAY
    assert looked_at(item, second.memory, days=14).look_again_at is None


def test_after_an_outage_one_rung_comes_at_a_time() -> None:
    """However long we were off, the next one is told no sooner than the two rungs are apart."""
    item = quiet_item("operational", days=400)
    first = looked_at(item)
    assert told(first) == [GRACE]
    assert first.look_again_at == NOW + 7 * DAY
    assert told(looked_at(item, first.memory)) == [GRACE]
    assert told(looked_at(item, first.memory, days=7)) == [GRACE, LINUS]


def test_rungs_of_the_same_moment_are_told_one_after_the_other() -> None:
    """A policy may tell two people at once; even so it is two looks."""
    both = asked(ladder=(Rung(0 * DAY, "owner"), Rung(0 * DAY, "mandate")))
    first = looked_at(quiet_item("operational"), by=both)
    assert (told(first), first.look_again_at) == ([GRACE], NOW + timedelta(minutes=1))


def test_first_rung_may_come_later() -> None:
    """Until somebody is told the item is found, and nothing is said."""
    slow = asked(ladder=(Rung(5 * DAY, "owner"),))
    decision = looked_at(quiet_item("operational", days=7), by=slow)
    assert (found(decision), decision.comment, decision.look_again_at) == (["stale.quiet"], None, NOW + 5 * DAY)
    assert told(looked_at(quiet_item("operational", days=7), decision.memory, days=5, by=slow)) == [GRACE]


@pytest.mark.parametrize("labels", [("strategic",), ("risk",)])
def test_who_is_on_call_has_no_part_in_what_needs_a_plan(labels: tuple[str, ...]) -> None:
    """The rung is left out, and the one after it comes in its own time."""
    item = quiet_item(*labels, days=30)
    first = looked_at(item)
    assert first.memory.told[-1].rung == 0
    assert first.look_again_at == NOW + 14 * DAY
    then = looked_at(item, first.memory, days=14)
    assert [(one.rung, one.to.name) for one in then.memory.told if one.to] == [(0, "Grace Hopper"), (2, "Zoe Zone")]


def test_rung_that_finds_nobody_is_noted_and_the_next_one_comes_in_its_time() -> None:
    """The comment goes on addressing whoever was told before."""
    item = quiet_item("operational", days=7)
    nobody = replace(item, facts=facts(board=None, on_call=OnCallFact()))
    first = looked_at(item)
    second = looked_at(nobody, first.memory, days=7)
    assert told(second) == [GRACE, None]
    assert (second.notices, said(second)) == (first.notices, said(first))
    assert second.look_again_at == NOW + 14 * DAY
    assert "On Monday 2026-11-09 nobody could be found who is to be told." in verdict_of(second).because
    third = looked_at(nobody, second.memory, days=14)
    assert third.memory.told[-1].to == Person("", ZOE.name, ZOE.email)


def test_when_nobody_can_be_found_that_is_said() -> None:
    """An item without anybody to tell says so itself."""
    nobody = quiet_item("operational", assignee=None, creator=None, facts=facts(board=None, on_call=None))
    decision = looked_at(nobody)
    assert told(decision) == [None]
    words = "Nobody could be found who answers for this item, and nobody has done anything about it since"
    assert said(decision)[0].startswith(words)


# --- what is said ---


def test_comment_addresses_whoever_was_told_last() -> None:
    """It says since when nobody has done anything, who was told before, and what can be typed."""
    item, known = quiet_item("operational"), memory()
    lines, people = [], []
    purposes: list[tuple[str, str, str]] = []
    for day in (0, 7, 14):
        decision = looked_at(item, known, days=day)
        known = decision.memory
        lines += said(decision)
        people.append(mentioned(decision))
        so_far, purposes = purposes, [(one.purpose, one.to.name, one.sentence) for one in decision.notices]
        assert purposes[:-1] == so_far, "what was told before is still to be told"
        assert decision.asks
    before = " Grace Hopper was told on Monday 2026-11-02."
    assert lines == [
        f"Grace Hopper, nobody {SINCE}{WAYS}",
        f"Linus Duty, you are on call, and nobody {SINCE}{before}{WAYS}",
        f"Zoe Zone, you have the mandate, and nobody {SINCE}{before} Linus Duty was told on Monday 2026-11-09.{WAYS}",
    ]
    assert people == [[GRACE], [LINUS], []]
    told_by = "Nobody has done anything about it since its creation on Saturday 2026-10-24."
    purpose = "stale:2026-10-24T09:00:00+00:00"
    assert purposes == [
        (f"{purpose}:1", "Grace Hopper", told_by),
        (f"{purpose}:2", "Linus Duty", told_by),
        (f"{purpose}:3", "Zoe Zone", told_by),
    ]


def test_same_words_stand_until_the_next_rung() -> None:
    """Looked at again and again, the comment and what is to be told stay the same."""
    item = quiet_item("operational")
    first = looked_at(item)
    for days in (0, 3, 6.9):
        later = looked_at(replace(item, history=None), first.memory, days=days)
        assert (said(later), later.notices, later.findings) == (said(first), first.notices, first.findings)


@pytest.mark.parametrize(
    ("item", "question"),
    [
        pytest.param(quiet_item(), "which of the two is this post-mortem item?", id="the class"),
        pytest.param(quiet_item("operational", estimate=13), "is marked as a small fix, but it is large", id="size"),
    ],
)
def test_reminder_does_not_drown_a_question(item: Snapshot, question: str) -> None:
    """Beside an open question it is one sentence, without a second thing to type."""
    lines = said(looked_at(item))
    assert question in lines[0]
    assert lines[-1] == f"Grace Hopper, nobody {SINCE}"


def test_comment_names_whom_the_tracker_does_not_show_without_mentioning_them() -> None:
    """Somebody of whom only the policy knows is named; who shows on the item is mentioned."""
    ladder = asked(ladder=(Rung(0 * DAY, "mandate"),))
    unseen = looked_at(quiet_item("operational"), by=ladder)
    assert (said(unseen)[0][:8], mentioned(unseen)) == ("Zoe Zone", [])
    zoe = Person("u-zoe", "Zoe Zone", "zoe@acme.test")
    shown = quiet_item("operational", comments=(comment("hm", zoe, at=NOW - 9 * DAY),))
    assert mentioned(looked_at(shown, by=ladder)) == [zoe]


def test_ladder_that_shrank_does_no_harm() -> None:
    """What was told by a rung that is no more stands."""
    known = looked_at(quiet_item("operational"), memory(told=())).memory
    far = replace(known, told=(*known.told, Told(5, NOW, LINUS)))
    decision = looked_at(quiet_item("operational"), far, by=asked(ladder=LADDER[:1]))
    assert (told(decision), decision.look_again_at) == ([GRACE, LINUS], None)
    assert said(decision)[0].startswith("Linus Duty, nobody has done")


# --- what ends it ---


def test_activity_ends_it_and_the_next_silence_begins_anew() -> None:
    """The finding goes, the comment shrinks, and the ladder starts with the owner again."""
    first = looked_at(quiet_item("operational"))
    edited = replace(quiet_item("operational"), heard=(done(-1),), updated_at=NOW + DAY)
    alive = looked_at(edited, first.memory, days=1)
    assert (found(alive), alive.notices, told(alive)) == ([], (), [])
    assert alive.look_again_at == NOW + 8 * DAY
    again = looked_at(edited, alive.memory, days=8)
    assert told(again) == [GRACE]
    assert again.notices[0].purpose == "stale:2026-11-03T09:00:00+00:00:1"


@pytest.mark.parametrize("by", [GRACE, LINUS])
def test_acknowledgement_ends_it(by: Person) -> None:
    """Whoever types it is on it, and the clock starts anew."""
    first = looked_at(quiet_item("operational"))
    typed = quiet_item("operational", comments=(comment("/ack", by, at=NOW + HOUR),))
    decision = looked_at(typed, first.memory, days=1)
    assert (found(decision), said(decision)) == ([], [])
    assert decision.quiet is not None
    assert decision.quiet.last.by == by
    assert decision.quiet.stale_at == NOW + HOUR + 7 * DAY


def test_machines_acknowledgement_ends_nothing() -> None:
    """A bot is never on it."""
    typed = quiet_item("operational", comments=(comment("/ack", APP),))
    assert found(looked_at(typed)) == ["stale.quiet"]


# --- why ---


def test_reasons_say_why_an_item_is_not_stale() -> None:
    """How long it has been quiet, what the clock rests on, and what happened since that does not count."""
    item = quiet_item(
        "operational",
        comments=(comment("on it", GRACE, at=NOW - 3.5 * DAY),),
        heard=(done(2, None, K.EDIT, ours=True), done(1, CODEBOT, K.STATE)),
    )
    verdict = verdict_of(looked_at(item))
    assert verdict.verdict == "alive"
    assert verdict.because == (
        "quiet for 3 of 7 days; the clock rests on Grace Hopper's comment of Thursday 2026-10-29; "
        "our own edit of Saturday 2026-10-31 does not count, because it is our own doing; "
        "Codebot Account's change of state of Sunday 2026-11-01 does not count, because the policy says that "
        "Codebot Account is a bot"
    )
    assert verdict.changes_when == "nobody does anything about it until Thursday 2026-11-05, 21:00"
    assert verdict.inputs == {
        "window": "7d",
        "last activity": "Grace Hopper's comment of Thursday 2026-10-29, 2026-10-29T21:00:00+00:00, "
        "https://tracker.test/ENG-1",
        "stale at": "2026-11-05T21:00:00+00:00",
        "history read": "2026-11-02T09:00:00+00:00",
        "rungs climbed": "0",
    }


def test_reasons_say_who_was_told() -> None:
    """The verdict of a stale item is its finding with who was told when."""
    verdict = verdict_of(looked_at(quiet_item("operational")))
    assert verdict.verdict == "stale"
    assert verdict.because.endswith("(https://tracker.test/ENG-1). Grace Hopper was told on Monday 2026-11-02.")


def test_window_of_hours_is_told_in_hours() -> None:
    """Where a window is no whole number of days the figures are as precise as it is."""
    hours = asked(operational=replace(ASKED.stale.operational, default=36 * HOUR))
    item = quiet_item("operational", days=0.25)
    assert verdict_of(looked_at(item, by=hours)).because.startswith("quiet for 6h of 1d12h;")


def test_silence_without_a_name_is_told_too() -> None:
    """A pull request that nobody linked is a machine's."""
    item = quiet_item("operational", heard=(done(8, None, K.PULL_REQUEST),))
    assert "a machine's pull request of Sunday 2026-10-25" in looked_at(item).findings[0].sentence
