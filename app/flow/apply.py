"""Write a plan to the tracker and remember what came of it."""

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from app.core.change import Change, MoveToBoard
from app.core.decision import Decision
from app.core.errors import Transient
from app.core.memory import Memory
from app.core.plan import Outcome, Plan, plan, remember
from app.core.snapshot import Snapshot
from app.ports import Applied, Clock, Tracker

HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Budget:
    """Keep to the policy's number of written items an hour, for one tracker."""

    limit: int
    _made: deque[datetime] = field(default_factory=deque)

    def left(self, now: datetime) -> int:
        """Return how many writes the hour still allows."""
        while self._made and now - self._made[0] >= HOUR:
            self._made.popleft()
        return max(0, self.limit - len(self._made))

    def spend(self, now: datetime) -> None:
        """Count one write; raise Transient with the wait in seconds when the hour's are used up."""
        if not self.left(now):
            wait = (self._made[0] + HOUR - now).total_seconds()
            raise Transient(f"the policy allows {self.limit} writes an hour, and they are used up", wait)
        self._made.append(now)


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
        hands.budget.spend(now)
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
