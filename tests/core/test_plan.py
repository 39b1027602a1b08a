"""A decision becomes what is still to be written, and what came of it is remembered."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.core.change import (
    AddLabel,
    Assign,
    Change,
    LinkToEpic,
    MoveToBoard,
    RemoveLabel,
    Say,
    SetDue,
    describe,
    name_of,
)
from app.core.decision import Decision
from app.core.item_class import ItemClass
from app.core.memory import Chosen, Memory, OurComment, Place, Refusal, Wrote
from app.core.places import place_of
from app.core.plan import Outcome, Plan, on_the_way, plan, remember
from app.core.text import Text, paragraph
from app.core.voice import digest
from tests.builders import ADA, HOUR, LINUS, NOW, PLATFORM, decided, facts, memory, snapshot

TEXT = Text((paragraph("Hello"),))
MOVE, LINK = MoveToBoard("ours", {"team": "OPS"}), LinkToEpic("ours", PLATFORM)


def deciding(*wanted: Change, known: Memory | None = None, text: Text | None = None, **fields: Any) -> Decision:
    """Return a decision that wants these changes."""
    base = replace(decided(snapshot("operational")), wanted=wanted, comment=text, memory=known or Memory())
    return replace(base, **fields)


def remembered(decision: Decision, outcome: Outcome) -> Memory:
    """Return the memory after everything that the decision calls for was tried."""
    return remember(decision, plan(decision, NOW), outcome, snapshot(), NOW)


def test_plan_keeps_the_order_and_drops_doubles() -> None:
    """Changes are planned in the order of the rules, each once."""
    decision = deciding(AddLabel("a"), MOVE, AddLabel("a"), Assign(ADA))
    assert plan(decision, NOW) == Plan((AddLabel("a"), MOVE, Assign(ADA)))


def test_stopped_item_is_only_spoken_to() -> None:
    """After too many reversals every change is held back with its reason, and only words are written."""
    decision = deciding(AddLabel("a"), MOVE, known=memory(stopped_at=NOW), text=TEXT)
    held = {"add the label a": "it was undone too often", "move to the board of route ours": "it was undone too often"}
    assert plan(decision, NOW) == Plan((Say(TEXT),), held)


@pytest.mark.parametrize(
    ("ours", "said"),
    [
        pytest.param(None, Say(TEXT), id="the first comment"),
        pytest.param(OurComment("c", "other"), Say(TEXT, "c", 1), id="an edit"),
        pytest.param(OurComment("c", "other", 3), Say(TEXT, "c", 3), id="an edit of the third"),
        pytest.param(OurComment("c", digest(TEXT)), None, id="it reads so already"),
        pytest.param(OurComment("", "other", 1), Say(TEXT, None, 2), id="a new one after it was deleted"),
        pytest.param(OurComment("", digest(TEXT), 1), None, id="deleted with these words"),
    ],
)
def test_what_is_said(ours: OurComment | None, said: Say | None) -> None:
    """The comment is made once, edited when it should read otherwise, and made anew only for other words."""
    assert plan(deciding(known=memory(comment=ours), text=TEXT), NOW).changes == ((said,) if said else ())
    assert plan(deciding(known=memory(comment=ours)), NOW).changes == ()


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        pytest.param(AddLabel("a"), Wrote(removed=("b", "a")), Wrote(added=("a",), removed=("b",)), id="label added"),
        pytest.param(AddLabel("a"), Wrote(added=("a", "b")), Wrote(added=("b", "a")), id="label added once more"),
        pytest.param(RemoveLabel("a"), Wrote(added=("a",)), Wrote(removed=("a",)), id="label taken off"),
        pytest.param(MOVE, Wrote(board="x"), Wrote(board="ours"), id="moved"),
        pytest.param(LINK, Wrote(), Wrote(epic="e-platform"), id="put under an epic"),
        pytest.param(replace(LINK, relate=True), Wrote(epic="x"), Wrote(epic="x", related="e-platform"), id="related"),
        pytest.param(Assign(LINUS), Wrote(), Wrote(assignee="u-linus"), id="assigned"),
        pytest.param(SetDue(date(2027, 1, 1)), Wrote(), Wrote(due=date(2027, 1, 1)), id="dated"),
    ],
)
def test_what_was_written_is_remembered(change: Change, before: Wrote, after: Wrote) -> None:
    """Each change that was done is remembered, and one that was not is not."""
    decision = deciding(change, known=memory(wrote=before))
    assert remembered(decision, Outcome(done=(change,))).wrote == after
    assert remembered(decision, Outcome()).wrote == before


def test_words_are_no_write_to_remember() -> None:
    """A comment is remembered by itself, not among what was written."""
    known = remembered(deciding(text=TEXT, asks=True), Outcome(done=(Say(TEXT),), comment_id="c"))
    assert known.wrote == Wrote()
    assert known.comment == OurComment("c", digest(TEXT), 1, asks=True)


@pytest.mark.parametrize(
    ("ours", "outcome", "after"),
    [
        pytest.param(None, Outcome(refused={"say": "no"}), None, id="refused: there is none"),
        pytest.param(
            OurComment("c", "x"), Outcome(refused={"say": "no"}), OurComment("c", "x"), id="refused: the old one"
        ),
        pytest.param(
            OurComment("c", "x", 2), Outcome(comment_gone=True), OurComment("", "x", 2), id="gone: with its last words"
        ),
        pytest.param(None, Outcome(comment_gone=True), OurComment("", "", 1), id="gone before we knew of it"),
        pytest.param(OurComment("c", "x", 2), Outcome(comment_id="c"), OurComment("c", digest(TEXT), 2), id="edited"),
    ],
)
def test_comment_is_remembered(ours: OurComment | None, outcome: Outcome, after: OurComment | None) -> None:
    """What became of the comment is known for the next look."""
    assert remembered(deciding(known=memory(comment=ours), text=TEXT, asks=False), outcome).comment == after


def test_comment_stays_in_mind_while_nothing_is_said() -> None:
    """A plan without words leaves what is known of the comment alone."""
    ours = OurComment("c", "x", 2, asks=True)
    assert remembered(deciding(AddLabel("a"), known=memory(comment=ours)), Outcome()).comment == ours


def test_refusals_are_remembered_by_change() -> None:
    """Only what was tried and not done is refused; what was done at last is refused no more."""
    known = memory(
        refused={"add_label:a": Refusal(NOW - HOUR / 2, "old"), "add_label:x": Refusal(NOW - HOUR / 2, "old")}
    )
    decision = deciding(AddLabel("a"), AddLabel("b"), Assign(ADA))
    planned = Plan((AddLabel("a"), AddLabel("b"), Assign(ADA)))
    outcome = Outcome(done=(AddLabel("a"),), refused={"add_label": "no such label"})
    after = remember(replace(decision, memory=known), planned, outcome, snapshot(), NOW)
    assert after.refused == {
        "add_label:x": Refusal(NOW - HOUR / 2, "old"),
        "add_label:b": Refusal(NOW, "no such label"),
    }


@pytest.mark.parametrize(
    ("item_class", "wanted", "done", "kept"),
    [
        pytest.param("operational", ("+a", "-b"), ("+a", "-b"), None, id="all labels written: they say it"),
        pytest.param("operational", ("+a", "-b"), ("-b",), "self", id="only taken off: it is kept in mind"),
        pytest.param("operational", ("+a", "-b"), (), "before", id="none written: as it was"),
        pytest.param("operational", (), (), "before", id="none wanted: as it was"),
        pytest.param("missing", ("+a", "-b"), ("-b",), "before", id="no class to keep"),
    ],
)
@pytest.mark.parametrize("before", [None, Chosen(ItemClass.STRATEGIC, "Ada Admin", ItemClass.MISSING)])
def test_class_is_kept_until_the_labels_say_it(
    before: Chosen | None, item_class: str, wanted: tuple[str, ...], done: tuple[str, ...], kept: str | None
) -> None:
    """A class is not lost between the label that said it and the one that will."""
    changes: dict[str, Change] = {"+a": AddLabel("a"), "-b": RemoveLabel("b")}
    one = ItemClass(item_class)
    decision = deciding(*(changes[name] for name in wanted), known=memory(chosen=before), item_class=one)
    after = remembered(decision, Outcome(done=tuple(changes[name] for name in done)))
    expected = {None: None, "before": before, "self": before or Chosen(one, "", one)}
    assert after.chosen == expected[kept]


@pytest.mark.parametrize("change", [MOVE, LINK], ids=["moved", "put under an epic"])
def test_home_is_remembered_when_we_move_an_item(change: Change) -> None:
    """Before the first move the item's own place is kept, and after it where the move put it, if that was seen."""
    moved = snapshot(team="OPS")
    seen = remembered(deciding(change), Outcome(done=(change,), snapshot=moved))
    assert (seen.home, seen.placed) == (place_of(snapshot()), place_of(moved))
    unseen = remembered(deciding(change), Outcome(done=(change,)))
    assert (unseen.home, unseen.placed) == (place_of(snapshot()), None)


def test_home_stays_home_when_we_move_an_item_on() -> None:
    """A second move does not take where the first one put the item for its home."""
    known = memory(home=Place("WEB"), placed=Place("ENG", labels=("post-mortem",)))
    after = remembered(deciding(MOVE, known=known), Outcome(done=(MOVE,)))
    assert after.home is not None
    assert after.home.team == "WEB"


def test_home_is_not_remembered_for_other_changes() -> None:
    """Labels, people and dates leave the item where it is."""
    assert remembered(deciding(AddLabel("a"), MOVE), Outcome(done=(AddLabel("a"),))).home is None


@pytest.mark.parametrize("change", [MOVE, LINK], ids=["moved", "put under an epic"])
def test_where_an_item_comes_from_is_known_before_it_is_moved(change: Change) -> None:
    """Of all that is to be remembered this alone: the rest is true only once the run came to its end."""
    before, decision = memory(obeyed=("c1",)), deciding(change, known=memory(home=Place("WEB")))
    ahead = on_the_way(decision, plan(decision, NOW), snapshot(), before)
    assert ahead == replace(before, home=place_of(snapshot()))


def test_what_stays_where_it_is_needs_no_word_ahead() -> None:
    """Labels, people and dates move nothing; neither does a move that is held back."""
    for decision in (deciding(AddLabel("a"), Assign(ADA)), deciding(MOVE, known=memory(stopped_at=NOW))):
        assert on_the_way(decision, plan(decision, NOW), snapshot(), Memory()) is None


def test_home_of_a_move_that_had_no_effect_is_forgotten_once_it_is_wanted_no_more() -> None:
    """Who moves the item later is a person, and it is theirs to do so."""
    home = place_of(snapshot())
    assert remembered(deciding(known=memory(home=home)), Outcome()).home is None
    assert remembered(deciding(MOVE, known=memory(home=home)), Outcome()).home == home
    assert remembered(deciding(known=memory(home=home, placed=Place("OPS"))), Outcome()).home == home


@pytest.mark.parametrize(
    ("change", "name", "phrase"),
    [
        (AddLabel("a"), "add_label", "add the label a"),
        (RemoveLabel("a"), "remove_label", "remove the label a"),
        (MOVE, "move_to_board", "move to the board of route ours"),
        (LINK, "link_to_epic", "put under Platform"),
        (replace(LINK, relate=True), "link_to_epic", "relate to Platform"),
        (Assign(ADA), "assign", "assign Ada Admin"),
        (SetDue(date(2027, 1, 1)), "set_due", "set the due date 2027-01-01"),
        (Say(TEXT), "say", "comment"),
        (Say(TEXT, "c"), "say", "edit our comment"),
    ],
)
def test_change_is_named_and_described(change: Change, name: str, phrase: str) -> None:
    """Records and refusals speak of changes in the same words."""
    assert (name_of(change), describe(change)) == (name, phrase)


def test_boards_of_one_route_are_the_same_change() -> None:
    """A change is the same whatever the connector's words for the board look like."""
    assert MoveToBoard("r", {"team": "OPS"}) == MoveToBoard("r", {"board": 42})
    assert len({MoveToBoard("r", {"a": [1]}), MoveToBoard("r", {})}) == 1


def test_finding_stands_since_it_was_first_seen() -> None:
    """The moment since which a finding stands stays, and goes with the finding."""
    first = decided(snapshot(facts=facts()))
    assert first.memory.since == {"class.missing": NOW}
    later = decided(snapshot(), first.memory, now=NOW + HOUR)
    assert later.memory.since == {"class.missing": NOW}
    assert decided(snapshot("operational"), later.memory).memory.since == {}
