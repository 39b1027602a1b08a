"""Write a plan to the tracker and remember what came of it."""

from typing import Protocol

from app.core.change import Change, MoveToBoard
from app.core.decision import Decision
from app.core.memory import Memory
from app.core.plan import Outcome, Plan, plan, remember
from app.core.snapshot import Snapshot
from app.core.values import replace
from app.flow.budget import Budget
from app.ports import Applied, Clock, Tracker
from app.ports.tracing import span


class Hands(Protocol):
    """Hold what writing takes."""

    tracker: Tracker
    budget: Budget
    clock: Clock


async def apply(
    hands: Hands, snapshot: Snapshot, decision: Decision, planned: Plan
) -> tuple[Memory, tuple[Change, ...], Snapshot | None]:
    """Write the plan; return the memory, the changes that were done, and the item after them.

    The item is None where nothing was written, or where nothing needs a second look. A comment that a person had
    deleted is made anew if they need to know what it says now.
    """
    applied, now = Applied(), hands.clock.now()
    if planned.changes:
        await hands.budget.spend(now)
        with span("write", tracker=snapshot.tracker, item=snapshot.key, changes=len(planned.changes)):
            applied = await hands.tracker.apply(snapshot, planned.changes)
    outcome = Outcome(
        done=applied.done,
        refused=applied.refused,
        snapshot=applied.snapshot,
        comment_id=applied.comment_id,
        comment_gone=applied.comment_gone,
    )
    after = applied.snapshot
    if after is None and (applied.refused or any(isinstance(change, MoveToBoard) for change in applied.done)):
        after = (await hands.tracker.look([snapshot.id])).get(snapshot.id)
    memory = remember(decision, planned, outcome, snapshot, now)
    if applied.comment_gone:
        decision = replace(decision, memory=memory)
        return await apply(hands, snapshot, decision, Plan(plan(decision, now).words))
    return memory, tuple(applied.done), after
