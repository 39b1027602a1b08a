"""Say which facts the rules lack, so that the flow fetches those and no others."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.actors import holder
from app.core.choosing import chosen, counted
from app.core.classes import read_class, words_of
from app.core.commands import Command
from app.core.item_class import ROUTED, ItemClass
from app.core.ladder import sought
from app.core.memory import Memory
from app.core.places import is_watched, route_of, settled
from app.core.policy import Policy, Target
from app.core.risk_decisions import standing, who_is
from app.core.rules.risk import as_called_for, why_risk
from app.core.snapshot import Snapshot, Standing
from app.core.stated import is_funded, stated
from app.core.values import replace


@dataclass(frozen=True, slots=True)
class Needs:
    """Name what to find out: the standing on a board or under an epic, who is on call, who set these labels.

    `decider` is the id (for this tracker, empty: unknown) and the e-mail of whom a risk's statement names, `holder` of
    whoever has the mandate.
    """

    board: Target | None = None
    epic: Target | None = None
    rota: str | None = None
    choices: tuple[str, ...] = ()
    decider: tuple[str, str] | None = None
    holder: tuple[str, str] | None = None

    def __bool__(self) -> bool:
        """Tell whether anything is lacking."""
        return self != _NOTHING


_NOTHING = Needs()


def needs(snapshot: Snapshot, memory: Memory, policy: Policy) -> Needs:
    """Return what is lacking beyond the snapshot's facts; ask again with those filled in, until nothing is."""
    memory = settled(memory, snapshot)
    if not snapshot.here or snapshot.standing is not Standing.OPEN or not is_watched(snapshot, memory, policy):
        return Needs()
    facts = snapshot.facts
    commands = counted(snapshot, memory, policy)
    typed = chosen(snapshot, memory, policy, commands)
    reading = read_class(as_called_for(snapshot, memory, policy), policy, typed)
    if reading.item_class is ItemClass.CONFLICT and policy.classes.on_conflict == "latest" and facts.choices is None:
        return Needs(choices=tuple(word for one in ROUTED for word in _words(one, policy)))
    next_told = sought(snapshot, memory, policy, reading.item_class)
    people = Needs(
        decider=_decider(snapshot, memory, policy, commands),
        holder=next_told.holder if facts.holder is None else None,
    )
    route = route_of(snapshot, memory, policy)
    if route is None:
        return people
    funded = reading.item_class is ItemClass.RISK and _is_funded(snapshot, memory, policy, commands)
    operational = reading.item_class is ItemClass.OPERATIONAL
    lacks_holder = operational and holder(snapshot, policy) is None and snapshot.tracker in route.boards
    left = snapshot.assignee is not None and not snapshot.assignee.active
    told = next_told.rota or (left and reading.item_class is not ItemClass.STRATEGIC)
    return replace(
        people,
        board=route.boards.get(snapshot.tracker) if operational and facts.board is None else None,
        epic=_epic(snapshot, ItemClass.STRATEGIC if funded else reading.item_class, route.epics.get(snapshot.tracker)),
        rota=route.on_call if facts.on_call is None and (lacks_holder or told) else None,
    )


def _decider(snapshot: Snapshot, memory: Memory, policy: Policy, commands: Sequence[Command]) -> tuple[str, str] | None:
    """Return how to find whom a risk waits for, where the tracker can be asked and was not yet."""
    if snapshot.facts.decider is not None or why_risk(snapshot, policy) is None:
        return None
    at = snapshot.updated_at
    told = stated(memory, snapshot, policy, commands, at)
    found = standing(told.risks, told.risk_decisions, policy, at)
    named = found.risk.decision_maker if not found.risk.missing else None
    return who_is(named, snapshot.tracker, policy) if named else None


def _is_funded(snapshot: Snapshot, memory: Memory, policy: Policy, commands: Sequence[Command]) -> bool:
    """Tell whether the risk is funded, by what was typed just now too; an acceptance's end does not matter here."""
    at = snapshot.updated_at
    return is_funded(stated(memory, snapshot, policy, commands, at), policy, at)


def _epic(snapshot: Snapshot, item_class: ItemClass, target: Target | None) -> Target | None:
    return target if item_class is ItemClass.STRATEGIC and snapshot.facts.epic is None else None


def _words(item_class: ItemClass, policy: Policy) -> tuple[str, ...]:
    words = words_of(item_class, policy.classes)
    return (words.label, *words.aliases)
