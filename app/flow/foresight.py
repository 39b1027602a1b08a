"""Fill in the facts that another policy needs, from what was last seen of an item.

Facts that were fetched for today's policy are kept while both policies name the same board, epic or rota. The others
are foreseen: boards from the snapshot alone, epics and rotas asked for once for all items.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from app.core.errors import FollowthroughError
from app.core.memory import Memory
from app.core.needs import Needs, needs
from app.core.places import route_of
from app.core.policy import Policy, Route, Source, Target
from app.core.snapshot import BoardFact, DeciderFact, EpicFact, Facts, HolderFact, OnCallFact, Snapshot
from app.core.values import replace
from app.flow.facts import ROUNDS
from app.flow.on_call import Rotas
from app.ports import Tracker
from app.ports.foreseer import Foreseer

T = TypeVar("T")


@dataclass(slots=True)
class Asked:
    """Ask trackers and rotas during one forecast; who did not answer is not asked the same for the next item again."""

    rotas: Rotas
    _silent: set[str] = field(default_factory=set)

    async def epic(self, tracker: object, snapshot: Snapshot, target: Target) -> EpicFact | None:
        """Return how the item stands to the epic; None: nobody could tell."""
        if not isinstance(tracker, Foreseer):
            return None
        return await self._answer(f"{snapshot.tracker} {target}", lambda: tracker.epic_ahead(snapshot, target))

    async def duty(self, tracker: Tracker | None, rota: str, policy: Policy) -> OnCallFact | None:
        """Return who is on call; None: nobody could tell."""
        if tracker is None:
            return None
        return await self._answer(f"{tracker.name} {rota}", lambda: self.rotas.who(rota, policy, tracker))

    async def _answer(self, question: str, ask: Callable[[], Awaitable[T]]) -> T | None:
        if question in self._silent:
            return None
        try:
            return await ask()
        except FollowthroughError:
            self._silent.add(question)
            return None


@dataclass(frozen=True, slots=True)
class Ahead:
    """Hold a snapshot with its facts; not `sure` where a tracker or a rota could not be asked."""

    snapshot: Snapshot
    sure: bool = True


async def ahead(
    snapshot: Snapshot, memory: Memory, policies: tuple[Policy | None, Policy], tracker: Tracker | None, asked: Asked
) -> Ahead:
    """Return a stored snapshot with the facts that the second of the policies needs; None: the first is not known."""
    today, other = policies
    seen = Ahead(replace(snapshot, facts=kept(snapshot, memory, today, other)))
    for _ in range(ROUNDS):
        lacking = needs(seen.snapshot, memory, other)
        if not lacking:
            break
        seen = await _filled(seen, lacking, other, tracker, asked, snapshot.facts.board)
    return seen


def kept(snapshot: Snapshot, memory: Memory, today: Policy | None, other: Policy) -> Facts:
    """Return those stored facts that hold under the other policy as well."""
    old, new = (route_of(snapshot, memory, policy) if policy else None for policy in (today, other))
    facts, name = snapshot.facts, snapshot.tracker
    if today is None or old is None or new is None:
        return Facts(choices=facts.choices, decider=facts.decider)
    return Facts(
        board=facts.board if old.boards.get(name) == new.boards.get(name) else None,
        epic=facts.epic if old.epics.get(name) == new.epics.get(name) else None,
        on_call=facts.on_call if _chain(old, today) == _chain(new, other) else None,
        choices=facts.choices,
        decider=facts.decider,
    )


def _chain(route: Route, policy: Policy) -> tuple[Source, ...]:
    return policy.on_call.get(route.on_call, ()) if route.on_call else ()


async def _filled(  # noqa: PLR0917  all that facts come from
    seen: Ahead, lacking: Needs, policy: Policy, tracker: Tracker | None, asked: Asked, stood: BoardFact | None
) -> Ahead:
    snapshot, facts = seen.snapshot, seen.snapshot.facts
    if lacking.choices:
        facts = replace(facts, choices=())
    if lacking.decider is not None:
        facts = replace(facts, decider=DeciderFact())
    if lacking.holder is not None:
        facts = replace(facts, holder=HolderFact())
    if lacking.board is not None:
        facts = replace(facts, board=_board(tracker, snapshot, lacking.board, stood))
    epic = await asked.epic(tracker, snapshot, lacking.epic) if lacking.epic is not None else facts.epic
    duty = await asked.duty(tracker, lacking.rota, policy) if lacking.rota is not None else facts.on_call
    sure = (lacking.epic is None or epic is not None) and (lacking.rota is None or duty is not None)
    if lacking.epic is not None:
        facts = replace(facts, epic=epic or EpicFact(under=False))
    if lacking.rota is not None:
        facts = replace(facts, on_call=duty or OnCallFact())
    return Ahead(replace(snapshot, facts=facts), seen.sure and sure)


def _board(tracker: Tracker | None, snapshot: Snapshot, target: Target, stood: BoardFact | None) -> BoardFact:
    return tracker.board_ahead(snapshot, target, stood) if isinstance(tracker, Foreseer) else BoardFact(here=False)
