"""An operational item goes onto its route's board, to whoever is on call, with a due date."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.core.change import Assign, MoveToBoard, SetDue
from app.core.mandates import midnight_after
from app.core.memory import Memory, OurComment, Wrote
from app.core.person import Person
from app.core.policy import ByUrgency, Messages, Route
from app.core.snapshot import BoardFact, OnCallFact, Snapshot
from tests.builders import (
    ADA,
    APP,
    CODEBOT,
    DAY,
    DEFAULT,
    HOUR,
    LEFT,
    LINUS,
    NOW,
    PAYMENTS,
    RELAY,
    classes,
    decided,
    facts,
    found,
    in_jira,
    memory,
    policy,
    snapshot,
)
from tests.core.tracker import World, again, run

STANDS = BoardFact(here=True)


def operational(*labels: str, **fields: object) -> Snapshot:
    """Return an operational item that stands nowhere yet."""
    return snapshot("operational", *labels, **{"facts": facts(), **fields})


# --- the board ---


def test_goes_to_its_route_whole() -> None:
    """The item is moved to the board, given to whoever is on call, and gets a due date, with nothing to read."""
    decision = decided(operational())
    assert decision.wanted == (
        MoveToBoard("everything else", {}),
        Assign(LINUS),
        SetDue(date(2026, 12, 2)),
    )
    assert isinstance(decision.wanted[0], MoveToBoard)
    assert decision.wanted[0].target == {"team": "OPS"}
    assert (decision.route, found(decision), decision.comment) == ("everything else", [], None)


@pytest.mark.parametrize("board", [None, STANDS], ids=["not asked about", "stands there"])
def test_is_not_moved_without_need(board: BoardFact | None) -> None:
    """An item that stands on the board, or of which nobody knows where it stands, is not moved."""
    wanted = decided(operational(facts=facts(board=board))).wanted
    assert not [change for change in wanted if isinstance(change, MoveToBoard)]


def test_hidden_item_is_told_about_and_not_moved_again() -> None:
    """What is on the board's fields and does not show there is said with the failing condition; nothing is tried."""
    hidden = replace(STANDS, hidden_because="its status has no column")
    decision = decided(operational(facts=facts(board=hidden), assignee=ADA, due=date(2026, 12, 1)))
    assert found(decision) == ["board.not_visible"]
    assert decision.wanted == ()
    sentence = "It is meant for the board of route everything else but does not show there: its status has no column."
    assert decision.findings[0].sentence == sentence
    assert decision.comment is not None
    assert decision.comment.plain().startswith(sentence)
    assert "Rule: routes in" in decision.comment.plain()


def test_condition_of_a_board_that_it_is_not_on_does_not_matter() -> None:
    """Before the item stands on the board nothing is said about how it would show."""
    assert found(decided(operational(facts=facts(board=BoardFact(here=False, hidden_because="no sprint"))))) == []


# --- whoever is on call ---


@pytest.mark.parametrize("assignee", [None, APP, CODEBOT], ids=["nobody", "an app", "a bot of the policy"])
def test_is_given_to_whoever_is_on_call_where_no_person_holds_it(assignee: Person | None) -> None:
    """Nobody, an app and a bot do not hold an item."""
    assert Assign(LINUS) in decided(operational(assignee=assignee)).wanted


@pytest.mark.parametrize("assignee", [ADA, LEFT, RELAY], ids=["a person", "a person who left", "a relay"])
def test_is_never_taken_from_a_person(assignee: Person) -> None:
    """Whoever holds the item keeps it, also when their account is deactivated."""
    assert Assign(LINUS) not in decided(operational(assignee=assignee)).wanted


def test_hand_over_changes_nothing() -> None:
    """An item that we gave to somebody stays with them when the next shift begins."""
    later = operational(assignee=LINUS, facts=facts(board=STANDS, on_call=OnCallFact(ADA, ADA.name)))
    assert decided(later, memory(wrote=Wrote(assignee=LINUS.id, due=date(2026, 12, 2)))).wanted == ()


@pytest.mark.parametrize(
    ("fact", "finding", "sentence"),
    [
        pytest.param(OnCallFact(), "on_call.nobody", "Nobody is on call for platform.", id="nobody"),
        pytest.param(
            OnCallFact(tried=("static: nobody", "linear: not set up here")),
            "on_call.nobody",
            "Nobody is on call for platform. (static: nobody; linear: not set up here)",
            id="nobody, and what was tried",
        ),
        pytest.param(
            OnCallFact(None, "Zoe Zone"),
            "on_call.unknown_person",
            "Zoe Zone is on call for platform, but cannot be given items here.",
            id="unknown to the tracker",
        ),
        pytest.param(
            OnCallFact(CODEBOT, CODEBOT.name),
            "on_call.unknown_person",
            "Codebot Account is on call for platform, but cannot be given items here.",
            id="a bot",
        ),
        pytest.param(
            OnCallFact(LEFT, LEFT.name),
            "on_call.unknown_person",
            "Leo Left is on call for platform, but cannot be given items here.",
            id="deactivated",
        ),
    ],
)
def test_board_and_due_date_are_set_though_nobody_can_take_it(fact: OnCallFact, finding: str, sentence: str) -> None:
    """Where nobody can be given the item it is moved and dated all the same, a person is asked, and it is retried."""
    decision = decided(operational(facts=facts(on_call=fact)))
    assert found(decision) == [finding]
    assert decision.findings[0].sentence == sentence
    assert [type(change) for change in decision.wanted] == [MoveToBoard, SetDue]
    assert decision.look_again_at == NOW + HOUR
    assert decision.comment is not None
    assert "Please take the item" in decision.comment.plain()
    assert "static" not in decision.comment.plain()


@pytest.mark.parametrize(
    ("ours", "said"),
    [
        pytest.param(None, None, id="no comment for what passes by itself"),
        pytest.param(OurComment("c-1", "old"), "Who is on call for platform could not be found out yet.", id="in ours"),
    ],
)
def test_a_rota_without_an_answer_is_asked_again_soon(ours: OurComment | None, said: str | None) -> None:
    """Board and due date are set; it is not called nobody, and a comment that stands does not say that all is well."""
    fact = OnCallFact(tried=("linear: Linear answered 503",), unanswered=True)
    decision = decided(operational(facts=facts(on_call=fact)), memory(comment=ours))
    assert [finding.sentence for finding in decision.findings] == [
        "Who is on call for platform could not be found out yet (linear: Linear answered 503)."
    ]
    assert [type(change) for change in decision.wanted] == [MoveToBoard, SetDue]
    assert decision.look_again_at == NOW + timedelta(seconds=30)
    words = decision.comment.plain() if decision.comment else None
    assert words is None if said is None else words is not None and said in words


def test_next_shift_takes_what_nobody_could() -> None:
    """An hour after nobody was on call the item goes to whoever is by then, and the question is closed."""
    world = World(operational(), policy(), rota=OnCallFact())
    first = run(world, Memory(), NOW)
    second = run(replace(first.world, rota=OnCallFact(ADA, ADA.name)), first.memory, NOW + HOUR)
    assert second.writes[0] == Assign(ADA)
    assert second.world.item.comments[-1].body == "Nothing is open here any more; the item is as the policy wants it."


def test_route_without_a_rota_gives_it_to_nobody() -> None:
    """A route that names no rota moves and dates the item, and nobody is missed."""
    item = operational(facts=facts(on_call=None))
    decision = decided(item, asked=policy(routes=(replace(DEFAULT, on_call=None),)))
    assert [type(change) for change in decision.wanted] == [MoveToBoard, SetDue]
    assert found(decision) == []


# --- the due date ---

BOTH = ByUrgency(default=30 * DAY, urgent=7 * DAY)


@pytest.mark.parametrize(
    ("spans", "fields", "day"),
    [
        pytest.param(BOTH, {}, date(2026, 12, 2), id="from its creation"),
        pytest.param(BOTH, {"created_at": NOW - 10 * DAY}, date(2026, 11, 22), id="from its creation some time ago"),
        pytest.param(BOTH, {"created_at": NOW - 30 * DAY}, date(2026, 11, 2), id="due today"),
        pytest.param(BOTH, {"created_at": NOW - 31 * DAY}, date(2026, 12, 2), id="from now when that has passed"),
        pytest.param(BOTH, {"priority": "Urgent"}, date(2026, 11, 9), id="urgent by its priority"),
        pytest.param(BOTH, {"priority": "URGENT"}, date(2026, 11, 9), id="priorities compare without case"),
        pytest.param(BOTH, {"priority": "High"}, date(2026, 12, 2), id="not urgent"),
        pytest.param(
            BOTH, {"labels": ("post-mortem", "operational", "Sev1")}, date(2026, 11, 9), id="urgent by a label"
        ),
        pytest.param(ByUrgency(default=DAY), {"priority": "Urgent"}, date(2026, 11, 3), id="urgent without its own"),
        pytest.param(ByUrgency(urgent=DAY), {"priority": "Urgent"}, date(2026, 11, 3), id="only urgent ones"),
        pytest.param(
            ByUrgency(30 * DAY, timedelta(0)), {"priority": "Urgent"}, date(2026, 11, 2), id="urgent ones at once"
        ),
        pytest.param(ByUrgency(urgent=DAY), {}, None, id="only urgent ones, and it is not"),
        pytest.param(ByUrgency(), {}, None, id="not asked for"),
        pytest.param(BOTH, {"due": date(2027, 1, 1)}, None, id="it has one"),
        pytest.param(BOTH, {"due": date(2020, 1, 1)}, None, id="it has one that has passed"),
        pytest.param(BOTH, {"created_at": datetime(9999, 12, 30, tzinfo=UTC)}, date(9999, 12, 31), id="end of time"),
    ],
)
def test_due_date(spans: ByUrgency, fields: dict[str, object], day: date | None) -> None:
    """An item without a due date gets one by its urgency, counted from its creation."""
    wanted = decided(operational(**fields), asked=policy(classes=classes(due=spans))).wanted
    assert [change.day for change in wanted if isinstance(change, SetDue)] == ([day] if day else [])


@pytest.mark.parametrize(
    ("zone", "hour", "age", "day"),
    [
        pytest.param("Pacific/Auckland", 12, DAY, date(2026, 11, 3), id="it is the next day in the east"),
        pytest.param("Pacific/Auckland", 12, 26 * HOUR, date(2026, 11, 4), id="over in the east: from now"),
        pytest.param("Pacific/Honolulu", 9, DAY, date(2026, 11, 1), id="it is the day before in the west"),
        pytest.param("Pacific/Honolulu", 9, 46 * HOUR, date(2026, 11, 1), id="not over yet in the west"),
    ],
)
def test_due_date_goes_by_the_days_of_the_policy(zone: str, hour: int, age: timedelta, day: date) -> None:
    """No item is overdue on the day that it gets its date, wherever the policy lives; it is looked at when it ends."""
    asked = policy(classes=classes(due=ByUrgency(default=DAY)), messages=Messages(timezone=zone))
    now = datetime(2026, 11, 2, hour, tzinfo=UTC)
    first = decided(operational(created_at=now - age), asked=asked, now=now)
    assert SetDue(day) in first.wanted
    assert first.look_again_at == midnight_after(day, asked)


def test_due_date_is_set_only_once() -> None:
    """A person who clears the due date that we set wins."""
    assert not [
        c for c in decided(operational(), memory(wrote=Wrote(due=date(2026, 12, 2)))).wanted if type(c) is SetDue
    ]


def test_late_due_date_does_not_move_from_day_to_day() -> None:
    """A due date that was reckoned from now stays the same while it waits to be written, and then begins anew."""
    item = operational(created_at=NOW - 90 * DAY)
    first = decided(item, Memory())
    assert first.memory.wished_due == date(2026, 12, 2)
    assert first.look_again_at == datetime(2026, 12, 3, tzinfo=UTC)
    for days, day in ((1, date(2026, 12, 2)), (30, date(2026, 12, 2)), (31, date(2027, 1, 2))):
        assert SetDue(day) in decided(item, first.memory, now=NOW + days * DAY).wanted


def test_wish_for_a_due_date_is_forgotten_once_it_has_one() -> None:
    """What was reckoned for an item is of no use once the item has a due date."""
    assert decided(operational(due=date(2027, 1, 1)), memory(wished_due=date(2026, 12, 2))).memory.wished_due is None


# --- no route ---


@pytest.mark.parametrize(
    ("routes", "item", "sentence"),
    [
        pytest.param((), operational(), "It is operational, but no route fits it.", id="no routes at all"),
        pytest.param((PAYMENTS,), operational(), "It is operational, but no route fits it.", id="none fits"),
        pytest.param(
            (DEFAULT,),
            in_jira("operational"),
            "It is operational, but route everything else names no board here.",
            id="no board in this tracker",
        ),
    ],
)
def test_item_without_a_board_to_go_to_is_told_about(routes: tuple[Route, ...], item: Snapshot, sentence: str) -> None:
    """Where no route leads anywhere the item is left as it is, and whoever keeps the policy can read what lacks."""
    decision = decided(item, asked=policy(routes=routes))
    assert found(decision) == ["route.none"]
    assert decision.findings[0].sentence == sentence
    assert decision.wanted == ()
    assert decision.comment is not None
    assert decision.comment.plain().startswith(f"{sentence} Whoever keeps the policy can add one under routes.")


# --- the verdict, for `why` ---


@pytest.mark.parametrize(
    ("item", "verdict", "because"),
    [
        pytest.param(operational(), "to do", "route everything else is the first whose conditions hold", id="to do"),
        pytest.param(
            operational(facts=facts(board=STANDS), assignee=ADA, due=date(2026, 12, 1)),
            "as it should be",
            "route everything else is the first whose conditions hold",
            id="done",
        ),
        pytest.param(snapshot(), "not routed", "an item without a class goes nowhere", id="without a class"),
    ],
)
def test_verdict_says_why(item: Snapshot, verdict: str, because: str) -> None:
    """The rule explains where the item goes, also where it goes nowhere."""
    said = decided(item).verdicts[2]
    assert (said.rule, said.verdict, said.because) == ("routing", verdict, because)


def test_verdict_shows_what_it_rests_on() -> None:
    """The reasons show the route, the class, the team and who holds the item."""
    said = decided(operational(assignee=ADA)).verdicts[2]
    assert said.inputs == {
        "route": "everything else",
        "class": "operational",
        "team": "ENG",
        "assignee": "Ada Admin",
    }
    bare = decided(in_jira("operational", team=None), asked=policy(routes=())).verdicts[2]
    assert bare.inputs == {"route": "none", "class": "operational", "team": ""}


def test_second_run_is_silent() -> None:
    """Once the item is where it belongs, looking again plans nothing."""
    ran = run(World(operational(), policy(), rota=OnCallFact(LINUS, LINUS.name)), Memory(), NOW)
    assert (ran.world.item.team, ran.world.item.assignee) == ("OPS", LINUS)
    assert ran.memory.wrote == Wrote(board="everything else", assignee="u-linus", due=date(2026, 12, 2))
    decision, planned = again(ran, NOW + timedelta(days=90))
    assert (planned.changes, decision.look_again_at) == ((), None)
