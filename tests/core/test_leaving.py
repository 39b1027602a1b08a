"""An item that is closed, gone or not watched any more: our marks are taken back and our questions closed."""

from dataclasses import replace

import pytest

from app.core.change import RemoveLabel
from app.core.memory import How, Left, Memory, OurComment, Reply, Wrote
from app.core.plan import plan
from app.core.policy import Watch
from app.core.snapshot import Kind, Snapshot, Standing
from tests.builders import (
    ADA,
    DAY,
    HOUR,
    MARK,
    MINUTE,
    NOW,
    classes,
    comment,
    decided,
    facts,
    found,
    memory,
    policy,
    snapshot,
)
from tests.core.tracker import World, run

ASKED = OurComment("ours-1", "an older text", asks=True)
CLOSED = "The item is closed, so nothing is asked here any more."
UNWATCHED = "The item is not watched any more, so nothing is asked here any more."
UNLABELLED = replace(snapshot(), labels=())


@pytest.mark.parametrize(
    ("item", "how"),
    [
        pytest.param(snapshot(standing=Standing.DONE), "done", id="done"),
        pytest.param(snapshot(standing=Standing.WONT_DO), "wont_do", id="won't do"),
        pytest.param(snapshot(here=False), "vanished", id="deleted"),
        pytest.param(snapshot(here=False, standing=Standing.DONE), "done", id="done and then archived"),
        pytest.param(UNLABELLED, "label_removed", id="label removed"),
        pytest.param(snapshot(kind=Kind.EPIC), "moved", id="made an epic"),
        pytest.param(snapshot(team="WEB"), "moved", id="moved to a team that is not watched"),
    ],
)
def test_how_an_item_left_is_remembered(item: Snapshot, how: How) -> None:
    """The record of how an item left is kept, with the moment at which it was seen."""
    asked = policy(watch=(Watch("linear", "post-mortem", teams=("ENG",)),))
    decision = decided(item, asked=asked)
    assert decision.memory.left == Left(how, NOW)
    assert (decision.findings, decision.route, decision.look_again_at, decision.asks) == ((), None, None, False)
    assert decision.verdicts[0].verdict == "left alone"


@pytest.mark.parametrize("item", [UNLABELLED, snapshot(standing=Standing.DONE), snapshot(here=False)])
def test_ticket_that_never_was_watched_is_not_remembered(item: Snapshot) -> None:
    """A ticket of which we know nothing leaves no trace and is not written to."""
    marked = replace(item, labels=(*item.labels, MARK))
    decision = decided(marked, Memory(comment=None))
    assert (decision.memory, decision.wanted, decision.comment) == (Memory(), (), None)


@pytest.mark.parametrize(
    ("before", "item", "left"),
    [
        pytest.param("done", snapshot(here=False), "done", id="archived after it was done"),
        pytest.param("label_removed", replace(UNLABELLED, standing=Standing.DONE), "label_removed", id="done later"),
        pytest.param("done", snapshot(standing=Standing.WONT_DO), "wont_do", id="closed otherwise"),
        pytest.param("done", snapshot(standing=Standing.DONE), "done", id="still done"),
    ],
)
def test_first_account_of_how_it_left_stays(before: How, item: Snapshot, left: How) -> None:
    """How an item left us is told by what happened first, unless a watched ticket is closed in another way since."""
    known = memory(left=Left(before, NOW - DAY))
    after = decided(item, known).memory.left
    assert after == Left(left, NOW - DAY if left == before else NOW)


def test_item_that_comes_back_is_taken_up_again() -> None:
    """A reopened item is looked at as before, its first sight is the old one, and its grace is a new one."""
    known = decided(snapshot(standing=Standing.DONE), memory(since={"class.missing": NOW - HOUR})).memory
    assert (known.since, known.classless_since) == ({}, None)
    back = decided(snapshot(), known, now=NOW + DAY)
    assert back.memory.left is None
    assert back.memory.first_seen_at == NOW - HOUR
    assert back.look_again_at == NOW + DAY + 10 * MINUTE


@pytest.mark.parametrize(
    ("item", "mine", "taken"),
    [
        pytest.param(snapshot(MARK, standing=Standing.DONE), False, True, id="closed: whoever set it"),
        pytest.param(snapshot(MARK, standing=Standing.WONT_DO), True, True, id="won't do: ours"),
        pytest.param(snapshot("Needs-Class", standing=Standing.DONE), False, True, id="closed: another spelling"),
        pytest.param(snapshot(standing=Standing.DONE), True, False, id="closed: not there"),
        pytest.param(replace(UNLABELLED, labels=(MARK,)), True, True, id="not watched: ours"),
        pytest.param(replace(UNLABELLED, labels=(MARK,)), False, False, id="not watched: somebody else's"),
        pytest.param(snapshot(MARK, here=False), True, False, id="gone: nothing can be written"),
    ],
)
def test_mark_is_taken_back(item: Snapshot, *, mine: bool, taken: bool) -> None:
    """The waiting mark goes from a closed item, and from one that left if we had set it."""
    decision = decided(item, memory(wrote=Wrote(added=(MARK,) if mine else ())))
    marks = [label for label in item.labels if label.casefold() == MARK]
    assert decision.wanted == (tuple(RemoveLabel(label) for label in marks) if taken else ())


def test_no_mark_is_taken_back_where_the_policy_has_none() -> None:
    """Without a waiting mark in the policy nothing is taken off a closed item."""
    decision = decided(snapshot(MARK, standing=Standing.DONE), asked=policy(classes=classes(needs_class=None)))
    assert decision.wanted == ()


def test_class_label_stays_on_a_closed_item() -> None:
    """The class is part of the item's story; it is neither taken off nor tidied."""
    assert decided(snapshot("ops", standing=Standing.DONE)).wanted == ()


@pytest.mark.parametrize(
    ("item", "says"),
    [
        pytest.param(snapshot(standing=Standing.DONE), CLOSED, id="closed"),
        pytest.param(UNLABELLED, UNWATCHED, id="label removed"),
        pytest.param(replace(UNLABELLED, standing=Standing.DONE), CLOSED, id="closed without its label"),
        pytest.param(snapshot(here=False), None, id="gone"),
    ],
)
def test_questions_are_closed_in_one_line(item: Snapshot, says: str | None) -> None:
    """Our comment shrinks to one line that says why nothing is asked any more."""
    decision = decided(item, memory(comment=ASKED))
    assert (decision.comment.plain() if decision.comment else None) == says


@pytest.mark.parametrize("ours", [None, OurComment("", "a text that a person deleted")])
def test_nothing_is_said_where_nothing_was(ours: OurComment | None) -> None:
    """An item that has no comment of ours gets none for leaving."""
    decision = decided(snapshot(standing=Standing.DONE), memory(comment=ours))
    assert decision.comment is None
    assert plan(decision, NOW).changes == ()


def test_answer_to_why_goes_with_the_item() -> None:
    """An answer that was given while the item was open is not kept for when it comes back."""
    known = memory(reply=Reply("operational|everything else", ("The reasons",)))
    assert decided(snapshot(standing=Standing.DONE), known).memory.reply is None


@pytest.mark.parametrize("answers", [True, False], ids=["seen at once", "seen at the next look"])
def test_asked_item_is_closed(*, answers: bool) -> None:
    """From the question to the closed item: both are withdrawn once, and a reopened item is asked anew."""
    world = World(snapshot(), policy(), answers=answers)
    first = run(world, Memory(), NOW)
    asked = run(first.world, first.memory, NOW + HOUR)
    assert MARK in asked.world.item.labels
    closed = run(_as(asked.world, Standing.DONE), asked.memory, NOW + 2 * HOUR)
    assert MARK not in closed.world.item.labels
    assert closed.world.item.comments[-1].body == CLOSED
    assert run(closed.world, closed.memory, NOW + 3 * HOUR).writes == ()
    again = run(_as(closed.world, Standing.OPEN), closed.memory, NOW + 4 * HOUR)
    assert again.world.item.comments[-1].body.startswith("Nothing is open")
    later = run(again.world, again.memory, NOW + 5 * HOUR)
    assert later.world.item.comments[-1].body.startswith("Grace Hopper, which of the two")


def _as(world: World, standing: Standing) -> World:
    return replace(world, item=replace(world.item, standing=standing))


def test_words_typed_on_a_closed_item_count_when_it_is_open_again() -> None:
    """A command on a closed item is not taken in before there is something to do."""
    item = snapshot(standing=Standing.DONE, comments=(comment("/operational", ADA),), facts=facts())
    closed = decided(item)
    assert closed.memory.obeyed == ()
    reopened = decided(replace(item, standing=Standing.OPEN), closed.memory)
    assert (reopened.item_class, found(reopened)) == ("operational", [])


def test_somebody_who_keeps_marking_a_closed_item_is_let_be() -> None:
    """Taking the mark off a closed item ends after as many reversals as the policy allows."""
    world, known, written = World(snapshot(standing=Standing.DONE), policy()), memory(), 0
    for minute in range(9):
        marked = replace(world.item, labels=("post-mortem", MARK))
        ran = run(replace(world, item=marked), known, NOW + minute * MINUTE)
        written += len(ran.writes)
        world, known = ran.world, ran.memory
    assert written == policy().limits.flips
