"""Fetch the facts that an item's rules ask for, and no others."""

import asyncio
from dataclasses import dataclass

from app.core.activity import Activity
from app.core.memory import Memory
from app.core.needs import Needs, needs
from app.core.person import Person
from app.core.policy import Policy
from app.core.snapshot import DeciderFact, Facts, HolderFact, Snapshot
from app.core.values import replace
from app.flow.on_call import Rotas
from app.ports import Claim, Tracker
from app.ports.tracing import span

FRESH = 2.0
"""Seconds that facts may take until the item is read once more."""
ROUNDS = 2
"""Only who chose the class can call for more: for the board or the epic of its route."""


@dataclass(frozen=True, slots=True)
class Look:
    """Hold an item on loan and what was seen of it; None: it is not there."""

    claim: Claim
    snapshot: Snapshot | None

    def with_history(self, told: tuple[Activity, ...]) -> "Look":
        """Return the same with what was done to the item."""
        return Look(self.claim, replace(self.snapshot, history=told) if self.snapshot else None)


def with_heard(snapshot: Snapshot | None, claim: Claim, tracker: Tracker) -> Snapshot | None:
    """Return the snapshot with what webhooks told, of which by now it may be known that it is our own doing."""
    told = (one for one in (claim.passed_over, claim.heard) if one is not None)
    heard = tuple(replace(one, ours=True) if tracker.is_ours(one.by) else one for one in told)
    return replace(snapshot, heard=heard) if snapshot and heard else snapshot


async def with_facts(tracker: Tracker, rotas: Rotas, snapshot: Snapshot, memory: Memory, policy: Policy) -> Snapshot:
    """Return the snapshot with every fact that its rules ask for.

    Where they were long in coming the item itself is read once more: somebody may have taken it meanwhile.
    """
    clock = asyncio.get_running_loop().time
    snapshot, began = replace(snapshot, facts=Facts()), clock()
    for _ in range(ROUNDS):
        lacking = needs(snapshot, memory, policy)
        if not lacking:
            break
        with span("facts", tracker=tracker.name, item=snapshot.key):
            facts = await _tracked(tracker, snapshot, memory, lacking)
            if lacking.rota is not None:
                facts = replace(facts, on_call=await rotas.who(lacking.rota, policy, tracker))
        snapshot = replace(snapshot, facts=facts)
        if not lacking.choices:
            break
    return snapshot if clock() - began <= FRESH else await _now(tracker, snapshot)


async def _now(tracker: Tracker, snapshot: Snapshot) -> Snapshot:
    """Return the item as it is now, with what else is known of it."""
    seen = (await tracker.look([snapshot.id])).get(snapshot.id)
    if seen is None:
        return replace(snapshot, here=False)
    return replace(seen, facts=snapshot.facts, heard=snapshot.heard, history=snapshot.history)


async def _tracked(tracker: Tracker, snapshot: Snapshot, memory: Memory, lacking: Needs) -> Facts:
    facts = snapshot.facts
    if lacking.choices:
        facts = replace(facts, choices=await tracker.choices(snapshot, lacking.choices))
    if lacking.board is not None:
        facts = replace(facts, board=await tracker.board(snapshot, lacking.board, memory.board))
    if lacking.epic is not None:
        facts = replace(facts, epic=await tracker.epic(snapshot, lacking.epic))
    if lacking.decider is not None:
        facts = replace(facts, decider=DeciderFact(await _person(tracker, snapshot.tracker, lacking.decider)))
    if lacking.holder is not None:
        facts = replace(facts, holder=HolderFact(await _person(tracker, snapshot.tracker, lacking.holder)))
    return facts


async def _person(tracker: Tracker, name: str, known: tuple[str, str]) -> Person | None:
    id_, email = known
    return await tracker.person(ids={name: id_} if id_ else {}, email=email or None, name=None)
