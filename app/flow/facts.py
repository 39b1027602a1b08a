"""Fetch the facts that an item's rules ask for, and no others."""

from dataclasses import replace

from app.core.memory import Memory
from app.core.needs import Needs, needs
from app.core.policy import Policy
from app.core.snapshot import Facts, Snapshot
from app.flow.on_call import Rotas
from app.ports import Tracker

ROUNDS = 4
"""One fact can call for another (who chose the class, then the board of its route), but never more often than this."""


async def with_facts(tracker: Tracker, rotas: Rotas, snapshot: Snapshot, memory: Memory, policy: Policy) -> Snapshot:
    """Return the snapshot with every fact that its rules ask for."""
    snapshot = replace(snapshot, facts=Facts())
    for _ in range(ROUNDS):
        lacking = needs(snapshot, memory, policy)
        if not lacking:
            break
        facts = await _tracked(tracker, snapshot, memory, lacking)
        if lacking.rota is not None:
            facts = replace(facts, on_call=await rotas.who(lacking.rota, policy, tracker))
        snapshot = replace(snapshot, facts=facts)
    return snapshot


async def _tracked(tracker: Tracker, snapshot: Snapshot, memory: Memory, lacking: Needs) -> Facts:
    facts = snapshot.facts
    if lacking.choices:
        facts = replace(facts, choices=await tracker.choices(snapshot, lacking.choices))
    if lacking.board is not None:
        facts = replace(facts, board=await tracker.board(snapshot, lacking.board, memory.board))
    if lacking.epic is not None:
        facts = replace(facts, epic=await tracker.epic(snapshot, lacking.epic))
    return facts
