"""Who undoes what we wrote is answered with silence, and after some times with an end."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from app.core.change import AddLabel, Assign, Change, LinkToEpic, MoveToBoard, RemoveLabel, Say
from app.core.flips import stood
from app.core.memory import Flip, Memory, Wrote
from app.core.person import Person
from app.core.policy import Limits
from app.core.snapshot import Choice, EpicFact, OnCallFact, Snapshot
from tests.builders import (
    ADA,
    APP,
    DAY,
    GRACE,
    HOUR,
    LINUS,
    MARK,
    MINUTE,
    NOW,
    PLATFORM,
    RELIABILITY,
    classes,
    comment,
    decided,
    facts,
    found,
    in_jira,
    memory,
    policy,
    snapshot,
)
from tests.core.tracker import Ran, World, edited, run

ON_CALL = OnCallFact(LINUS, LINUS.name)
STOPPED = "What was written here was undone again and again, so nothing more is written."
BOUND = policy(limits=Limits(flips=3))


def world_of(item: Snapshot) -> World:
    """Return a world in which Linus is on call."""
    return World(item, BOUND, epics={PLATFORM.id: PLATFORM, RELIABILITY.id: RELIABILITY}, rota=ON_CALL)


def touched(ran: Ran, **fields: Any) -> World:
    """Return the world after somebody edited the item."""
    return edited(ran.world, **fields)


ALIAS_BACK = ("post-mortem", "ops")
UNDONE = [
    pytest.param(snapshot("ops"), {"labels": ALIAS_BACK}, RemoveLabel("ops"), id="an alias put back"),
    pytest.param(
        in_jira("Operational"),
        {"labels": ("post-mortem", "Operational")},
        AddLabel("operational"),
        id="another spelling put back",
    ),
    pytest.param(snapshot(), {"labels": ("post-mortem",)}, AddLabel(MARK), id="the mark taken off"),
    pytest.param(
        snapshot("operational"), {"team": "ENG"}, MoveToBoard("everything else", {}), id="moved off the board"
    ),
    pytest.param(snapshot("operational"), {"assignee": None}, Assign(LINUS), id="assignee cleared"),
    pytest.param(snapshot("operational"), {"assignee": APP}, Assign(LINUS), id="given to a bot"),
    pytest.param(snapshot("strategic"), {"epics": ()}, LinkToEpic("everything else", PLATFORM), id="epic taken away"),
]


@pytest.mark.parametrize(("item", "back", "change"), UNDONE)
def test_what_somebody_undoes_is_counted_and_written_again(
    item: Snapshot, back: dict[str, Any], change: Change
) -> None:
    """Each of our writes that is undone counts alike, and is made again without a word."""
    known = memory()
    first = run(world_of(item), known, NOW)
    assert change in first.writes
    second = run(touched(first, **back), first.memory, NOW + MINUTE)
    assert change in second.writes
    assert [flip.at for flip in second.memory.flips] == [NOW + MINUTE]
    assert "undone" not in str(second.decision.comment)


@pytest.mark.parametrize(("item", "back", "change"), UNDONE)
def test_third_reversal_in_a_day_is_the_last(item: Snapshot, back: dict[str, Any], change: Change) -> None:
    """After the third reversal nothing more is written; that is said once, and stays so whatever is undone later."""
    ran = run(world_of(item), memory(), NOW)
    writes = [list(ran.writes)]
    for minute in range(1, 6):
        ran = run(touched(ran, **back), ran.memory, NOW + minute * MINUTE)
        writes.append(list(ran.writes))
    assert [change in made for made in writes] == [True, True, True, False, False, False]
    assert [type(one) for one in writes[3]] == [Say]
    assert writes[4:] == [[], []]
    assert ran.memory.stopped_at == NOW + 3 * MINUTE
    assert "flips.stopped" in found(ran.decision)
    assert ran.decision.comment is not None
    assert f"{STOPPED} Type /check to let it be tried once more." in ran.decision.comment.plain()
    assert ran.memory.comment is not None
    assert ran.memory.comment.asks


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_policy_says_how_often(limit: int) -> None:
    """As many writes are made as `limits.flips` says."""
    world = replace(world_of(snapshot("operational")), policy=policy(limits=Limits(flips=limit)))
    ran = run(world, Memory(), NOW)
    moves = 1
    for minute in range(1, 9):
        ran = run(touched(ran, team="ENG"), ran.memory, NOW + minute * MINUTE)
        moves += sum(isinstance(change, MoveToBoard) for change in ran.writes)
    assert moves == limit


@pytest.mark.parametrize(
    ("ages", "stopped"),
    [
        pytest.param((HOUR, 2 * HOUR), True, id="two today"),
        pytest.param((HOUR, DAY - timedelta(microseconds=1)), True, id="two within 24 h"),
        pytest.param((HOUR, DAY), False, id="one is 24 h old"),
        pytest.param((DAY, 2 * DAY, 3 * DAY), False, id="none of today"),
    ],
)
def test_only_reversals_within_a_day_count(ages: tuple[timedelta, ...], *, stopped: bool) -> None:
    """A reversal is forgotten after 24 hours."""
    flips = tuple(Flip(NOW - age, "assign") for age in sorted(ages, reverse=True))
    item = snapshot("operational", facts=facts())
    after = decided(item, memory(flips=flips, wrote=Wrote(assignee=LINUS.id)), BOUND).memory
    assert (after.stopped_at is not None) == stopped
    assert after.flips[-1] == Flip(NOW, "assign Linus Duty")
    assert all(NOW - flip.at < DAY for flip in after.flips)


def test_one_look_counts_once() -> None:
    """However much was undone between two looks, it is one reversal, and the record names it all."""
    first = run(world_of(snapshot("operational")), Memory(), NOW)
    second = run(touched(first, team="ENG", assignee=None), first.memory, NOW + MINUTE)
    assert [flip.what for flip in second.memory.flips] == [
        "move to the board of route everything else; assign Linus Duty"
    ]


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param({"assignee": GRACE}, id="given to another person"),
        pytest.param({"due": None}, id="due date cleared"),
        pytest.param({"labels": ("post-mortem",)}, id="class taken off"),
        pytest.param({"title": "Another title"}, id="something else edited"),
    ],
)
def test_what_is_accepted_is_no_reversal(edit: dict[str, Any]) -> None:
    """What a person may do counts for nothing, and nothing is written against it."""
    first = run(world_of(snapshot("ops")), Memory(), NOW)
    second = run(touched(first, **edit), first.memory, NOW + MINUTE)
    assert (second.writes, second.memory.flips) == ((), ())


def test_labels_that_people_set_to_and_fro_are_no_reversal() -> None:
    """People who change their mind about the class are followed each time, however often."""
    latest = policy(classes=classes(on_conflict="latest"))
    ran = run(replace(world_of(snapshot("operational", due=date(2027, 1, 1))), policy=latest), Memory(), NOW)
    for minute in range(1, 9):
        label = "operational" if minute % 2 == 0 else "strategic"
        choice = Choice(label, NOW + minute * MINUTE, ADA)
        world = replace(touched(ran, labels=(*ran.world.item.labels, label)), choices=(choice,))
        ran = run(world, ran.memory, NOW + minute * MINUTE)
        assert [name for name in ran.world.item.labels if name != "post-mortem"] == [label]
        assert not [flip for flip in ran.memory.flips if "label" in flip.what]


def test_label_that_a_person_took_off_is_forgotten() -> None:
    """A label of ours that a person took off, and that nobody wants back, is ours no more."""
    ran = run(world_of(snapshot("ops")), Memory(), NOW)
    assert (ran.memory.wrote.added, ran.memory.wrote.removed) == (("operational",), ("ops",))
    off = run(touched(ran, labels=("post-mortem", "Ops")), ran.memory, NOW + MINUTE)
    assert off.memory.wrote.removed == ("ops", "Ops")
    none = run(touched(off, labels=("post-mortem",)), off.memory, NOW + 2 * MINUTE)
    assert none.memory.wrote.added == ()


@pytest.mark.parametrize(
    ("body", "by", "tries"),
    [
        pytest.param("/check", ADA, True, id="check"),
        pytest.param("/operational", ADA, True, id="operational"),
        pytest.param("/strategic", ADA, True, id="strategic"),
        pytest.param("/why", ADA, False, id="why"),
        pytest.param("/chec", ADA, False, id="a near miss"),
        pytest.param("/check", APP, False, id="a bot"),
        pytest.param("please /check", ADA, False, id="not at the beginning"),
    ],
)
def test_person_can_let_it_be_tried_again(body: str, by: Person, *, tries: bool) -> None:
    """A person who types a command that calls for writing ends the silence; nothing else does."""
    known = memory(
        stopped_at=NOW - HOUR,
        flips=(Flip(NOW - HOUR, "x"),) * 3,
        wrote=Wrote(assignee=LINUS.id),
        first_seen_at=NOW - DAY,
    )
    item = snapshot("operational", comments=(comment(body, by),), facts=facts())
    after = decided(item, known, BOUND)
    assert (after.memory.stopped_at is None) == tries
    assert after.memory.flips == (() if tries else known.flips)
    assert ("flips.stopped" in found(after)) != tries


def test_command_writes_again_and_counts_anew() -> None:
    """After `/check` the silent changes are made again, and three more reversals are needed for the next end."""
    ran = run(world_of(snapshot("operational")), Memory(), NOW)
    for minute in range(1, 4):
        ran = run(touched(ran, team="ENG"), ran.memory, NOW + minute * MINUTE)
    assert ran.memory.stopped_at is not None
    asked = (*ran.world.item.comments, comment("/check", ADA, at=NOW + 5 * MINUTE))
    ran = run(touched(ran, comments=asked), ran.memory, NOW + 6 * MINUTE)
    assert MoveToBoard("everything else", {}) in ran.writes
    assert ran.world.item.comments[-1].body.startswith("Nothing is open")
    assert ran.memory.flips == ()
    moves = 0
    for minute in range(7, 14):
        ran = run(touched(ran, team="ENG"), ran.memory, NOW + minute * MINUTE)
        moves += sum(isinstance(change, MoveToBoard) for change in ran.writes)
    assert moves == 2


def test_command_takes_back_what_was_undone_before_it_without_counting() -> None:
    """What a person undid before they typed a command is not held against the command."""
    known = memory(wrote=Wrote(added=("operational",), assignee=LINUS.id), first_seen_at=NOW - DAY)
    item = snapshot("strategic", comments=(comment("/operational"),), facts=facts())
    once = policy(limits=Limits(flips=1))
    after = decided(item, known, once)
    assert AddLabel("operational") in after.wanted
    assert (after.memory.flips, after.memory.stopped_at) == ((), None)
    assert (after.memory.wrote.added, after.memory.wrote.assignee) == ((), None)


RELATED = facts(epic=EpicFact(under=False, epic=PLATFORM, refusal="another project"))


@pytest.mark.parametrize(
    ("item", "wrote"),
    [
        pytest.param(in_jira("Operational"), Wrote(added=("operational",)), id="label respelled"),
        pytest.param(snapshot("ops"), Wrote(removed=("ops",)), id="alias put back"),
        pytest.param(snapshot("operational", facts=facts()), Wrote(board="everything else"), id="moved off the board"),
        pytest.param(snapshot("operational", facts=facts()), Wrote(assignee=LINUS.id), id="assignee cleared"),
        pytest.param(snapshot("strategic", facts=facts()), Wrote(epic=PLATFORM.id), id="epic taken away"),
        pytest.param(snapshot("strategic", facts=RELATED), Wrote(related=PLATFORM.id), id="relation taken away"),
    ],
)
def test_what_is_undone_counts_once_while_it_cannot_be_put_right(item: Snapshot, wrote: Wrote) -> None:
    """A reversal is one, however often the item is looked at before we can write again."""
    first = decided(item, memory(wrote=wrote), BOUND)
    assert len(first.memory.flips) == 1
    assert first.memory.wrote == Wrote()
    assert len(decided(item, first.memory, BOUND, NOW + MINUTE).memory.flips) == 1


@pytest.mark.parametrize(
    ("change", "wrote", "stands"),
    [
        pytest.param(AddLabel("a"), Wrote(added=("a",)), True, id="label added"),
        pytest.param(AddLabel("a"), Wrote(removed=("a",)), False, id="label removed, not added"),
        pytest.param(RemoveLabel("a"), Wrote(removed=("a",)), True, id="label removed"),
        pytest.param(RemoveLabel("a"), Wrote(added=("a",)), False, id="label added, not removed"),
        pytest.param(MoveToBoard("r", {}), Wrote(board="r"), True, id="board"),
        pytest.param(MoveToBoard("r", {}), Wrote(board="s"), False, id="another board"),
        pytest.param(LinkToEpic("r", PLATFORM), Wrote(epic=PLATFORM.id), True, id="epic"),
        pytest.param(LinkToEpic("r", PLATFORM), Wrote(epic=RELIABILITY.id), False, id="another epic"),
        pytest.param(LinkToEpic("r", PLATFORM, relate=True), Wrote(related=PLATFORM.id), True, id="related"),
        pytest.param(
            LinkToEpic("r", PLATFORM, relate=True), Wrote(epic=PLATFORM.id), False, id="under it, not related"
        ),
        pytest.param(LinkToEpic("r", PLATFORM), Wrote(related=PLATFORM.id), False, id="related, not under it"),
        pytest.param(Assign(LINUS), Wrote(assignee="u-other"), True, id="assigned, whoever it was"),
        pytest.param(Assign(LINUS), Wrote(), False, id="not assigned"),
    ],
)
def test_what_we_had_written(change: Change, wrote: Wrote, *, stands: bool) -> None:
    """A change is known as written before by what it would bring about."""
    assert stood(change, wrote) == stands
