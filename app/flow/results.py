"""Tell what a run saw, decided and wrote, for the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.core.change import Change, describe
from app.core.decide import decide
from app.core.decision import Decision
from app.core.digest import addressed
from app.core.memory import Memory
from app.core.plan import Plan
from app.core.policy import Policy
from app.core.postmortem import postmortem_of
from app.core.record import Record
from app.core.snapshot import Snapshot
from app.core.values import replace
from app.ports import Result


@dataclass(frozen=True, slots=True)
class Run:
    """Gather one run: the last look, what was decided on it, and what came of it.

    `decided` is what the writes rest on, in a phrase.
    """

    snapshot: Snapshot
    decision: Decision
    memory: Memory
    decided: str
    done: Sequence[Change] = ()
    held: Mapping[str, str] = field(default_factory=dict)


def observed(snapshot: Snapshot, decision: Decision, planned: Plan, before: Memory, policy: Policy, *, why: str) -> Run:
    """Return a run that writes nothing: nobody is told anything either, so that no rung of a ladder is lost."""
    held = {describe(change): why for change in planned.changes}
    told = tuple(one for one in decision.memory.told if one in before.told)
    if told != decision.memory.told:  # its reasons and its rung would say that people heard of it
        unheard = decide(snapshot, before, policy, decision.memory.told[-1].at, tells=False)
        decision = replace(decision, verdicts=unheard.verdicts, quiet=unheard.quiet)
    memory = replace(decision.memory, told=told)
    return Run(snapshot, replace(decision, notices=()), memory, phrase(decision), (), {**held, **planned.held})


def judged_by(policy: Policy, *, acts: bool) -> str:
    """Name a policy, and whether it writes."""
    return f"{policy.digest[:16]} {'acts' if acts else 'idle'}"


def result_of(run: Run, policy: Policy, because: Sequence[str], now: datetime, *, acts: bool) -> Result:
    """Return what the store keeps of a run."""
    snapshot, decision = run.snapshot, run.decision
    record = Record(
        at=now,
        because=tuple(because),
        findings=decision.findings,
        writes=tuple(describe(change) for change in run.done),
        held=run.held,
        verdicts=decision.verdicts,
        decided=run.decided,
        saw=_saw(snapshot),
    )
    return Result(
        snapshot=snapshot,
        memory=replace(run.memory, board=snapshot.facts.board or run.memory.board),
        item_class=decision.item_class,
        route=decision.route,
        owner=decision.owner,
        watched=decision.watched,
        look_again_at=max(decision.look_again_at, now) if decision.look_again_at else None,
        record=record,
        quiet=decision.quiet,
        postmortem=postmortem_of(snapshot, run.memory, policy),
        notices=tuple(addressed(notice, snapshot.tracker, policy) for notice in decision.notices),
        judged_by=judged_by(policy, acts=acts),
    )


def phrase(decision: Decision) -> str:
    """Return the item's class and on what that rests."""
    return f"{decision.item_class}, because {decision.verdicts[0].clause}"


def _saw(snapshot: Snapshot) -> dict[str, str]:
    seen = {
        "labels": ", ".join(snapshot.labels),
        "state": snapshot.state,
        "team": snapshot.team or "",
        "assignee": snapshot.assignee.name if snapshot.assignee else "",
        "epic": ", ".join(epic.title for epic in snapshot.epics),
        "due": snapshot.due.isoformat() if snapshot.due else "",
    }
    return {name: value for name, value in seen.items() if value}
