"""Words that people type at the beginning of a comment."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.core.change import AddLabel, RemoveLabel
from app.core.commands import KNOWN, Command, holds_no_more, read, read_all
from app.core.item_class import ItemClass
from app.core.memory import Chosen, Memory
from app.core.person import Person
from app.core.policy import Member
from app.core.snapshot import Comment, OnCallFact, Snapshot
from tests.builders import (
    ADA,
    APP,
    CODEBOT,
    DAY,
    GRACE,
    GUEST,
    HOUR,
    LEFT,
    LINUS,
    MARK,
    MINUTE,
    NOW,
    RELAY,
    comment,
    decided,
    memory,
    policy,
    snapshot,
)
from tests.core.tracker import World, edited, run

NEWLY = memory(first_seen_at=NOW - DAY)


def words(body: str, by: Person | None = ADA, **fields: Any) -> tuple[str, str | None] | None:
    """Return the word that a comment is read as, and which one was meant."""
    command = read(comment(body, by, **fields), policy())
    return (command.word, command.meant) if command else None


@pytest.mark.parametrize(
    ("body", "word"),
    [
        pytest.param("/operational", "operational", id="alone"),
        pytest.param("/strategic because it is long", "strategic", id="with more words"),
        pytest.param("/why\nand more", "why", id="with another line"),
        pytest.param("/check.", "check", id="with a full stop"),
        pytest.param("/why?", "why", id="with a question mark"),
        pytest.param("/why!", "why", id="with an exclamation mark"),
        pytest.param("/operational, please", "operational", id="with a comma"),
        pytest.param("/OPERATIONAL", "operational", id="in capitals"),
        pytest.param("/Strategic:", "strategic", id="with a colon"),
        pytest.param("/why;", "why", id="with a semicolon"),
        pytest.param("/why\u00a0now", "why", id="with a hard space"),
    ],
)
def test_command_is_read(body: str, word: str) -> None:
    """A comment that begins with a command is one, whatever follows the word."""
    assert words(body) == (word, None)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="nothing"),
        pytest.param("please /operational", id="not at the beginning"),
        pytest.param("> /operational", id="quoted"),
        pytest.param("`/operational`", id="as code"),
        pytest.param("hello\n/operational", id="in the second line"),
        pytest.param("operational", id="without a slash"),
        pytest.param("//operational", id="two slashes"),
        pytest.param("/", id="a slash alone"),
        pytest.param("/usr/local/bin", id="a path"),
        pytest.param("/why2", id="with a figure"),
        pytest.param("/w", id="one letter"),
        pytest.param("/" + "operational" * 3, id="much too long"),
        pytest.param("/shrug", id="a word of the tracker's own"),
        pytest.param("/me waves", id="a chat word"),
        pytest.param("/remind me", id="another bot's word"),
    ],
)
def test_other_words_are_left_alone(body: str) -> None:
    """What does not begin with a word of ours means something else."""
    assert words(body) is None


@pytest.mark.parametrize(
    ("text", "no_more"),
    [
        pytest.param("/why", True, id="a command alone"),
        pytest.param("/why is that?", True, id="with words behind it"),
        pytest.param("/case speed it is faster\nand safer", True, id="over two lines"),
        pytest.param("/case speed faster\n/check", True, id="two commands"),
        pytest.param("/case speed faster\n\n/check\n", True, id="two commands with an empty line between"),
        pytest.param("/snoze 14d", True, id="a slip"),
        pytest.param("/snooze 14d because the vendor\n\nThey wrote to us.", False, id="with another paragraph"),
        pytest.param("/ack", False, id="somebody is on it"),
        pytest.param("/ACK yes", False, id="in capitals"),
        pytest.param("/operational", False, id="a class is chosen"),
        pytest.param("/strategic please", False, id="the other class is chosen"),
        pytest.param("/shrug", False, id="another word"),
        pytest.param("done, /check", False, id="not at the beginning"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_text_that_holds_only_a_command_is_known(text: str, *, no_more: bool) -> None:
    """What follows a command up to an empty line belongs to it; words about the work are more than a command."""
    assert holds_no_more(text) == no_more


def test_every_word_is_known_as_itself() -> None:
    """No word that has a meaning is read into another."""
    assert [words(f"/{word} because") for word in KNOWN] == [(word, None) for word in KNOWN]


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("/operationl", "operational"),
        ("/opertional please", "operational"),
        ("/strategy", "strategic"),
        ("/stratgic", "strategic"),
        ("/whyy", "why"),
        ("/chek", "check"),
        ("/CHEK!", "check"),
    ],
)
def test_near_misses_are_understood_as_such(body: str, meant: str) -> None:
    """A slip is read as a command that is none, with the word that was probably meant."""
    found = words(body)
    assert found is not None
    assert found[1] == meant
    assert read_all(snapshot(comments=(comment(body),)), policy())[0].chooses is None


def test_somebody_outside_is_heard_by_the_id_that_the_policy_has() -> None:
    """Where the tracker hides e-mails, the id in `people` lets an outsider's command count."""
    listed = policy(people=(Member("Guest Outside", "guest@acme.test", ids={"jira": GUEST.id}),))
    assert read(comment("/operational", GUEST), listed) is not None
    assert read(comment("/operational", replace(GUEST, id="x-other")), listed) is None


@pytest.mark.parametrize(
    ("by", "ours", "counts"),
    [
        pytest.param(ADA, False, True, id="a person"),
        pytest.param(LEFT, False, True, id="a person who has left since"),
        pytest.param(RELAY, False, True, id="a relay of people's words"),
        pytest.param(APP, False, False, id="an app"),
        pytest.param(GUEST, False, False, id="somebody outside"),
        pytest.param(replace(GUEST, email="Zoe@acme.test"), False, False, id="somebody outside with an e-mail"),
        pytest.param(replace(GUEST, email="Ada@acme.test"), False, True, id="somebody of the policy from outside"),
        pytest.param(CODEBOT, False, False, id="a bot of the policy"),
        pytest.param(None, False, False, id="nobody"),
        pytest.param(ADA, True, False, id="our own account, though it is a person's"),
    ],
)
def test_only_people_give_commands(by: Person | None, *, ours: bool, counts: bool) -> None:
    """Bots, unnamed authors, our own comments and outsiders whom the policy does not know are never obeyed."""
    assert (words("/operational", by, ours=ours) is not None) == counts
    item = snapshot(comments=(comment("/operational", by, ours=ours),))
    assert (decided(item, NEWLY).item_class == "operational") == counts


@pytest.mark.parametrize(
    ("word", "tries_again", "chooses"),
    [
        ("operational", True, ItemClass.OPERATIONAL),
        ("strategic", True, ItemClass.STRATEGIC),
        ("check", True, None),
        ("why", False, None),
    ],
)
def test_what_a_command_calls_for(word: str, chooses: ItemClass | None, *, tries_again: bool) -> None:
    """The classes choose, and all but `why` let us write again."""
    command = Command("m", word, NOW, ADA)
    assert (command.tries_again, command.chooses) == (tries_again, chooses)
    assert not Command("m", "chekc", NOW, ADA, "check").tries_again


# --- what they do ---


@pytest.mark.parametrize(
    ("labels", "word", "wanted"),
    [
        pytest.param((), "operational", [AddLabel("operational")], id="no class"),
        pytest.param((MARK,), "strategic", [AddLabel("strategic"), RemoveLabel(MARK)], id="no class, and marked"),
        pytest.param(("ops",), "strategic", [AddLabel("strategic"), RemoveLabel("ops")], id="the other class"),
        pytest.param(("operational", "long-term"), "operational", [RemoveLabel("long-term")], id="both classes"),
        pytest.param(("risk",), "strategic", [AddLabel("strategic")], id="a risk"),
        pytest.param(("operational",), "operational", [], id="the class it has"),
    ],
)
def test_typed_class_is_set(labels: tuple[str, ...], word: str, wanted: list[object]) -> None:
    """A class that is typed replaces whatever the labels said, in the same write."""
    decision = decided(snapshot(*labels, comments=(comment(f"/{word}"),)), NEWLY)
    assert decision.item_class == word
    assert [change for change in decision.wanted if isinstance(change, (AddLabel, RemoveLabel))] == wanted


def test_reasons_name_who_typed_it() -> None:
    """Somebody who asks why is told who chose the class, until the label says it."""
    decision = decided(snapshot(comments=(comment("/operational", GRACE),)), NEWLY)
    assert decision.verdicts[0].because == "Grace Hopper typed /operational"
    assert decision.memory.chosen == Chosen(ItemClass.OPERATIONAL, "Grace Hopper", ItemClass.MISSING)


def test_command_is_obeyed_once() -> None:
    """After a command was obeyed a person may set another class by hand, or none, and that stands."""
    world = World(snapshot(comments=(comment("/operational"),)), policy(), rota=OnCallFact(LINUS, LINUS.name))
    ran = run(world, Memory(), NOW)
    assert "operational" in ran.world.item.labels
    by_hand = run(edited(ran.world, labels=("post-mortem", "strategic")), ran.memory, NOW + HOUR)
    assert by_hand.decision.item_class == "strategic"
    bare = run(edited(ran.world, labels=("post-mortem",)), ran.memory, NOW + HOUR)
    assert (bare.decision.item_class, bare.writes) == ("missing", ())


@pytest.mark.parametrize("answers", [True, False], ids=["seen at once", "seen at the next look"])
def test_label_taken_off_right_after_the_command_stays_off(*, answers: bool) -> None:
    """Once the label of a typed class was written it is the labels that count, also where nobody has looked since."""
    ran = run(World(snapshot(comments=(comment("/operational"),)), policy(routes=()), answers=answers), Memory(), NOW)
    assert ran.memory.chosen is None
    bare = run(edited(ran.world, labels=("post-mortem",)), ran.memory, NOW + MINUTE)
    assert bare.decision.item_class == "missing"


@pytest.mark.parametrize(
    ("first", "second", "item_class"),
    [
        pytest.param(("/operational", 1), ("/strategic", 2), "strategic", id="the later one"),
        pytest.param(("/strategic", 1), ("/operational", 2), "operational", id="the later one, the other way round"),
        pytest.param(("/strategic", 1), ("/why", 2), "strategic", id="why chooses nothing"),
        pytest.param(("/strategic", 1), ("/operationl", 2), "strategic", id="a slip chooses nothing"),
    ],
)
def test_latest_of_two_commands_wins(first: tuple[str, int], second: tuple[str, int], item_class: str) -> None:
    """Of several commands that were not obeyed yet the latest choice holds."""
    comments = [comment(body, id=body, at=NOW - HOUR + minute * MINUTE) for body, minute in (first, second)]
    assert decided(snapshot(comments=tuple(comments)), NEWLY).item_class == item_class


def test_comment_that_is_edited_later_is_the_later_command() -> None:
    """It is when the words were typed that counts, not when the comment was begun."""
    early = comment("/strategic", id="c-1", at=NOW - 2 * HOUR, edited_at=NOW - MINUTE)
    late = comment("/operational", id="c-2", at=NOW - HOUR)
    assert decided(snapshot(comments=(early, late)), NEWLY).item_class == "strategic"


def test_edited_comment_is_a_new_command() -> None:
    """A comment that was obeyed and then says something else is obeyed again."""
    typed = comment("/operational", at=NOW - HOUR)
    ran = run(World(snapshot(comments=(typed,)), policy()), Memory(first_seen_at=NOW - DAY), NOW)
    changed = replace(typed, body="/strategic", edited_at=NOW + MINUTE)
    after = run(edited(ran.world, comments=(changed,)), ran.memory, NOW + HOUR)
    assert after.decision.item_class == "strategic"


def test_comment_edited_into_a_command_counts_from_then() -> None:
    """An old comment that is edited into a command after we came is for us."""
    old = comment("never mind", at=NOW - 2 * DAY)
    known = decided(snapshot("operational", comments=(old,)), Memory(), now=NOW - DAY).memory
    edit = replace(old, body="/strategic", edited_at=NOW - HOUR)
    assert decided(snapshot("operational", comments=(edit,)), known).item_class == "strategic"


# --- commands that are older than we are ---

OLD = comment("/strategic", at=NOW - DAY)


@pytest.mark.parametrize(
    ("labels", "item_class"),
    [
        pytest.param((), "strategic", id="without a class it counts"),
        pytest.param(("risk",), "strategic", id="a risk has no class"),
        pytest.param(("operational", "strategic"), "strategic", id="in conflict it counts"),
        pytest.param(("operational",), "operational", id="a class label wins"),
    ],
)
def test_command_from_before_our_time(labels: tuple[str, ...], item_class: str) -> None:
    """A command that is older than our first sight counts only while the labels leave the class open."""
    assert decided(snapshot(*labels, comments=(OLD,)), Memory()).item_class == item_class
    assert decided(snapshot(*labels, comments=(OLD,)), memory(first_seen_at=NOW - HOUR)).item_class == item_class


@pytest.mark.parametrize(
    ("made", "changed", "item_class"),
    [
        pytest.param(2 * MINUTE, MINUTE, "strategic", id="the last thing that happened"),
        pytest.param(2 * MINUTE, 2 * MINUTE, "strategic", id="a comment that does not date the item"),
        pytest.param(2 * MINUTE, timedelta(0), "operational", id="the label may be newer"),
        pytest.param(DAY, MINUTE, "operational", id="the item is not new"),
    ],
)
def test_command_on_a_new_item_that_was_seen_late(made: timedelta, changed: timedelta, item_class: str) -> None:
    """Who typed before we came to look at a new item is heard, unless a label may have been set since."""
    typed = comment("/strategic", at=NOW - MINUTE)
    item = snapshot("operational", comments=(typed,), created_at=NOW - made, updated_at=NOW - changed)
    assert decided(item, Memory()).item_class == item_class


def test_command_that_came_too_early_never_counts_later() -> None:
    """Words that were not for us are not dug out when the class label is taken off long after."""
    first = decided(snapshot("operational", comments=(OLD,)), Memory())
    bare = decided(snapshot(comments=(OLD,)), first.memory, now=NOW + DAY)
    assert bare.item_class == "missing"


@pytest.mark.parametrize(("at", "counts"), [(NOW - HOUR, True), (NOW - HOUR - timedelta(microseconds=1), False)])
def test_moment_of_first_sight_counts(at: Any, *, counts: bool) -> None:
    """A command from the very moment of our first sight is for us."""
    item = snapshot("operational", comments=(comment("/strategic", at=at),))
    assert (decided(item, memory(first_seen_at=NOW - HOUR)).item_class == "strategic") == counts


# --- marks ---


def _many(count: int, start: int = 0) -> tuple[Comment, ...]:
    return tuple(comment("/check", id=f"c:{number}") for number in range(start, start + count))


def test_commands_in_sight_stay_obeyed_however_many() -> None:
    """No number of comments makes us obey one of them twice."""
    item = snapshot(comments=_many(120))
    first = decided(item, NEWLY)
    assert len(first.memory.obeyed) == 120
    assert decided(item, first.memory).memory.obeyed == first.memory.obeyed


def test_marks_of_comments_out_of_sight_are_forgotten_in_time() -> None:
    """The marks of the latest fifty commands that are out of sight are kept, older ones go."""
    first = decided(snapshot(comments=_many(120)), NEWLY)
    later = decided(snapshot(comments=_many(3, start=119)), first.memory)
    numbers = [mark.split(":")[1] for mark in later.memory.obeyed]
    assert numbers == [str(number) for number in range(69, 122)]


def test_text_that_is_no_text_does_no_harm() -> None:
    """A comment with half a character in it is read like any other."""
    assert words("/why \ud800") == ("why", None)


# --- a typed class that its label does not say yet ---

KEPT = Chosen(ItemClass.OPERATIONAL, "Ada Admin", ItemClass.MISSING)


@pytest.mark.parametrize(
    ("chosen", "labels", "item_class"),
    [
        pytest.param(KEPT, (), "operational", id="the labels say nothing yet"),
        pytest.param(KEPT, ("risk",), "operational", id="a risk label says nothing about it"),
        pytest.param(KEPT, ("operational",), "operational", id="the labels say it"),
        pytest.param(KEPT, ("strategic",), "strategic", id="somebody set the other label since"),
        pytest.param(
            replace(KEPT, before=ItemClass.STRATEGIC), ("strategic",), "operational", id="the old label stands"
        ),
        pytest.param(KEPT, ("operational", "strategic"), "operational", id="both labels do not say it"),
    ],
)
def test_typed_class_holds_until_the_labels_say_it(chosen: Chosen, labels: tuple[str, ...], item_class: str) -> None:
    """What a person typed is kept in mind until the labels say it, or somebody says otherwise by a label."""
    decision = decided(snapshot(*labels), memory(chosen=chosen))
    assert decision.item_class == item_class
    done = labels in {("operational",), ("strategic",)} and chosen.before is not ItemClass.STRATEGIC
    assert decision.memory.chosen == (None if done else chosen)


def test_typed_class_is_kept_while_nothing_is_written() -> None:
    """In observe mode the choice stands until somebody sets a label: then the label counts."""
    item = snapshot(comments=(comment("/operational"),))
    first = decided(item, NEWLY)
    second = decided(item, first.memory, now=NOW + DAY)
    assert second.item_class == "operational"
    assert AddLabel("operational") in second.wanted
    third = decided(replace(item, labels=("post-mortem", "strategic")), second.memory, now=NOW + DAY)
    assert (third.item_class, third.memory.chosen) == ("strategic", None)


def test_item_without_comments_has_no_commands() -> None:
    """Nothing is read where nothing was written."""
    item: Snapshot = snapshot()
    assert read_all(item, policy()) == ()
