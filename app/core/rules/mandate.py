"""The epic of a strategic item has an owner who can put it on the roadmap.

- The epic is open and its owner is a person who is there.
- That person has the mandate for the route's area: known to the policy, in one of its roles, for the area, to this day.
- Whatever fails is told once, with who does have the mandate.
"""

from dataclasses import dataclass

from app.core.actors import is_human
from app.core.answering import in_tracker
from app.core.asking import told_of
from app.core.case import Case, Ruling
from app.core.decision import Finding, Verdict
from app.core.epics import called, current_epic
from app.core.item_class import ItemClass
from app.core.mandates import are_declared, holders, lacking, member_of, named, next_end, today_at
from app.core.person import Person
from app.core.policy import Member
from app.core.snapshot import Epic
from app.core.text import Mention, Span, paragraph
from app.core.values import replace

NAME = "mandate"
_YOURS = {"has": "have", "is": "are"}


@dataclass(frozen=True, slots=True)
class Fault:
    """Say what is wrong with an epic: `told` follows a mention of whom it is for, `please` is what they can do."""

    id: str
    sentence: str
    clears_when: str
    told: str
    please: str
    to: Person | None = None


def mandate(case: Case) -> Ruling:
    """Tell when nobody with the mandate owns the item's epic."""
    epic = current_epic(case.snapshot, case.memory)
    if not needs_epic(case) or epic is None:
        because = "only an item that belongs under an epic needs an owner with a mandate"
        inputs = {"class": case.item_class, "epic": called(epic) if epic else ""}
        return Ruling(Verdict(NAME, "not needed", because, "it is strategic and under an epic", inputs))
    today, area = today_at(case.now, case.policy), area_of(case)
    able, fault = holders(area, case.policy, today), _fault(case, epic)
    owner = _owner(case, epic)
    member = member_of(owner, case.snapshot.tracker, case.policy) if owner else None
    concerned = (*able, member) if fault and member else able if fault else (member,) if member else ()
    ends = next_end(concerned, case.now, case.policy)
    inputs = _inputs(case, epic, member)
    if fault is None:
        because = f"{owner.name if owner else 'its owner'} owns {called(epic)} and can put it on the roadmap"
        until = "the epic's owner or state, or somebody's mandate changes"
        return Ruling(Verdict(NAME, "as it should be", because, until, inputs), look_again_at=ends)
    held = named(area, able) if are_declared(case.policy) else ""
    ruling = _told(fault, held, inputs, Ruling(Verdict(NAME, "", "", ""), look_again_at=ends))
    to = fault.to or (in_tracker(able[0], case) if able else None)
    return replace(ruling, notices=told_of(case, ruling.findings[0], to, _letter(fault, held)))


def needs_epic(case: Case) -> bool:
    """Tell whether an item belongs under an epic that somebody with the mandate owns."""
    return case.goes_as is ItemClass.STRATEGIC


def area_of(case: Case) -> str | None:
    """Return the area whose mandate an item needs."""
    return case.route.area if case.route else None


def _told(fault: Fault, able: str, inputs: dict[str, str], ruling: Ruling) -> Ruling:
    finding = Finding(fault.id, f"{fault.sentence} {able}".rstrip(), fault.clears_when)
    start: tuple[Span, ...] = (Mention(fault.to), ", ") if fault.to else ()
    said = paragraph(*start, " ".join(part for part in (fault.told, able, fault.please) if part))
    verdict = Verdict(NAME, fault.id.partition(".")[2].replace("_", " "), finding.sentence, finding.clears_when, inputs)
    return Ruling(verdict, (finding,), says=(said,), asks=True, look_again_at=ruling.look_again_at)


def _letter(fault: Fault, able: str) -> str:
    told = " ".join(part for part in (fault.told, able, fault.please) if part)
    return told[0].upper() + told[1:]


def _fault(case: Case, epic: Epic) -> Fault | None:
    """Return the first thing that is wrong: a closed epic helps nobody, whoever owns it."""
    name, owner = called(epic), _owner(case, epic)
    if not epic.seen:
        sentence = f"Its epic {name} cannot be seen from here, so nobody can tell whether it is planned."
        please = "Please let the account of this service see it, or put the item under another epic."
        return Fault("epic.none", sentence, "the epic can be seen", sentence, please)
    if not epic.open:
        sentence, to = f"Its epic {name} is closed.", owner if owner and owner.active else None
        told = f"the epic {name} of this item is closed." if to else sentence
        please = "Please put the item under an epic that is still worked on, or reopen this one."
        return Fault("epic.closed", sentence, "the epic is open, or the item is under another", told, please, to)
    if owner is None:
        sentence = f"Its epic {name} has no owner, so nobody can put the item on the roadmap."
        please = _hand_over(case)
        return Fault("epic.no_owner", sentence, "somebody with the mandate owns the epic", sentence, please)
    if not owner.active:
        sentence = f"{owner.name}, who owns its epic {name}, is deactivated."
        please = _hand_over(case)
        return Fault("epic.owner_inactive", sentence, "somebody with the mandate owns the epic", sentence, please)
    return _without(case, name, owner) if are_declared(case.policy) else None


def _hand_over(case: Case) -> str:
    return f"Please give the epic to somebody{' who has it' if are_declared(case.policy) else ''}."


def _without(case: Case, name: str, owner: Person) -> Fault | None:
    member, today = member_of(owner, case.snapshot.tracker, case.policy), today_at(case.now, case.policy)
    because = lacking(member, area_of(case), case.policy, today)
    if because is None:
        return None
    sentence = f"{owner.name}, who owns its epic {name}, {because}."
    refused = f"you own the epic {name} of this item, but the policy does not let you put it on the roadmap"
    told = f"{refused}: {_to_you(because)}."
    please = "Please hand the epic to somebody who has it, or have the policy say that you do."
    clears = "somebody with the mandate owns the epic, or the policy gives its owner the mandate"
    return Fault("epic.owner_without_mandate", sentence, clears, told, please, owner)


def _to_you(clause: str) -> str:
    verb, _, rest = clause.partition(" ")
    return f"you {_YOURS.get(verb, verb)} {rest}"


def _owner(case: Case, epic: Epic) -> Person | None:
    """Return the person who owns an epic; a machine owns nothing."""
    return epic.owner if is_human(epic.owner, case.policy) else None


def _inputs(case: Case, epic: Epic, member: Member | None) -> dict[str, str]:
    until = member.mandate.until if member and member.mandate else None
    return {
        "epic": called(epic),
        "open": "yes" if epic.open else "no",
        "owner": epic.owner.name if epic.owner else "",
        "role": member.role if member else "",
        "areas": ", ".join(member.mandate.areas) if member and member.mandate else "",
        "mandate until": until.isoformat() if until else "",
        "area": area_of(case) or "",
    }
