"""What the tracker refuses is left alone for an hour, and told."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from app.core.change import AddLabel, Assign, Change, LinkToEpic, MoveToBoard, RemoveLabel, Say, SetDue
from app.core.memory import Chosen, Memory, OurComment, Refusal
from app.core.plan import plan
from app.core.refusals import key_of, refusal_of
from app.core.snapshot import OnCallFact, Standing
from app.core.text import Text
from tests.builders import (
    ADA,
    GRACE,
    HOUR,
    LINUS,
    MARK,
    MINUTE,
    NOW,
    PLATFORM,
    comment,
    decided,
    facts,
    found,
    in_jira,
    memory,
    policy,
    snapshot,
)
from tests.core.tracker import World, again, edited, run

MOMENT = timedelta(microseconds=1)
ON_CALL = OnCallFact(LINUS, LINUS.name)
WHY = "The tracker does not let us"


def world_of(*refuses: str, answers: bool = True, **fields: Any) -> World:
    """Return an operational item in a tracker that refuses these changes."""
    item = replace(snapshot("operational"), **fields)
    return World(item, policy(), rota=ON_CALL, refuses=frozenset(refuses), answers=answers)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        pytest.param(AddLabel("a"), "add_label:a", id="label"),
        pytest.param(RemoveLabel("a"), "remove_label:a", id="label off"),
        pytest.param(MoveToBoard("r", {}), "move_to_board:r", id="board"),
        pytest.param(LinkToEpic("r", PLATFORM), "link_to_epic:r", id="epic"),
        pytest.param(Assign(LINUS), "assign:u-linus", id="person"),
        pytest.param(SetDue(date(2026, 1, 1)), "set_due:", id="due date"),
        pytest.param(Say(Text(())), "say:", id="comment"),
    ],
)
def test_refusal_is_of_one_value(change: Change, key: str) -> None:
    """A refusal is kept by the change and its value, so that another value is tried."""
    assert key_of(change) == key
    held = memory(refused={key: Refusal(NOW, "no")})
    assert refusal_of(change, held, NOW) == Refusal(NOW, "no")
    assert refusal_of(change, memory(refused={key + "x": Refusal(NOW, "no")}), NOW) is None


@pytest.mark.parametrize(
    ("age", "held"), [(timedelta(0), True), (HOUR - MOMENT, True), (HOUR, False), (2 * HOUR, False)]
)
def test_refused_change_is_left_alone_for_an_hour(age: timedelta, *, held: bool) -> None:
    """Within an hour the refused change is held back, told, and its next try named; then it is tried."""
    known = memory(refused={"assign:u-linus": Refusal(NOW - age, "the screen lacks it.")})
    decision = decided(snapshot("operational", facts=facts(), due=date(2027, 1, 1)), known)
    planned = plan(decision, NOW)
    assert (Assign(LINUS) not in planned.changes) == held
    assert planned.held == ({"assign Linus Duty": "the screen lacks it."} if held else {})
    assert found(decision) == (["write.refused"] if held else [])
    assert decision.look_again_at == (NOW - age + HOUR if held else None)
    if held:
        assert decision.findings[0].sentence == f"{WHY} assign Linus Duty: the screen lacks it."
        assert decision.comment is not None
        assert decision.comment.plain().startswith(f"{WHY} assign Linus Duty: the screen lacks it.")
        assert "Rule: watch in" in decision.comment.plain()


def test_several_refusals_are_told_in_one_sentence() -> None:
    """Several refused changes make one finding; the first of them to be tried again names the moment."""
    known = memory(
        refused={
            "assign:u-linus": Refusal(NOW - 2 * MINUTE, "nobody may."),
            "move_to_board:everything else": Refusal(NOW - MINUTE, "no such team"),
        }
    )
    decision = decided(snapshot("operational", facts=facts(), due=date(2027, 1, 1)), known)
    sentence = f"{WHY} move to the board of route everything else: no such team; assign Linus Duty: nobody may."
    assert [finding.sentence for finding in decision.findings] == [sentence]
    assert decision.look_again_at == NOW - 2 * MINUTE + HOUR


@pytest.mark.parametrize("answers", [True, False], ids=["seen at once", "seen at the next look"])
def test_refusal_is_told_in_the_same_run(*, answers: bool) -> None:
    """What the tracker refuses is written in the living comment at once, and the rest is done all the same."""
    ran = run(world_of("assign", answers=answers), Memory(), NOW)
    assert [type(change) for change in ran.writes] == [MoveToBoard, SetDue, Say]
    assert ran.world.item.comments[-1].body.startswith(f"{WHY} assign Linus Duty")
    assert ran.memory.refused == {"assign:u-linus": Refusal(NOW, "the screen lacks it")}
    assert again(ran, NOW + HOUR - MOMENT)[1].changes == ()


def test_mended_refusal_ends_by_itself() -> None:
    """After an hour the change is tried; once it is taken the sentence goes, and nothing is remembered of it."""
    first = run(world_of("assign"), Memory(), NOW)
    second = run(replace(first.world, refuses=frozenset()), first.memory, NOW + HOUR)
    assert second.writes[0] == Assign(LINUS)
    assert second.memory.refused == {}
    assert second.world.item.comments[-1].body.startswith("Nothing is open")


def test_refusal_that_holds_is_not_told_anew() -> None:
    """A change that is refused again an hour later is held for another hour, and the comment stays as it is."""
    first = run(world_of("assign"), Memory(), NOW)
    second = run(first.world, first.memory, NOW + HOUR)
    assert second.writes == ()
    assert second.memory.refused == {"assign:u-linus": Refusal(NOW + HOUR, "the screen lacks it")}
    assert second.decision.look_again_at == NOW + 2 * HOUR


def test_refusal_of_one_person_lets_the_next_be_tried() -> None:
    """Who cannot be given the item does not stand in the way of the next shift, and is forgotten when it is old."""
    first = run(world_of("assign"), Memory(), NOW)
    world = replace(first.world, refuses=frozenset(), rota=OnCallFact(GRACE, GRACE.name))
    second = run(world, first.memory, NOW + MINUTE)
    assert Assign(GRACE) in second.writes
    assert list(second.memory.refused) == ["assign:u-linus"]
    third = run(second.world, second.memory, NOW + HOUR)
    assert third.memory.refused == {}


@pytest.mark.parametrize(("body", "tried"), [("/check", True), ("/operational", True), ("/why", False)])
def test_person_who_mended_it_need_not_wait(body: str, *, tried: bool) -> None:
    """A command that calls for writing tries again at once what was refused."""
    first = run(world_of("assign"), Memory(), NOW)
    typed = comment(body, ADA, at=NOW + MINUTE)
    world = edited(replace(first.world, refuses=frozenset()), comments=(*first.world.item.comments, typed))
    assert (Assign(LINUS) in run(world, first.memory, NOW + 2 * MINUTE).writes) == tried


# --- words ---


def test_refused_comment_is_left_alone_for_an_hour() -> None:
    """Where we may not comment it is not tried at every look, the record tells, and it is tried again in an hour."""
    first = run(replace(world_of("say"), item=snapshot()), memory(), NOW)
    assert [type(change) for change in first.writes] == [AddLabel]
    decision, planned = again(first, NOW + MINUTE)
    assert (planned.changes, planned.held) == ((), {"comment": "the screen lacks it"})
    assert decision.look_again_at == NOW + HOUR
    assert "write.refused" not in found(decision)
    second = run(replace(first.world, refuses=frozenset()), first.memory, NOW + HOUR)
    assert [type(change) for change in second.writes] == [Say]


def test_refused_farewell_is_tried_again() -> None:
    """Also on a closed item what is refused is tried again after its hour."""
    known = memory(comment=OurComment("ours-1", "x"), refused={"say:": Refusal(NOW - MINUTE, "no")})
    decision = decided(snapshot(standing=Standing.DONE), known)
    assert decision.look_again_at == NOW + HOUR - MINUTE
    assert plan(decision, NOW).changes == ()
    marked = decided(
        snapshot(MARK, standing=Standing.DONE), memory(refused={f"remove_label:{MARK}": Refusal(NOW, "no")})
    )
    assert marked.look_again_at == NOW + HOUR


# --- labels: what a person said is not lost ---


def test_typed_class_is_kept_while_its_label_is_refused() -> None:
    """A class that a person typed holds though the tracker has no such label: the item is routed, and it is told."""
    item = snapshot(MARK, comments=(comment("/operational", ADA),))
    first = run(world_of("add_label", **vars_of(item)), Memory(), NOW)
    assert (first.decision.item_class, first.decision.route) == ("operational", "everything else")
    assert MARK not in first.world.item.labels
    assert first.world.item.assignee == LINUS
    assert found(first.decision) == ["write.refused"]
    assert first.memory.chosen is not None
    assert first.decision.verdicts[0].because == "Ada Admin typed /operational"
    second = run(replace(first.world, refuses=frozenset()), first.memory, NOW + HOUR)
    assert second.writes[0] == AddLabel("operational")
    assert second.memory.chosen is None


def vars_of(item: object) -> dict[str, Any]:
    """Return the fields in which an item is not like the one of `world_of`."""
    return {name: getattr(item, name) for name in ("labels", "comments")}


def test_class_label_set_by_hand_wins_over_a_typed_one() -> None:
    """A person who sets the other class's label after the typed one was refused is followed."""
    item = snapshot(comments=(comment("/operational", ADA),))
    first = run(world_of("add_label", **vars_of(item)), Memory(), NOW)
    world = edited(first.world, labels=("post-mortem", "strategic"))
    second = run(world, first.memory, NOW + MINUTE)
    assert second.decision.item_class == "strategic"
    assert "strategic" in second.world.item.labels
    assert second.memory.chosen is None


def test_spelling_that_cannot_be_replaced_does_not_cost_the_class() -> None:
    """Where the wrong spelling could be taken off but the right one not be set, the class holds and it is told."""
    ran = run(replace(world_of("add_label"), item=in_jira("Operational")), Memory(), NOW)
    assert ran.world.item.labels == ("post-mortem",)
    assert ran.memory.chosen == Chosen(ran.decision.item_class, "", ran.decision.item_class)
    assert ran.decision.item_class == "operational"
    assert ran.decision.verdicts[0].because == "another spelling of its label said so"
    assert "write.refused" in found(ran.decision)


def test_mark_that_cannot_be_set_is_told_beside_the_question() -> None:
    """The question is asked though the mark is refused."""
    ran = run(replace(world_of("add_label"), item=snapshot()), memory(), NOW)
    assert found(ran.decision) == ["class.missing", "write.refused"]
    assert ran.memory.chosen is None
