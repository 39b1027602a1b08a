"""Judge an item that is only described: by the rules alone, with facts in which nothing else is wrong."""

from dataclasses import dataclass
from datetime import datetime

from app.core.decide import decide
from app.core.mandates import holders, today_at
from app.core.memory import Memory
from app.core.needs import needs
from app.core.person import Person
from app.core.places import route_of
from app.core.policy import Policy
from app.core.snapshot import BoardFact, DeciderFact, Epic, EpicFact, HolderFact, OnCallFact, Snapshot
from app.core.values import replace
from app.flow.facts import ROUNDS
from app.flow.simulate import Side, side

SOMEBODY = Person("somebody", "Somebody", "somebody@nowhere.invalid")


@dataclass(frozen=True, slots=True)
class Judged:
    """Hold what the policy says of an item."""

    watched: bool
    side: Side


def judge(snapshot: Snapshot, policy: Policy, now: datetime, on_call: OnCallFact, epic: Epic | None = None) -> Judged:
    """Decide an item that was first seen when it was made; it stands where its route wants it.

    `epic` is what it hangs under, None: its route's, owned by whoever has the mandate.
    """
    memory = Memory(first_seen_at=snapshot.created_at, classless_since=snapshot.created_at)
    own = epic or _epic(snapshot, policy, now)
    for _ in range(ROUNDS):
        lacking = needs(snapshot, memory, policy)
        if not lacking:
            break
        facts = snapshot.facts
        snapshot = replace(
            snapshot,
            facts=replace(
                facts,
                board=BoardFact(here=True) if lacking.board is not None else facts.board,
                epic=EpicFact(under=True, epic=own) if lacking.epic is not None else facts.epic,
                on_call=on_call if lacking.rota is not None else facts.on_call,
                choices=() if lacking.choices else facts.choices,
                decider=DeciderFact() if lacking.decider is not None else facts.decider,
                holder=HolderFact() if lacking.holder is not None else facts.holder,
            ),
        )
    decision = decide(snapshot, memory, policy, now)
    return Judged(decision.watched, side(decision, now))


def person(email: str | None, policy: Policy) -> Person:
    """Return whom the policy knows by that e-mail, else somebody of that address."""
    member = policy.member(email)
    if member is not None:
        return Person(member.email, member.name, member.email)
    return Person(email, email.partition("@")[0], email) if email else SOMEBODY


def _epic(snapshot: Snapshot, policy: Policy, now: datetime) -> Epic:
    route = route_of(snapshot, Memory(), policy)
    found = holders(route.area if route else None, policy, today_at(now, policy))
    owner = person(found[0].email, policy) if found else SOMEBODY
    return Epic("project", "epic", "the route's epic", "the route's epic", "", owner=owner, by_type=True)
