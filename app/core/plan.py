"""Fold a decision into the changes that are still needed and allowed, and remember what came of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

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
from app.core.item_class import ROUTED
from app.core.memory import Chosen, Memory, OurComment, Refusal, Wrote
from app.core.places import own_place, place_of
from app.core.refusals import holds, key_of, refusal_of
from app.core.snapshot import Snapshot
from app.core.values import replace
from app.core.voice import digest, is_closing

_MOVES = (MoveToBoard, LinkToEpic)
"""Changes that put an item elsewhere."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Hold the changes to write, in order, and what was wanted but is `held` back, each with its reason."""

    changes: tuple[Change, ...] = ()
    held: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> tuple[Change, ...]:
        """Return what is to be said."""
        return tuple(change for change in self.changes if isinstance(change, Say))

    def silent(self) -> "Plan":
        """Return the plan without what is to be said."""
        return replace(self, changes=tuple(change for change in self.changes if not isinstance(change, Say)))


def plan(decision: Decision, now: datetime) -> Plan:
    """Return what is to be written; empty when nothing is needed."""
    changes: list[Change] = []
    held: dict[str, str] = {}
    for change in dict.fromkeys(decision.wanted):
        refusal = refusal_of(change, decision.memory, now)
        if decision.memory.stopped_at is not None:
            held[describe(change)] = "it was undone too often"
        elif refusal is not None:
            held[describe(change)] = refusal.because
        else:
            changes.append(change)
    said = _say(decision)
    refusal = refusal_of(said, decision.memory, now) if said else None
    if said and refusal:
        held[describe(said)] = refusal.because
    elif said:
        changes.append(said)
    return Plan(tuple(changes), held)


def _say(decision: Decision) -> Say | None:
    """Return the comment to write: none when it reads so already, or when a person deleted it with these words."""
    ours, text = decision.memory.comment, decision.comment
    if text is None or (ours is not None and ours.digest == digest(text)):
        return None
    if ours is None:
        return Say(text)
    if ours.id:
        return Say(text, ours.id, ours.number)
    return None if is_closing(text) else Say(text, None, ours.number + 1)


def on_the_way(decision: Decision, planned: Plan, before: Snapshot, memory: Memory) -> Memory | None:
    """Return what to keep of the `memory` before a plan is written that puts the item elsewhere; None: it does not.

    Should the answer be lost, or we end before it is recorded, the next look knows where the item came from.
    """
    if not any(isinstance(change, _MOVES) for change in planned.changes):
        return None
    return replace(memory, home=own_place(before, decision.memory), placed=None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Tell the memory what a plan came to; see `app.ports.Applied`, whose fields these are."""

    done: Sequence[Change] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    snapshot: Snapshot | None = None
    comment_id: str | None = None
    comment_gone: bool = False


def remember(decision: Decision, planned: Plan, outcome: Outcome, before: Snapshot, now: datetime) -> Memory:
    """Return the memory after a plan was applied to the snapshot `before`."""
    memory = decision.memory
    wrote = memory.wrote
    for change in outcome.done:
        wrote = _written(change, wrote)
    refused = {key_of(c): Refusal(now, why) for c in planned.changes if (why := _why(c, outcome)) is not None}
    done = {key_of(change) for change in outcome.done}
    kept = {key: refusal for key, refusal in memory.refused.items() if key not in done and holds(refusal, now)}
    memory = replace(
        memory,
        wrote=wrote,
        chosen=_chosen(decision, outcome),
        refused={**kept, **refused},
        comment=_commented(decision, planned, outcome),
    )
    return _placed(memory, decision, outcome, before)


def _chosen(decision: Decision, outcome: Outcome) -> Chosen | None:
    """Keep the class until the labels say it: not all were written, and those that said it may be gone already."""
    chosen, item_class = decision.memory.chosen, decision.item_class
    labels = [change for change in decision.wanted if isinstance(change, (AddLabel, RemoveLabel))]
    done = [change for change in labels if change in outcome.done]
    if not done or item_class not in ROUTED:
        return chosen
    return None if len(done) == len(labels) else chosen or Chosen(item_class, "", item_class)


def _why(change: Change, outcome: Outcome) -> str | None:
    return None if change in outcome.done else outcome.refused.get(name_of(change))


def _written(change: Change, wrote: Wrote) -> Wrote:
    match change:
        case AddLabel(label):
            wrote = replace(wrote, added=(*_but(wrote.added, label), label), removed=_but(wrote.removed, label))
        case RemoveLabel(label):
            wrote = replace(wrote, removed=(*_but(wrote.removed, label), label), added=_but(wrote.added, label))
        case MoveToBoard(route, _):
            wrote = replace(wrote, board=route)
        case LinkToEpic(_, epic, relate):
            wrote = replace(wrote, related=epic.id) if relate else replace(wrote, epic=epic.id)
        case Assign(person):
            wrote = replace(wrote, assignee=person.id)
        case SetDue(day):
            wrote = replace(wrote, due=day)
    return wrote


def _but(names: tuple[str, ...], gone: str) -> tuple[str, ...]:
    return tuple(name for name in names if name != gone)


def _commented(decision: Decision, planned: Plan, outcome: Outcome) -> OurComment | None:
    said = next((change for change in planned.changes if isinstance(change, Say)), None)
    ours = decision.memory.comment
    if said is None:
        return ours
    if outcome.comment_gone:
        return OurComment("", ours.digest if ours else "", said.number)
    if outcome.comment_id is None:
        return ours
    return OurComment(outcome.comment_id, digest(said.text), said.number, decision.asks)


def _placed(memory: Memory, decision: Decision, outcome: Outcome, before: Snapshot) -> Memory:
    if any(isinstance(change, _MOVES) for change in outcome.done):
        placed = place_of(outcome.snapshot) if outcome.snapshot else None
        return replace(memory, home=own_place(before, memory), placed=placed)
    if memory.placed is None and not any(isinstance(change, _MOVES) for change in decision.wanted):
        return replace(memory, home=None)  # a write that had no effect, and is wanted no more
    return memory
