"""An operational item is small.

- A large one is routed all the same, because somebody must hold it, while a person is asked what it really is.
"""

from app.core.actors import holder, owner, taker
from app.core.asking import told_of
from app.core.case import Case, Ruling
from app.core.decision import Finding, Verdict
from app.core.item_class import ItemClass
from app.core.naming import spellings
from app.core.person import Person
from app.core.policy import Policy
from app.core.snapshot import Snapshot
from app.core.text import Block, Code, Mention, Span, paragraph

NAME = "size"
UNTIL = "its estimate or a size label changes"


def size(case: Case) -> Ruling:
    """Ask what a large operational item really is."""
    because = large(case.snapshot, case.policy)
    if because is None:
        return Ruling(Verdict(NAME, "not large", "no sign of a large item holds", UNTIL, _inputs(case)))
    if case.item_class is not ItemClass.OPERATIONAL:
        return Ruling(Verdict(NAME, "large", because, UNTIL, _inputs(case)))
    finding = Finding(
        "size.too_large",
        f"It is operational, but large: {because}.",
        "it becomes strategic, its estimate or size label shrinks, or it is split",
    )
    verdict = Verdict(NAME, "too large", because, finding.clears_when, _inputs(case))
    asked = _asked(case)
    words = f"It is marked as a small fix, but it is large ({because}). Please say whether it is a long-term change."
    told = told_of(case, finding, asked, words)
    return Ruling(verdict, (finding,), says=(_question(asked, because),), asks=True, notices=told)


def _asked(case: Case) -> Person | None:
    coming = taker(case.snapshot, case.policy) if holder(case.snapshot, case.policy) is None else None
    return coming or owner(case.snapshot, case.policy)


def _question(asked: Person | None, because: str) -> Block:
    start: tuple[Span, ...] = (Mention(asked), ", this") if asked else ("This",)
    words = f" is marked as a small fix, but it is large ({because}). Type "
    rest = " if it is a long-term change, split it, or set its size right if it is small after all."
    return paragraph(*start, words, Code("/strategic"), rest)


def _inputs(case: Case) -> dict[str, str]:
    estimate, bound = case.snapshot.estimate, case.policy.size.estimate_at_least
    return {
        "estimate": "none" if estimate is None else f"{estimate:g}",
        "large from": "" if bound is None else f"{bound:g}",
        "size labels": ", ".join(spellings(case.snapshot.labels, case.policy.size.labels)),
    }


def large(snapshot: Snapshot, policy: Policy) -> str | None:
    """Say why an item is large; None when it is not."""
    bound = policy.size.estimate_at_least
    if bound is not None and snapshot.estimate is not None and snapshot.estimate >= bound:
        return f"its estimate is {snapshot.estimate:g}, and {bound:g} or more is large"
    found = spellings(snapshot.labels, policy.size.labels)
    return f"it carries the label {found[0]}" if found else None


def urgent(snapshot: Snapshot, policy: Policy) -> bool:
    """Tell whether an item is urgent."""
    priority = (snapshot.priority,) if snapshot.priority else ()
    by_priority = spellings(priority, policy.urgency.priorities)
    return bool(by_priority or spellings(snapshot.labels, policy.urgency.labels))
