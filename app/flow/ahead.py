"""Note before a write what the next look must know, should nobody come to record what was written."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from app.core.decision import Decision
from app.core.memory import Memory
from app.core.places import place_counts
from app.core.plan import Plan, on_the_way
from app.core.policy import Policy
from app.core.snapshot import Snapshot

Note: TypeAlias = Callable[[Memory], Awaitable[None]]
"""Keeps a memory at once, whatever becomes of the run."""


async def nowhere(_memory: Memory) -> None:
    """Keep nothing."""


async def noted(  # noqa: PLR0917  what a run has decided, and by what
    note: Note, memory: Memory, policy: Policy, snapshot: Snapshot, decision: Decision, planned: Plan
) -> None:
    """Note where an item comes from that is about to be put elsewhere, where the policy goes by that."""
    ahead = on_the_way(decision, planned, snapshot, memory)
    if ahead is not None and place_counts(policy, snapshot.tracker):
        await note(ahead)
