"""Tell who has the right to put work of an area on the roadmap, and until when."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from app.core.naming import among
from app.core.person import Person
from app.core.policy import Member, Policy
from app.core.zone import parse_zone

LAST_YEAR = 9999
"""What ends in it has no end that could be reckoned with."""


def are_declared(policy: Policy) -> bool:
    """Tell whether the policy speaks of mandates at all; where it does not, nobody can lack one."""
    return bool(policy.mandate_roles) or any(member.mandate is not None for member in policy.people)


def member_of(person: Person, tracker: str, policy: Policy) -> Member | None:
    """Return whom the policy knows as that person: by the tracker's id, else by e-mail without case."""
    by_id = (member for member in policy.people if person.goes_by(member.ids.get(tracker)))
    return next(by_id, None) or policy.member(person.email)


def lacking(member: Member | None, area: str | None, policy: Policy, today: date) -> str | None:
    """Say in a clause about them what somebody's mandate for an area lacks; None: they have it."""
    if member is None:
        return "is not among the people of the policy"
    if policy.mandate_roles and not among(member.role, policy.mandate_roles):
        role = f"has the role {_plain(member.role)}" if member.role else "has no role"
        return f"{role}, and only {_either(map(_plain, policy.mandate_roles))} can have a mandate"
    mandate = member.mandate
    if mandate is None:
        return "has no mandate in the policy"
    if area is not None and mandate.areas and not among(area, mandate.areas):
        return f"has a mandate for {', '.join(mandate.areas)}, not for {area}"
    if mandate.until is not None and mandate.until < today:
        return f"had a mandate, which ended on {mandate.until.isoformat()}"
    return None


def holders(area: str | None, policy: Policy, today: date) -> tuple[Member, ...]:
    """Return who has the mandate for an area today, in the policy's order."""
    return tuple(member for member in policy.people if lacking(member, area, policy, today) is None)


def today_at(now: datetime, policy: Policy) -> date:
    """Return the day it is in the policy's time zone, but for the calendar's last year, beyond which there is none."""
    return now.date() if now.year >= LAST_YEAR else now.astimezone(parse_zone(policy.messages.timezone)).date()


def end_of(member: Member, policy: Policy) -> datetime | None:
    """Return the first moment (UTC) after somebody's mandate: midnight in the policy's time zone; None: no end."""
    until = member.mandate.until if member.mandate else None
    return midnight_after(until, policy) if until else None


def midnight_after(day: date, policy: Policy) -> datetime | None:
    """Return the first moment (UTC) after a day in the policy's time zone; None: too far away to matter."""
    if day.year >= LAST_YEAR:
        return None
    midnight = datetime.combine(day + timedelta(days=1), time(), parse_zone(policy.messages.timezone))
    return midnight.astimezone(UTC)


def next_end(members: Iterable[Member], now: datetime, policy: Policy) -> datetime | None:
    """Return the next moment at which one of these mandates ends."""
    ends = (end_of(member, policy) for member in members)
    return min((end for end in ends if end is not None and end > now), default=None)


def named(area: str | None, members: Iterable[Member]) -> str:
    """Say in a sentence who has the mandate for an area."""
    what = f"The mandate for {area}" if area else "A mandate"
    names = [member.name for member in members]
    return f"{what} is held by {_either(names)}." if names else f"{what} is held by nobody in the policy."


def _plain(role: str) -> str:
    return role.replace("_", " ")


def _either(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last
