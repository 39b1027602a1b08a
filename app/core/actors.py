"""Tell people from machines, and who answers for an item."""

from app.core.naming import among, folded
from app.core.person import Person
from app.core.policy import Policy
from app.core.snapshot import Snapshot


def is_human(person: Person | None, policy: Policy) -> bool:
    """Tell whether a person acted: nobody named is a machine, the policy's bots are, its relays are not."""
    if person is None:
        return False
    if is_listed(person, policy.relays, policy):
        return True
    return not person.bot and not is_listed(person, policy.bots, policy)


def is_listed(person: Person, emails: tuple[str, ...], policy: Policy) -> bool:
    """Tell whether a list of the policy names somebody: by e-mail, or as whom it knows by an id of any system."""
    if not emails:
        return False
    if among(person.email, emails):
        return True
    listed = folded(emails)
    named = (member for member in policy.people if member.email.casefold() in listed)
    return any(person.goes_by(id_) for member in named for id_ in member.ids.values())


def has_a_say(person: Person, policy: Policy) -> bool:
    """Tell whether somebody's commands count: people's do, those of outsiders where `people` names them."""
    return is_human(person, policy) and not is_stranger(person, policy)


def is_stranger(person: Person, policy: Policy) -> bool:
    """Tell whether somebody is outside and unknown to the policy; they chose their name themselves."""
    return person.outside and not is_listed(person, tuple(member.email for member in policy.people), policy)


def holder(snapshot: Snapshot, policy: Policy) -> Person | None:
    """Return the person who holds the item; a bot holds nothing."""
    return snapshot.assignee if is_human(snapshot.assignee, policy) else None


def taker(snapshot: Snapshot, policy: Policy) -> Person | None:
    """Return who is on call and can be given an item: an active person whom the tracker knows."""
    person = snapshot.facts.on_call.person if snapshot.facts.on_call else None
    return person if person is not None and person.active and is_human(person, policy) else None


def owner(snapshot: Snapshot, policy: Policy) -> Person | None:
    """Return whom to ask about an item without an epic: its assignee, else its creator; active, and with a say."""
    able = (one for one in (snapshot.assignee, snapshot.creator) if one is not None and one.active)
    return next((one for one in able if has_a_say(one, policy)), None)
