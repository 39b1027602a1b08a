"""Handle one item: fetch the facts that its rules lack, decide, plan, apply, and tell what happened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.core.decide import decide
from app.core.decision import Decision
from app.core.memory import Memory
from app.core.plan import Plan, plan
from app.core.policy import Policy
from app.core.snapshot import Snapshot
from app.core.values import replace
from app.flow.ahead import Note, noted, nowhere
from app.flow.apply import apply
from app.flow.budget import Budget
from app.flow.facts import with_facts
from app.flow.on_call import Rotas
from app.flow.results import Run, observed, phrase, result_of
from app.ports import Clock, Result, Tracker


@dataclass(slots=True)
class Handler:
    """Handle the items of one tracker. Unless it `acts` nothing is written; `idle` says why."""

    tracker: Tracker
    rotas: Rotas
    policy: Callable[[], Policy]
    clock: Clock
    budget: Budget
    acts: bool
    idle: str = "observe mode"

    async def handle(self, snapshot: Snapshot, memory: Memory, because: Sequence[str], note: Note = nowhere) -> Result:
        """Bring one item to where the policy wants it, and return what to keep of the run."""
        policy, acts = self.policy(), self.acts
        seen = await self._decided(snapshot, memory, policy)
        if acts:
            await noted(note, memory, policy, *seen)
        run = await self._written(*seen, policy) if acts else observed(*seen, memory, policy, why=self.idle)
        return result_of(run, policy, because, self.clock.now(), acts=acts)

    async def _decided(self, snapshot: Snapshot, memory: Memory, policy: Policy) -> tuple[Snapshot, Decision, Plan]:
        snapshot = await with_facts(self.tracker, self.rotas, snapshot, memory, policy)
        now = self.clock.now()
        decision = decide(snapshot, memory, policy, now)
        return snapshot, decision, plan(decision, now)

    async def _written(self, snapshot: Snapshot, decision: Decision, planned: Plan, policy: Policy) -> Run:
        """Write the plan, words last: only after the write can be told whether the item shows on its board."""
        words, held, decided = planned.words, planned.held, phrase(decision)
        memory, done, after = await apply(self, snapshot, decision, planned.silent())
        if after is None:
            decision = replace(decision, memory=memory)
        else:
            after = replace(after, heard=snapshot.heard, history=snapshot.history)
            snapshot, decision, again = await self._decided(after, memory, policy)
            words, held = again.words, {**held, **again.held}
        memory, said, _ = await apply(self, snapshot, decision, Plan(words))
        return Run(snapshot, decision, memory, decided, (*done, *said), held)
