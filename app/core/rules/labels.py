"""Every item carries exactly one class label.

- Other spellings of a class label are replaced by the policy's.
- An item without one is left alone for its grace; then its owner is asked, and it is marked as waiting.
- An item with both is routed nowhere until a person has chosen; one that gets the second label is left alone for the
  grace too, because whoever changes a label in two steps may add the new one first.
- Once the class is known the waiting mark is taken away, also one that the policy named otherwise when we set it.
"""

from app.core.actors import owner
from app.core.asking import told_of
from app.core.case import Case, Ruling
from app.core.change import AddLabel, Change, RemoveLabel
from app.core.classes import read_class, tidied
from app.core.decision import Finding, Verdict
from app.core.duration import format_duration
from app.core.flips import our_labels
from app.core.item_class import ROUTED, ItemClass
from app.core.moments import later
from app.core.naming import among, spellings
from app.core.places import class_words
from app.core.rules.risk import as_called_for, why_risk
from app.core.text import Block, Code, Mention, Span, bullet, paragraph

NAME = "labels"


def labels(case: Case) -> Ruling:
    """Find the item's class; ask for it when the grace is over."""
    snapshot = as_called_for(case.snapshot, case.memory, case.policy)
    reading = read_class(snapshot, case.policy, case.memory.chosen)
    if reading.item_class in ROUTED:
        return _known(case, reading.item_class, reading.because)
    if reading.item_class is ItemClass.RISK:
        verdict = Verdict(NAME, "risk", reading.because, "a class label is set", _labelled(case))
        return Ruling(verdict, wanted=_unmarked(case), item_class=ItemClass.RISK)
    if reading.item_class is ItemClass.CONFLICT:
        return _both(case, reading.because)
    if (risk := why_risk(snapshot, case.policy)) is not None:
        verdict = Verdict(NAME, "risk", risk, "it is smaller or less urgent, or a class label is set", _labelled(case))
        return Ruling(verdict, wanted=_unmarked(case), item_class=ItemClass.RISK)
    return _none(case, reading.because)


def _known(case: Case, item_class: ItemClass, because: str) -> Ruling:
    wanted = (*tidied(item_class, case.snapshot, case.policy.classes), *_unmarked(case))
    verdict = Verdict(NAME, item_class, because, "another class label is set", _labelled(case))
    return Ruling(verdict, wanted=wanted, item_class=item_class)


def _waiting(case: Case, item_class: ItemClass, because: str) -> Ruling | None:
    """Leave the item alone while its grace runs; None: that is over."""
    ends = later(case.classless_since, case.policy.classes.grace)
    if case.now >= ends:
        return None
    until = "the grace is over or its class labels change"
    verdict = Verdict(NAME, "waiting", f"{because}, and its grace is not over", until, _inputs(case))
    return Ruling(verdict, look_again_at=ends, item_class=item_class)


def _none(case: Case, because: str) -> Ruling:
    if (waiting := _waiting(case, ItemClass.MISSING, because)) is not None:
        return waiting
    one, other = _both_labels(case)
    finding = Finding(
        "class.missing",
        f"It carries neither {one} nor {other}, and its grace is over.",
        f"one of the labels {one} and {other} is set, or a person types /operational or /strategic",
    )
    because = f"it carries neither {one} nor {other}, and its grace is over"
    verdict = Verdict(NAME, "missing", because, finding.clears_when, _inputs(case))
    asked = _question(case, "which of the two is this post-mortem item?")
    words = (
        f"Nobody has said what it is: {one} (a small fix) or {other} (a long-term change)? Please say it in a comment."
    )
    told = told_of(case, finding, owner(case.snapshot, case.policy), words)
    return Ruling(verdict, (finding,), _marked(case), asked, asks=True, item_class=ItemClass.MISSING, notices=told)


def _both(case: Case, because: str) -> Ruling:
    known = "class.conflict" in case.memory.since or case.memory.first_seen_at == case.now
    if not known and (waiting := _waiting(case, ItemClass.CONFLICT, because)) is not None:
        return waiting
    one, other = _both_labels(case)
    finding = Finding(
        "class.conflict",
        f"It carries both {one} and {other}, so it is routed nowhere.",
        "one of the two labels is taken off, or a person types /operational or /strategic",
    )
    verdict = Verdict(NAME, "conflict", because, finding.clears_when, _labelled(case))
    asked = _question(case, "this post-mortem item carries both class labels: which one holds?")
    words = f"It carries both class labels, {one} and {other}. Please say in a comment which one holds."
    told = told_of(case, finding, owner(case.snapshot, case.policy), words)
    return Ruling(verdict, (finding,), (), asked, asks=True, item_class=ItemClass.CONFLICT, notices=told)


def _question(case: Case, words: str) -> tuple[Block, ...]:
    one, other = _both_labels(case)
    asked = owner(case.snapshot, case.policy)
    start: tuple[Span, ...] = (Mention(asked), ", " + words) if asked else (words[0].upper() + words[1:],)
    return (
        paragraph(*start),
        bullet(
            Code("/operational"), f" (label {one}): a small fix. It goes to the on-call team's board, with a due date."
        ),
        bullet(
            Code("/strategic"), f" (label {other}): a long-term change. It goes under an epic whose owner can plan it."
        ),
        paragraph("Type one of the two as a comment, or set the label."),
    )


def _both_labels(case: Case) -> tuple[str, str]:
    return case.policy.classes.operational.label, case.policy.classes.strategic.label


def _marked(case: Case) -> tuple[Change, ...]:
    mark = case.policy.classes.needs_class
    return (AddLabel(mark),) if mark and not among(mark, case.snapshot.labels) else ()


def _unmarked(case: Case) -> tuple[Change, ...]:
    """Return the removal of the waiting mark, whoever set it, and of what we set before the policy named it anew."""
    mark, words = case.policy.classes.needs_class, class_words(case.policy)
    words += tuple(name for names in case.snapshot.full_names if spellings(names, words) for name in names)
    marks = spellings(case.snapshot.labels, (mark,) if mark else ())
    old = (label for label in our_labels(case.snapshot, case.memory) if not among(label, words))
    return tuple(RemoveLabel(label) for label in (*marks, *old))


def _labelled(case: Case) -> dict[str, str]:
    return {"labels": ", ".join(case.snapshot.labels)}


def _inputs(case: Case) -> dict[str, str]:
    return {
        **_labelled(case),
        "without a class since": case.classless_since.isoformat(timespec="seconds"),
        "grace": format_duration(case.policy.classes.grace),
    }
