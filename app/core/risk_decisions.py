"""Take in decisions on a risk: only the decision-maker that its statement names can make one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, TypeAlias

from app.core.actors import is_stranger
from app.core.commands import Command
from app.core.mandates import are_declared, lacking, member_of, today_at
from app.core.naming import same
from app.core.person import Person
from app.core.policy import Member, Policy
from app.core.risk_reader import Risk, read_risk
from app.core.snapshot import Snapshot
from app.core.statements import Statement, told

Kind: TypeAlias = Literal["fund", "accept", "reject"]
State: TypeAlias = Literal["missing", "incomplete", "undecided", "funded", "accepted", "rejected", "expired"]
DECIDING: tuple[Kind, ...] = ("fund", "accept", "reject")
HOW = {
    "fund": "/fund",
    "accept": "/accept until 2027-01-31 because …",
    "reject": "/reject because …",
}
_UNTIL = re.compile(r"until\s+(\d{4}-\d{2}-\d{2})\b", re.IGNORECASE)
_BECAUSE = re.compile(r"\bbecause\s+(\S.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RiskDecision:
    """Hold what somebody decided on a version of a risk. `until` is the last day of an acceptance."""

    kind: Kind
    by: str
    by_id: str
    at: datetime
    because: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Say where a risk stands: its state, its latest version as it was read, and the decision that holds."""

    state: State
    risk: Risk = field(default_factory=Risk)
    version: Statement | None = None
    decision: RiskDecision | None = None


def standing(
    versions: Sequence[Statement], decisions: Sequence[RiskDecision], policy: Policy, now: datetime
) -> Standing:
    """Return where a risk stands now (UTC); another version of the statement calls for another decision."""
    if not versions:
        return Standing("missing")
    version = versions[-1]
    risk = read_risk(version.text, today_at(version.at, policy))
    if risk.missing:
        return Standing("incomplete", risk, version)
    decision = next((one for one in reversed(decisions) if one.at >= version.at), None)
    if decision is None:
        return Standing("undecided", risk, version)
    over = decision.until is not None and decision.until < today_at(now, policy)
    states: dict[Kind, State] = {"fund": "funded", "accept": "expired" if over else "accepted", "reject": "rejected"}
    return Standing(states[decision.kind], risk, version, decision)


def decided_after(found: Standing) -> float:
    """Return the hours from the wording of a risk to the decision on it, to a hundredth; 0 before there is both."""
    if found.version is None or found.decision is None:
        return 0.0
    return round((found.decision.at - found.version.at).total_seconds() / 3600, 2)


def decided(command: Command, versions: Sequence[Statement], item: Snapshot, policy: Policy) -> RiskDecision | str:
    """Return the decision that a command makes, or the sentence that says why it makes none."""
    kind = next(one for one in DECIDING if one == command.word)
    found = standing([one for one in versions if one.at <= command.at], (), policy, command.at)
    if found.state == "missing":
        return f"/{kind} decides on a risk, but none is stated here. Type /risk and the sentence first."
    if found.state == "incomplete":
        return f"/{kind} has to wait: the statement of the risk lacks {lacks(found.risk)}."
    named = found.risk.decision_maker or ""
    if not is_named(command.by, named, item.tracker, policy):
        return f"{command.by.name} cannot decide on this risk: its statement names {named}."
    if _stated_by(command.by, found.version, item) and (why := _unfit(command, item.tracker, policy)):
        return why
    return _read(kind, command, policy)


def _stated_by(person: Person, version: Statement | None, item: Snapshot) -> bool:
    """Tell whether somebody stated a version; what the description says is taken for its creator's."""
    if version is None or version.source == "comment":
        return version is not None and version.by_id == person.id
    return item.creator is not None and item.creator.id == person.id


def _unfit(command: Command, tracker: str, policy: Policy) -> str | None:
    """Say why somebody cannot decide on what they stated themselves: only a mandate lets them."""
    member = member_of(command.by, tracker, policy)
    because = lacking(member, None, policy, today_at(command.at, policy)) if are_declared(policy) else None
    name = command.by.name
    return f"{name} stated this risk and cannot decide on it too: {name} {because}." if because else None


def _read(kind: Kind, command: Command, policy: Policy) -> RiskDecision | str:
    text = told(command)
    because = found[1] if (found := _BECAUSE.search(text)) else ""
    until = _day(text) if kind == "accept" else None
    if (kind != "fund" and not because) or (kind == "accept" and until is None):
        return f"/{kind} needs {'a date and a reason' if kind == 'accept' else 'a reason'}: {HOW[kind]}"
    if until is not None and until < today_at(command.at, policy):
        return f"/accept needs a date to come, and {until.isoformat()} is over: {HOW[kind]}"
    return RiskDecision(kind, command.by.name, command.by.id, command.at, because, until)


def _day(text: str) -> date | None:
    found = _UNTIL.search(text)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def is_named(person: Person, named: str, tracker: str, policy: Policy) -> bool:
    """Tell whether a statement's name means that person: as the policy knows them, else by their own full name."""
    member = member_called(named, policy)
    if member is not None:
        return member_of(person, tracker, policy) is member
    if is_stranger(person, policy):
        return False
    return any(same(own, named) for own in (person.name, person.email, person.id, _login(person)))


def _login(person: Person) -> str | None:
    """Return the name by which people mention somebody: Data Center's own, or the end of a profile's address."""
    return person.mention.rstrip("/").rpartition("/")[2] if person.mention else None


def who_is(named: str, tracker: str, policy: Policy) -> tuple[str, str] | None:
    """Return the id for a tracker and the e-mail by which to find whom a statement names; None: there is no way."""
    member = member_called(named, policy)
    if member is not None:
        return member.ids.get(tracker, ""), member.email
    return ("", named) if "@" in named else None


def member_called(named: str, policy: Policy) -> Member | None:
    """Return whom the policy knows by that name, e-mail, user name or, if only one has it, first name."""
    for names in (_full_names, _short_names):
        found = [member for member in policy.people if named.casefold() in names(member)]
        if len(found) == 1:
            return found[0]
    return None


def _full_names(member: Member) -> set[str]:
    return {member.name.casefold(), member.email.casefold(), *(id_.casefold() for id_ in member.ids.values())}


def _short_names(member: Member) -> set[str]:
    return {member.name.casefold().partition(" ")[0], member.email.casefold().partition("@")[0]}


def lacks(risk: Risk) -> str:
    """Return what a statement lacks as people read it, with the date that is over where it named one."""
    words = {
        "act": "an act",
        "decision_maker": "a decision-maker",
        "horizon": f"a horizon ({risk.over} is over)" if risk.over else "a horizon",
    }
    *first, last = (words.get(name, f"a {name}") for name in risk.missing)
    return f"{', '.join(first)} and {last}" if first else last
