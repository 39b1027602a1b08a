"""What is large and urgent is worded as a risk, and somebody decides on it.

- The risk label is set, and taken off where it is smaller or less urgent before anybody stated a risk.
- The statement is asked for, then exactly its missing parts, then the decision.
- An acceptance ends on its date; another version of the statement calls for another decision.
- A funded risk belongs under an epic like a strategic item; until then it goes nowhere.
"""

from app.core.actors import holder, owner, taker
from app.core.asking import told_of
from app.core.case import Case, Ruling
from app.core.change import AddLabel, Change, RemoveLabel
from app.core.decision import Finding, Verdict
from app.core.epics import current_epic
from app.core.flips import our_labels
from app.core.item_class import ItemClass
from app.core.mandates import midnight_after
from app.core.memory import Memory
from app.core.naming import among, spellings
from app.core.notice import Notice
from app.core.person import Person
from app.core.policy import Member, Policy
from app.core.risk_decisions import Standing, decided_after, is_named, lacks, member_called, standing
from app.core.risk_reader import PARTS, Risk
from app.core.rules.size import large, urgent
from app.core.snapshot import Snapshot
from app.core.text import Block, Code, Mention, Span, bullet, paragraph
from app.core.values import replace

NAME = "risk"
FULL = "/risk If we do not ⟨do what⟩ by ⟨date⟩, we will lose ⟨how much⟩ of ⟨what⟩. Decision: ⟨who⟩"


def why_risk(snapshot: Snapshot, policy: Policy) -> str | None:
    """Say why an item is to be worded as a risk; None when it is not."""
    label = policy.classes.risk
    if label is None:
        return None
    because = large(snapshot, policy)
    if because and urgent(snapshot, policy):
        return f"it is urgent, and {because}"  # first, so that it reads the same once we have set the label
    return f"it carries the label {label}" if among(label, snapshot.labels) else None


def outlived(snapshot: Snapshot, memory: Memory, policy: Policy) -> tuple[str, ...]:
    """Return the risk label, as it is spelled, where only we set it and nothing calls for it any more.

    A person's stays, and so does ours once somebody stated the risk.
    """
    label = policy.classes.risk
    if label is None or memory.risks or (large(snapshot, policy) and urgent(snapshot, policy)):
        return ()
    return spellings(our_labels(snapshot, memory), (label,))


def as_called_for(snapshot: Snapshot, memory: Memory, policy: Policy) -> Snapshot:
    """Return the item as it is without a risk label of ours that it has outlived."""
    gone = outlived(snapshot, memory, policy)
    return replace(snapshot, labels=tuple(name for name in snapshot.labels if name not in gone)) if gone else snapshot


def risk_rule(case: Case) -> Ruling:
    """Ask for a risk's statement, then for the decision on it."""
    because = why_risk(as_called_for(case.snapshot, case.memory, case.policy), case.policy)
    if because is None:
        until = "its size, urgency or labels change"
        gone = tuple(RemoveLabel(label) for label in outlived(case.snapshot, case.memory, case.policy))
        return Ruling(Verdict(NAME, "none", "it is not both large and urgent", until, _signs(case)), wanted=gone)
    found = standing(case.memory.risks, case.memory.risk_decisions, case.policy, case.now)
    wanted = _label(case)
    if found.state in {"funded", "accepted", "rejected"}:
        return _settled(case, found, wanted)
    finding, said = _open(case, found, because)
    verdict = Verdict(NAME, found.state, finding.sentence, finding.clears_when, _inputs(case, found))
    return Ruling(verdict, (finding,), wanted, said, asks=True, notices=_told(case, found, finding))


def _label(case: Case) -> tuple[Change, ...]:
    label = case.policy.classes.risk
    return (AddLabel(label),) if label and not among(label, case.snapshot.labels) else ()


def _settled(case: Case, found: Standing, wanted: tuple[Change, ...]) -> Ruling:
    decision = found.decision
    until = decision.until if decision else None
    by = f"{decision.by} decided so" + (f" because {decision.because}" if decision.because else "") if decision else ""
    changes = f"{until.isoformat()} is over" if until else "the statement changes"
    ends = midnight_after(until, case.policy) if until else None
    return Ruling(Verdict(NAME, found.state, by, changes, _inputs(case, found)), wanted=wanted, look_again_at=ends)


def _open(case: Case, found: Standing, because: str) -> tuple[Finding, tuple[Block, ...]]:
    if found.state == "missing":
        return _missing(case, because)
    if found.state == "incomplete":
        return _incomplete(case, found.risk)
    return _undecided(case, found)


def _told(case: Case, found: Standing, finding: Finding) -> tuple[Notice, ...]:
    """Return what whoever decides should hear, once for each version; before, and where nobody does, who is asked."""
    if found.state in {"missing", "incomplete"}:
        please = "State it" if found.state == "missing" else "Complete it"
        return told_of(case, finding, _asked(case), f"{finding.sentence} {please} in a comment that begins with /risk.")
    named, version, decision = found.risk.decision_maker or "", found.version, found.decision
    over = decision.until if decision else None
    about = over.isoformat() if over else version.at.isoformat() if version else ""
    to = whoever_decides(case, named)
    if to is None:
        stranger = _stranger(named, known=False)
        return told_of(case, finding, _asked(case), f"{finding.sentence} {stranger}", about=about)
    expired = f"{finding.sentence} " if over else ""
    words = f"{expired}Please decide on this risk (/fund, /accept or /reject): {found.risk.sentence()}"
    return told_of(case, finding, to, words, about=about)


def _missing(case: Case, because: str) -> tuple[Finding, tuple[Block, ...]]:
    sentence = f"It is a risk ({because}), but nobody has stated which."
    finding = Finding("risk.missing", sentence, "a person types /risk with the sentence, or writes it under Risk")
    words = f"this is a risk that somebody has to decide on: {because}. State it in a comment:"
    return finding, (paragraph(*_to(_asked(case), words)), bullet(Code(FULL)))


def _incomplete(case: Case, risk: Risk) -> tuple[Finding, tuple[Block, ...]]:
    missing = lacks(risk)
    finding = Finding("risk.incomplete", f"Its statement of the risk lacks {missing}.", "a statement has every part")
    words = f"the statement of the risk lacks {missing}. Complete it in a comment:"
    said = paragraph(*_to(_asked(case), words))
    return finding, (said, bullet(Code(f"/risk {risk.sentence()}")))


def _undecided(case: Case, found: Standing) -> tuple[Finding, tuple[Block, ...]]:
    named = found.risk.decision_maker or ""
    member = member_called(named, case.policy)
    name, expired = member.name if member else named, found.decision
    clears = f"{name} decides on it"
    if expired and expired.until:
        sentence = f"{expired.by} accepted the risk until {expired.until.isoformat()}, and that is over."
        finding = Finding("risk.expired", sentence, clears)
    else:
        sentence = f"{name} has not decided on the risk."
        finding = Finding("risk.undecided", sentence, clears)
    person = decision_maker(case, named)
    start: tuple[Span, ...] = (Mention(person),) if person else (name,)
    asked = paragraph(*start, f", please decide on this risk: {found.risk.sentence()}")
    stranger = () if person else (paragraph(_stranger(named, known=member is not None)),)
    return finding, (
        asked,
        bullet(Code("/fund"), ": it goes under an epic and gets done."),
        bullet(Code("/accept until 2027-01-31 because …"), ": it is left as it is until that day."),
        bullet(Code("/reject because …"), ": it is no risk worth a decision."),
        *stranger,
    )


def _stranger(named: str, *, known: bool) -> str:
    whom = "has no account here" if known else "is nobody that the policy knows or that this ticket shows"
    return f"{named} {whom}. If nobody here goes by that name or e-mail, state the risk again with who decides."


def coming(case: Case) -> Person | None:
    """Return who is about to get the item, so that it reads the same before and after."""
    waits = case.goes_as is ItemClass.OPERATIONAL and holder(case.snapshot, case.policy) is None
    return taker(case.snapshot, case.policy) if waits else None


def _asked(case: Case) -> Person | None:
    return coming(case) or owner(case.snapshot, case.policy)


def decision_maker(case: Case, named: str) -> Person | None:
    """Return the tracker's person whom a statement names, if the item shows them anywhere."""
    snapshot, policy, epic = case.snapshot, case.policy, current_epic(case.snapshot, case.memory)
    fact = snapshot.facts.decider
    shown = (
        fact.person if fact else None,
        coming(case),
        snapshot.assignee,
        epic.owner if epic else None,
        snapshot.creator,
        *(comment.by for comment in snapshot.comments),
        *(epic.owner for epic in snapshot.epics),
    )
    return next((one for one in shown if one and one.active and is_named(one, named, snapshot.tracker, policy)), None)


def whoever_decides(case: Case, named: str) -> Person | None:
    """Return whom a statement names: as the item shows them, else as the policy knows them; a stranger is nobody."""
    seen, member = decision_maker(case, named), member_called(named, case.policy)
    return seen or (person_of(member, case.snapshot.tracker) if member else None)


def person_of(member: Member, tracker: str) -> Person:
    """Return whom the policy knows as a tracker's person; the id is empty where nobody wrote it down."""
    return Person(member.ids.get(tracker, ""), member.name, member.email)


def _to(person: Person | None, words: str) -> tuple[Span, ...]:
    return (Mention(person), f", {words}") if person else (words[0].upper() + words[1:],)


def _signs(case: Case) -> dict[str, str]:
    """Return what makes an item a risk or not."""
    snapshot, label = case.snapshot, case.policy.classes.risk
    estimate = "" if snapshot.estimate is None else f"{snapshot.estimate:g}"
    carries = "yes" if among(label, snapshot.labels) else "no"
    return {
        "estimate": estimate,
        "large": large(snapshot, case.policy) or "no",
        "priority": snapshot.priority or "",
        "urgent": "yes" if urgent(snapshot, case.policy) else "no",
        "risk label": carries if label else "none in the policy",
    }


def _inputs(case: Case, found: Standing) -> dict[str, str]:
    risk, version, made = found.risk, found.version, found.decision
    inputs = _signs(case)
    inputs |= {name.replace("_", "-"): getattr(risk, name) or "" for name in PARTS}
    if version is not None:
        inputs["stated by"] = version.by or "the description"
        inputs["stated at"] = version.at.isoformat(timespec="seconds")
    if made is not None:
        inputs["decided by"] = made.by
        inputs["decided at"] = made.at.isoformat(timespec="seconds")
        inputs["decided after"] = f"{decided_after(found):g} h"
        inputs["until"] = made.until.isoformat() if made.until else ""
    return inputs
