"""Tell who answers for an item, and who is told when it goes quiet."""

from collections.abc import Iterator

from app.core.actors import is_human, owner, taker
from app.core.case import Case
from app.core.epics import current_epic
from app.core.item_class import ItemClass
from app.core.mandates import holders, member_of, today_at
from app.core.naming import among
from app.core.person import Person
from app.core.places import route_of
from app.core.policy import Member, Rung
from app.core.risk_decisions import standing
from app.core.rules.risk import coming, person_of, whoever_decides


def answers_for(case: Case) -> Person | None:
    """Return an item's owner, whether they are there or not.

    Strategic or a funded risk: the owner of its epic. A risk: its decision-maker. Any other: its assignee, else its
    creator, who must be active people; so it is with a risk for which nobody is named.
    """
    if case.goes_as is ItemClass.STRATEGIC:
        epic = current_epic(case.snapshot, case.memory)
        return epic.owner if epic and is_human(epic.owner, case.policy) else None
    named = _decision_maker(case) if case.item_class is ItemClass.RISK else None
    return named or owner(case.snapshot, case.policy)


def addressee(case: Case, rung: Rung) -> Person | None:
    """Return who is told by a rung now; the person's id is empty where the tracker does not show who they are."""
    if rung.tell == "owner":
        return told_owner(case)
    if rung.tell == "on_call":
        return taker(case.snapshot, case.policy)
    member = _mandate_holder(case)
    return in_tracker(member, case) if member else None


def told_owner(case: Case) -> Person | None:
    """Return whom to tell in the owner's place: who is about to get the item, else its owner, else who holds it."""
    answering = answers_for(case)
    return coming(case) or (answering if answering and answering.active else owner(case.snapshot, case.policy))


def _decision_maker(case: Case) -> Person | None:
    found = standing(case.memory.risks, case.memory.risk_decisions, case.policy, case.now)
    named = found.risk.decision_maker
    return whoever_decides(case, named) if named else None


def unseen_holder(case: Case) -> tuple[str, str] | None:
    """Return the id (empty: unknown) and the e-mail of who has the mandate, where the item does not show them."""
    member = _mandate_holder(case)
    if member is None or _seen(member, case) is not None:
        return None
    return member.ids.get(case.snapshot.tracker, ""), member.email


def _mandate_holder(case: Case) -> Member | None:
    """Return somebody who has the mandate for the item's area, rather one who was not told before."""
    route = route_of(case.snapshot, case.memory, case.policy)
    able = holders(route.area if route else None, case.policy, today_at(case.now, case.policy))
    told = [one.to.email for one in case.memory.told if one.to]
    fresh = [member for member in able if not among(member.email, [email for email in told if email])]
    return next(iter((*fresh, *able)), None)


def in_tracker(member: Member, case: Case) -> Person:
    """Return whom the policy knows as the tracker knows them; their id is empty where it does not show who they are."""
    return _seen(member, case) or person_of(member, case.snapshot.tracker)


def _seen(member: Member, case: Case) -> Person | None:
    """Return the tracker's person whom the item shows, or who was looked up for it."""
    tracker, fact = case.snapshot.tracker, case.snapshot.facts.holder
    people = (*_shown(case), *([fact.person] if fact and fact.person else []))
    return next((one for one in people if one.active and member_of(one, tracker, case.policy) is member), None)


def _shown(case: Case) -> Iterator[Person]:
    """Yield the people whom the item shows."""
    snapshot, epic = case.snapshot, current_epic(case.snapshot, case.memory)
    epics = (one.owner for one in (epic, *snapshot.epics) if one is not None)
    people = (snapshot.assignee, snapshot.creator, *epics, *(comment.by for comment in snapshot.comments))
    yield from (one for one in people if one is not None)
