"""The living comment: one at most, the same words only once, and one line when nothing is open."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.core import commands
from app.core.change import Say
from app.core.decide import RULES
from app.core.decision import Decision, Finding
from app.core.item_class import ItemClass
from app.core.memory import Memory, OurComment, Reply
from app.core.person import Person
from app.core.plan import Plan, plan
from app.core.snapshot import Comment, OnCallFact, Snapshot, Standing
from app.core.text import Block, Code, Link, Mention, Text, bullet, paragraph
from app.core.voice import comment as voiced
from app.core.voice import digest, is_closing, settled, situation, stood_down
from tests.builders import (
    ADA,
    DAY,
    GRACE,
    HOUR,
    LEFT,
    LINUS,
    MARK,
    MINUTE,
    NOW,
    PLATFORM,
    RELIABILITY,
    comment,
    decided,
    facts,
    memory,
    policy,
    snapshot,
)
from tests.core.tracker import Ran, World, again, edited, open_words, run

ON_CALL = OnCallFact(LINUS, LINUS.name)
CLOSING = "Nothing is open here any more; the item is as the policy wants it."
KNOWN = "These are: " + ", ".join(f"/{word}" for word in commands.KNOWN) + "."


def world_of(item: Snapshot) -> World:
    """Return a world in which Linus is on call and every epic exists."""
    return World(item, policy(), epics={PLATFORM.id: PLATFORM, RELIABILITY.id: RELIABILITY}, rota=ON_CALL)


def typed(ran: Ran, body: str, now: Any, by: Person = ADA) -> World:
    """Return the world after a person commented."""
    more = comment(body, by, id=f"c-{now.isoformat()}", at=now)
    return edited(ran.world, comments=(*ran.world.item.comments, more))


def spoken(ran: Ran) -> list[Say]:
    """Return what was said in a run."""
    return [change for change in ran.writes if isinstance(change, Say)]


def ours(ran: Ran) -> list[Comment]:
    """Return our comments on the item."""
    return [one for one in ran.world.item.comments if one.ours]


ASKED = run(world_of(snapshot()), memory(), NOW)
"""An unclassified item after its question was asked."""

# --- when there is one ---


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(snapshot(), id="in its grace"),
        pytest.param(snapshot("ops"), id="operational, by an alias"),
        pytest.param(snapshot("strategic"), id="strategic"),
        pytest.param(snapshot("operational", assignee=ADA), id="held by a person"),
    ],
)
def test_clean_routing_makes_no_comment(item: Snapshot) -> None:
    """Where nobody needs to know anything nothing is said."""
    ran = run(world_of(item), Memory(), NOW)
    assert (spoken(ran), ran.memory.comment) == ([], None)


def test_question_is_asked_in_one_comment() -> None:
    """The first question makes the comment, which is remembered with what it says."""
    assert [type(one.by) for one in ours(ASKED)] == [type(None)]
    assert ASKED.memory.comment is not None
    assert ASKED.decision.comment is not None
    assert ASKED.memory.comment == OurComment("ours-1", digest(ASKED.decision.comment), 1, asks=True)


def test_same_words_are_never_said_twice() -> None:
    """While the situation is the same nothing is written, however often and whenever the item is looked at."""
    for later in (timedelta(0), MINUTE, DAY, 400 * DAY):
        assert run(ASKED.world, ASKED.memory, NOW + later).writes == ()


def test_new_situation_edits_the_comment_in_place() -> None:
    """Another question takes the place of the first in the same comment."""
    both = edited(ASKED.world, labels=("post-mortem", "operational", "strategic", MARK))
    ran = run(both, ASKED.memory, NOW + HOUR)
    assert [(one.comment_id, one.number) for one in spoken(ran)] == [("ours-1", 1)]
    assert "carries both class labels" in open_words(ran)
    assert len(ours(ran)) == 1


def test_comment_shrinks_to_one_line_when_nothing_is_open() -> None:
    """Once the class is known one line stays, and it asks nothing."""
    ran = run(edited(ASKED.world, labels=("post-mortem", "operational", MARK)), ASKED.memory, NOW + HOUR)
    assert [one.body for one in ours(ran)] == [CLOSING]
    assert ran.memory.comment is not None
    assert not ran.memory.comment.asks
    assert run(ran.world, ran.memory, NOW + DAY).writes == ()


def test_words_come_last_in_a_plan() -> None:
    """A plan writes first and speaks then, and can be taken apart."""
    decision = decided(snapshot(assignee=LEFT))
    planned = plan(decision, NOW)
    assert isinstance(planned.changes[-1], Say)
    assert planned.words == planned.changes[-1:]
    assert planned.silent().changes == planned.changes[:-1]
    assert Plan().words == ()


@pytest.mark.parametrize(
    ("item", "asks"),
    [
        pytest.param(snapshot(), True, id="class missing"),
        pytest.param(snapshot("operational", "strategic"), True, id="both classes"),
        pytest.param(snapshot("operational", estimate=13, facts=facts(board=None)), True, id="too large"),
        pytest.param(snapshot("operational", assignee=LEFT, facts=facts(board=None)), True, id="owner inactive"),
        pytest.param(snapshot("operational", team=None, facts=facts(on_call=OnCallFact())), False, id="nobody on call"),
    ],
)
def test_question_is_known_as_one(item: Snapshot, *, asks: bool) -> None:
    """A comment that waits for a person's word is remembered as asking."""
    assert decided(item).asks == asks


def test_comment_ends_with_the_rules_it_rests_on() -> None:
    """The last line names the policy's keys, each once, and how to get the reasons."""
    decision = decided(snapshot("operational", assignee=LEFT, estimate=13, facts=facts(board=None)))
    assert decision.comment is not None
    last = decision.comment.blocks[-1]
    assert last.style == "small"
    assert last.spans == ("Rule: size, routes in followthrough.yaml. Type ", Code("/why"), " for the reasons.")


def test_rule_of_which_the_voice_knows_nothing_is_named_by_its_findings() -> None:
    """A new rule needs no change here: its findings name the key of the policy."""
    finding = Finding("stale.quiet", "It is quiet.", "somebody speaks")
    text = voiced([], [finding, finding], memory(), policy(), Reply("x", ("Hello",)))
    assert text is not None
    assert text.plain() == "Hello\nRule: stale in followthrough.yaml. Type /why for the reasons."


@pytest.mark.parametrize(
    ("line", "part"),
    [("/snooze 31d is too long", "stale"), ("/fund decides on a risk", "classes"), ("Who knows?", "watch")],
)
def test_an_answer_alone_names_the_part_of_its_word(line: str, part: str) -> None:
    """Where nothing was found, the comment rests on what the word that was typed rests on."""
    text = voiced([], [], memory(), policy(), Reply("x", (line,)))
    assert text is not None
    assert text.plain() == f"{line}\nRule: {part} in followthrough.yaml. Type /why for the reasons."


# --- somebody deletes it ---


def test_deleted_comment_is_not_repeated() -> None:
    """Who deletes our comment does not get the same words again."""
    bare = edited(ASKED.world, comments=())
    assert run(bare, ASKED.memory, NOW + HOUR).writes == ()


def test_deleted_question_is_not_followed_by_a_closing_line() -> None:
    """An item whose question was deleted and answered gets no comment that says so."""
    answered = edited(ASKED.world, comments=(), labels=("post-mortem", "operational", MARK))
    ran = run(answered, ASKED.memory, NOW + HOUR)
    assert (spoken(ran), ours(ran)) == ([], [])
    assert ran.memory.comment is not None
    assert ran.memory.comment.id == ""
    assert run(ran.world, ran.memory, NOW + DAY).writes == ()


def test_new_situation_is_told_though_the_comment_was_deleted() -> None:
    """What is new is said in a new comment, with the next number, in the same run."""
    both = edited(ASKED.world, comments=(), labels=("post-mortem", "operational", "strategic"))
    ran = run(both, ASKED.memory, NOW + HOUR)
    assert [(one.comment_id, one.number) for one in spoken(ran)] == [(None, 2)]
    assert [one.id for one in ours(ran)] == ["ours-2"]
    assert ran.memory.comment is not None
    assert (ran.memory.comment.id, ran.memory.comment.number) == ("ours-2", 2)


def test_old_words_are_said_again_in_a_new_comment_once_others_came_between() -> None:
    """After another situation the first question is a new one."""
    both = edited(ASKED.world, comments=(), labels=("post-mortem", "operational", "strategic"))
    conflict = run(both, ASKED.memory, NOW + HOUR)
    bare = run(edited(conflict.world, labels=("post-mortem",)), conflict.memory, NOW + 2 * HOUR)
    later = run(bare.world, bare.memory, NOW + DAY)
    assert open_words(later).startswith("Grace Hopper, which of the two")
    assert len(ours(later)) == 1


def test_who_asks_is_answered_though_the_comment_was_deleted() -> None:
    """A person who deleted our comment and then types `/why` once more gets the same answer in a new one."""
    first = run(typed(ASKED, "/why", NOW + MINUTE), ASKED.memory, NOW + MINUTE)
    gone = replace(first, world=edited(first.world, comments=()))
    second = run(typed(gone, "/why", NOW + HOUR), first.memory, NOW + HOUR)
    assert [one.id for one in ours(second)] == ["ours-2"]
    assert ours(second)[0].body == ours(first)[0].body
    assert run(second.world, second.memory, NOW + DAY).writes == ()


# --- answers ---


def test_why_is_answered_with_every_rule() -> None:
    """The reasons come rule by rule, each with what would change it."""
    ran = run(world_of(snapshot("operational", assignee=ADA)), Memory(), NOW)
    asked = run(typed(ran, "/why", NOW + MINUTE), ran.memory, NOW + MINUTE)
    lines = open_words(asked).splitlines()
    assert lines[0] == "The reasons, rule by rule:"
    assert [line.split(":")[0] for line in lines[1:-1]] == [verdict.rule for verdict in asked.decision.verdicts]
    assert len(lines) == len(RULES) + 2
    assert lines[1] == (
        "labels: operational, because it carries the label operational. This changes when another class label is set."
    )


@pytest.mark.parametrize(
    ("change", "stays"),
    [
        pytest.param({}, True, id="nothing"),
        pytest.param({"title": "Another title"}, True, id="the title"),
        pytest.param({"assignee": GRACE}, True, id="another holder"),
        pytest.param({"labels": ("post-mortem", "strategic")}, False, id="the class"),
        pytest.param({"labels": ("post-mortem", "operational", "team/payments")}, False, id="the route"),
        pytest.param({"estimate": 13}, False, id="a new finding"),
    ],
)
def test_reasons_stay_while_the_situation_does(change: dict[str, Any], *, stays: bool) -> None:
    """An answer is kept for as long as class, route and findings are those that it was given for."""
    ran = run(world_of(snapshot("operational", assignee=ADA)), Memory(), NOW)
    asked = run(typed(ran, "/why", NOW + MINUTE), ran.memory, NOW + MINUTE)
    later = run(edited(asked.world, **change), asked.memory, NOW + DAY)
    assert ("The reasons" in open_words(later)) == stays
    assert not stays or later.writes == ()


def test_reasons_in_the_grace_give_way_to_the_question() -> None:
    """Reasons that were given while we waited are not kept when the question comes."""
    ran = run(world_of(snapshot(comments=(comment("/why"),))), Memory(), NOW)
    assert "labels: waiting" in open_words(ran)
    later = run(ran.world, ran.memory, NOW + HOUR)
    assert open_words(later).startswith("Grace Hopper, which of the two")
    assert "The reasons" not in open_words(later)


def test_reasons_survive_what_only_shows_after_the_write() -> None:
    """A condition of the board that fails, found after the move, does not swallow the answer."""
    world = replace(
        world_of(snapshot("operational", comments=(comment("/why", at=NOW),))), hidden="its status is hidden"
    )
    ran = run(world, Memory(first_seen_at=NOW - HOUR), NOW)
    assert "does not show there: its status is hidden" in open_words(ran)
    assert "The reasons, rule by rule:" in open_words(ran)


def test_slip_is_answered_with_what_would_have_been_right() -> None:
    """A near miss is answered beside the question that stands, for as long as that stands."""
    ran = run(typed(ASKED, "/operationl", NOW + MINUTE), ASKED.memory, NOW + MINUTE)
    told = f"/operationl is not a command; did you mean /operational? {KNOWN}"
    assert told in open_words(ran).splitlines()
    assert open_words(ran).startswith("Grace Hopper, which of the two")
    assert run(ran.world, ran.memory, NOW + DAY).writes == ()
    right = run(typed(ran, "/operational", NOW + DAY), ran.memory, NOW + DAY)
    assert ours(right)[-1].body == CLOSING


WHY, SLIP, CHOICE, CHECK = "/why", "/strategc", "/operational", "/check"


@pytest.mark.parametrize(
    ("bodies", "answered"),
    [
        pytest.param((WHY,), "reasons", id="why"),
        pytest.param((SLIP,), "slip", id="a slip"),
        pytest.param((CHECK,), "before", id="check leaves the earlier answer"),
        pytest.param((CHOICE,), "nothing", id="a choice needs no answer"),
        pytest.param((SLIP, WHY), "reasons", id="a slip and then why"),
        pytest.param((WHY, SLIP), "slip", id="why and then a slip"),
        pytest.param((WHY, CHECK), "reasons", id="why and then check"),
        pytest.param((SLIP, CHECK), "slip", id="a slip and then check"),
        pytest.param((SLIP, CHOICE), "nothing", id="a slip put right"),
        pytest.param((WHY, CHOICE), "reasons", id="why and then a choice"),
        pytest.param((CHOICE, SLIP), "slip", id="a choice and then a slip"),
    ],
)
def test_latest_word_that_wants_an_answer_is_answered(bodies: tuple[str, ...], answered: str) -> None:
    """Of several words in one look the latest is answered; who chose a class is past their slips."""
    comments = tuple(comment(body, id=body, at=NOW - HOUR + i * MINUTE) for i, body in enumerate(bodies))
    before = Reply("operational|everything else", ("An earlier answer",))
    item = snapshot("operational", assignee=ADA, comments=comments)
    decision = decided(item, memory(first_seen_at=NOW - DAY, reply=before))
    assert _answer(decision) == answered


def _answer(decision: Decision) -> str:
    if decision.comment is None:
        return "nothing"
    text = decision.comment.plain()
    found = {"reasons": "The reasons", "slip": "is not a command", "before": "An earlier answer"}
    return next(name for name, words in found.items() if text.startswith(words) or words in text)


def test_situation_is_class_route_and_findings() -> None:
    """The situation is named by the class, the route and what was found before anything was written."""
    found = [Finding(id_, "", "") for id_ in ("size.too_large", "board.not_visible", "write.refused")]
    assert situation(ItemClass.OPERATIONAL, "payments", found) == "operational|payments|size.too_large"
    assert situation(ItemClass.MISSING, None, []) == "missing|"


# --- texts as values ---

SPANS = ("plain, ", Code("/why"), " ", Mention(ADA), " ", Link("here", "https://a.test"))


def test_text_reads_as_plain_lines() -> None:
    """A text can be shown without any markup, a line for each block."""
    assert Text((paragraph(*SPANS), bullet("two"))).plain() == "plain, /why Ada Admin here\ntwo"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(Text((bullet(*SPANS),)), id="another style"),
        pytest.param(Text((paragraph(*SPANS), paragraph())), id="one more block"),
        pytest.param(Text((paragraph("plain ", *SPANS[1:]),)), id="other words"),
        pytest.param(Text((paragraph(SPANS[0], "/why", *SPANS[2:]),)), id="no code"),
        pytest.param(Text((paragraph(*SPANS[:3], Mention(GRACE), *SPANS[4:]),)), id="another person"),
        pytest.param(Text((paragraph(*SPANS[:5], Link("here", "https://b.test")),)), id="another address"),
    ],
)
def test_digest_tells_texts_apart(other: Text) -> None:
    """Another word, person, style or address makes another text."""
    assert digest(other) != digest(Text((paragraph(*SPANS),)))


@pytest.mark.parametrize(
    "person",
    [replace(ADA, name="Ada Married"), replace(ADA, email=None), replace(ADA, active=False), replace(ADA, mention="x")],
)
def test_digest_knows_people_by_their_id(person: Person) -> None:
    """Somebody who changes their name is the same somebody: nothing is said anew for that."""
    assert digest(Text((paragraph(Mention(person)),))) == digest(Text((paragraph(Mention(ADA)),)))
    assert len(digest(Text((paragraph("half a character \ud800"),)))) == 16


def test_closing_lines_close() -> None:
    """A text of small lines only is nobody's news."""
    assert is_closing(settled())
    assert is_closing(stood_down(Standing.DONE))
    assert not is_closing(Text((paragraph("news"), Block(("small",), "small"))))


def test_same_situation_reads_the_same_tomorrow() -> None:
    """Deciding the same item at two times gives the same text."""
    for item in (snapshot(), snapshot("operational", "strategic"), snapshot("operational", assignee=LEFT, estimate=13)):
        ran = run(world_of(item), memory(), NOW)
        tomorrow, _ = again(ran, NOW + DAY)
        assert tomorrow.comment is not None
        assert ran.decision.comment is not None
        assert digest(tomorrow.comment) == digest(ran.decision.comment)
