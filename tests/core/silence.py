"""A policy that asks about quiet items, and what a test of them needs."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from app.core.activity import Activity, ActivityKind
from app.core.case import Case
from app.core.decide import decide
from app.core.decision import Decision, Verdict
from app.core.item_class import ItemClass
from app.core.memory import Memory
from app.core.person import Person
from app.core.policy import ByUrgency, Mandate, Member, Policy, Rung, Stale
from app.core.snapshot import Snapshot
from tests.builders import ADA, DAY, GRACE, NOW, classes, facts, memory, policy, snapshot

LADDER = (Rung(0 * DAY, "owner"), Rung(7 * DAY, "on_call"), Rung(14 * DAY, "mandate"))
STALE = Stale(ByUrgency(7 * DAY, 2 * DAY), ByUrgency(30 * DAY, 14 * DAY), ByUrgency(3 * DAY), LADDER, tell_old=True)
ZOE = Member("Zoe Zone", "zoe@acme.test", "staff_engineer", Mandate())
ASKED = policy(
    stale=STALE, classes=classes(due=ByUrgency()), people=(ZOE, Member("Ada Admin", "ada@acme.test", "engineer"))
)


def asked(**changes: Any) -> Policy:
    """Return the policy with another part about quiet items."""
    return replace(ASKED, stale=replace(STALE, **changes))


def done(days: float, by: Person | None = ADA, kind: ActivityKind = ActivityKind.EDIT, **fields: Any) -> Activity:
    """Return something that was done so many days ago."""
    return replace(Activity(NOW - days * DAY, kind, by), **fields)


def quiet_item(*labels: str, days: float = 9, **fields: Any) -> Snapshot:
    """Return an item that Grace holds, on its board, to which nobody did anything since it was made; it was read."""
    made = snapshot(*labels, created_at=NOW - days * DAY, updated_at=NOW - days * DAY, assignee=GRACE, history=())
    return replace(replace(made, facts=facts(board=None, epic=None)), **fields)


def looked_at(item: Snapshot, known: Memory | None = None, days: float = 0, by: Policy = ASKED) -> Decision:
    """Return the decision so many days from now."""
    return decide(item, memory() if known is None else known, by, NOW + days * DAY)


def verdict_of(decision: Decision, rule: str = "staleness") -> Verdict:
    """Return a rule's verdict."""
    return next(verdict for verdict in decision.verdicts if verdict.rule == rule)


def case_of(item: Snapshot, item_class: str, known: Memory | None = None, now: datetime = NOW, **fields: Any) -> Case:
    """Return a case as the rules get it."""
    kind = ItemClass(item_class)
    case = Case(item, known or memory(), ASKED, now, now, (), kind, goes_as=kind)
    return replace(case, **fields)
