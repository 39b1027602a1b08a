"""A tracker as a pure function: what an item looks like after changes, and what the flow would find out about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from app.core.activity import Activity
from app.core.change import AddLabel, Assign, Change, LinkToEpic, MoveToBoard, RemoveLabel, Say, SetDue, name_of
from app.core.decide import decide
from app.core.decision import Decision
from app.core.memory import Memory
from app.core.naming import among
from app.core.needs import Needs, needs
from app.core.plan import Outcome, Plan, plan, remember
from app.core.policy import Policy, Target
from app.core.snapshot import (
    BoardFact,
    Choice,
    Comment,
    DeciderFact,
    Epic,
    EpicFact,
    Facts,
    HolderFact,
    OnCallFact,
    Snapshot,
)
from app.core.voice import is_closing
from app.core.windows import history_wanted

NOBODY = OnCallFact()
ROUNDS = 2


@dataclass(frozen=True)
class World:
    """Hold one item and all that surrounds it.

    `epics` are by id; those in `foreign` cannot be a parent. `hidden` is why the board does not show what stands on
    it. `refuses` names changes that the tracker never takes. `answers`: a write's answer shows the item.
    `team_labels` belong to the item's first team and are lost by a move. `history` is what its history tells.
    """

    item: Snapshot
    policy: Policy
    epics: Mapping[str, Epic] = field(default_factory=dict)
    foreign: frozenset[str] = frozenset()
    rota: OnCallFact = NOBODY
    choices: tuple[Choice, ...] = ()
    hidden: str | None = None
    refuses: frozenset[str] = frozenset()
    answers: bool = True
    team_labels: frozenset[str] = frozenset()
    history: tuple[Activity, ...] = ()


@dataclass(frozen=True)
class Ran:
    """Show one run: the item before it, what was written, and what is left."""

    before: Snapshot
    remembered: Memory
    decision: Decision
    writes: tuple[Change, ...]
    world: World
    memory: Memory


def edited(world: World, **fields: Any) -> World:
    """Return the world after somebody edited the item."""
    return replace(world, item=replace(world.item, **fields))


def applied(item: Snapshot, changes: Iterable[Change], team_labels: frozenset[str] = frozenset()) -> Snapshot:
    """Return the item as it is after these changes."""
    for change in changes:
        item = _applied(item, change, team_labels)
    return replace(item, facts=Facts())


def _applied(item: Snapshot, change: Change, team_labels: frozenset[str]) -> Snapshot:
    now: dict[str, Any] = {}
    match change:
        case AddLabel(label):
            there = label in item.labels or (not item.exact_labels and among(label, item.labels))
            now["labels"] = item.labels if there else (*item.labels, label)
        case RemoveLabel(label):
            now["labels"] = tuple(name for name in item.labels if name != label)
        case MoveToBoard(_, target):
            now = _moved(item, target, team_labels)
        case LinkToEpic(_, epic, relate):
            now = {"links": (*item.links, epic.url)} if relate else _linked(item, epic)
        case Assign(person):
            now["assignee"] = person
        case SetDue(day):
            now["due"] = day
        case Say():
            now["comments"] = _said(item, change)
    return replace(item, **now)


def _linked(item: Snapshot, epic: Epic) -> dict[str, Any]:
    others = tuple(one for one in item.epics if one.kind != epic.kind)
    return {"epics": (*others, epic), "project": epic.title if epic.kind == "project" else item.project}


def _moved(item: Snapshot, target: Target, team_labels: frozenset[str]) -> dict[str, Any]:
    team = target.get("team", item.team)
    lost = team_labels if team != item.team else frozenset()
    put = [name for name in target.get("set", {}).get("labels", ()) if name not in item.labels]
    labels = (*(name for name in item.labels if name not in lost), *put)
    return {"team": team, "labels": labels, "state": target.get("state", item.state)}


def _said(item: Snapshot, say: Say) -> tuple[Comment, ...]:
    id_ = say.comment_id or f"ours-{say.number}"
    others = tuple(one for one in item.comments if one.id != id_)
    return (*others, Comment(id_, item.updated_at, None, say.text.plain(), ours=True))


def with_facts(world: World, memory: Memory, now: datetime, history: tuple[Activity, ...] | None = None) -> Snapshot:
    """Return the item with every fact that its rules ask for, as the flow would fetch them.

    `history` was read for an earlier look of the same run.
    """
    item = replace(world.item, facts=Facts(), history=history)
    if history_wanted(item, memory, world.policy, now):
        item = replace(item, history=world.history)
    for _ in range(ROUNDS):
        lacking = needs(item, memory, world.policy)
        if not lacking:
            break
        item = replace(item, facts=replace(item.facts, **_found(world, lacking)))
        if not lacking.choices:
            break
    assert not needs(item, memory, world.policy), "the flow would have given up asking"
    return item


def _found(world: World, lacking: Needs) -> dict[str, Any]:
    """Return the facts that are lacking."""
    found: dict[str, Any] = {}
    if lacking.choices:
        found["choices"] = world.choices
    if lacking.board is not None:
        found["board"] = _board(world, lacking.board)
    if lacking.epic is not None:
        found["epic"] = _epic(world, lacking.epic)
    if lacking.rota is not None:
        found["on_call"] = world.rota
    if lacking.decider is not None:
        found["decider"] = DeciderFact()
    if lacking.holder is not None:
        found["holder"] = HolderFact()
    return found


def _board(world: World, target: Target) -> BoardFact:
    item, put = world.item, target.get("set", {}).get("labels", ())
    here = target.get("team", item.team) == item.team and set(put) <= set(item.labels)
    return BoardFact(here=here, hidden_because=world.hidden if here else None)


def _epic(world: World, target: Target) -> EpicFact:
    epic = world.epics.get(target["epic"])
    if epic is None:
        return EpicFact(under=False)
    if epic.id in world.foreign:
        return EpicFact(under=epic.url in world.item.links, epic=epic, refusal="it is in another project")
    return EpicFact(under=epic in world.item.epics, epic=epic)


def write(world: World, changes: Sequence[Change]) -> tuple[World, Outcome]:
    """Write as a connector would: what it refuses is left out, an edit of a deleted comment makes no other."""
    there = {one.id for one in world.item.comments}
    gone = any(isinstance(c, Say) and c.comment_id is not None and c.comment_id not in there for c in changes)
    refused = {name_of(change): "the screen lacks it" for change in changes if name_of(change) in world.refuses}
    gone = gone and "say" not in refused
    left_out = {*refused, *(["say"] if gone else [])}
    done = tuple(change for change in changes if name_of(change) not in left_out)
    said = next((change for change in done if isinstance(change, Say)), None)
    item = applied(world.item, done, world.team_labels)
    return replace(world, item=item), Outcome(
        done=done,
        refused=refused,
        snapshot=item if world.answers and changes else None,
        comment_id=(said.comment_id or f"ours-{said.number}") if said else None,
        comment_gone=gone,
    )


def run(world: World, memory: Memory, now: datetime) -> Ran:
    """Handle the item once in act mode, as the flow does: the silent changes first, then the words."""
    before = with_facts(world, memory, now)
    decision = decide(before, memory, world.policy, now)
    planned = plan(decision, now)
    words = planned.words
    world, kept, done = _write(world, decision, planned.silent(), before, now)
    silent = planned.silent().changes
    looks = world.answers or len(done) < len(silent) or any(isinstance(change, MoveToBoard) for change in done)
    item = before
    if silent and looks:
        item = with_facts(world, kept, now, before.history)
        decision = decide(item, kept, world.policy, now)
        words = plan(decision, now).words
    else:
        decision = replace(decision, memory=kept)
    world, kept, said = _write(world, decision, Plan(words), item, now)
    return Ran(before, memory, decision, (*done, *said), world, kept)


def _write(
    world: World, decision: Decision, planned: Plan, item: Snapshot, now: datetime
) -> tuple[World, Memory, tuple[Change, ...]]:
    after, outcome = write(world, planned.changes)
    memory = remember(decision, planned, outcome, item, now)
    if outcome.comment_gone:
        decision = replace(decision, memory=memory)
        return _write(after, decision, Plan(plan(decision, now).words), item, now)
    return after, memory, tuple(outcome.done)


def again(ran: Ran, now: datetime) -> tuple[Decision, Plan]:
    """Decide once more on what the run left, without writing."""
    decision = decide(with_facts(ran.world, ran.memory, now), ran.memory, ran.world.policy, now)
    return decision, plan(decision, now)


def open_words(ran: Ran) -> str:
    """Return what the living comment says, nothing when there is none or it says that nothing is open."""
    text = ran.decision.comment
    return "" if text is None or is_closing(text) else text.plain()
