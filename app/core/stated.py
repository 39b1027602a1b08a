"""Take in what people stated about an item and decided on it, in its description or by a command."""

from collections.abc import Sequence
from datetime import datetime

from app.core.commands import Command
from app.core.memory import Memory, Reply
from app.core.policy import Policy
from app.core.risk_decisions import DECIDING, RiskDecision, decided, standing
from app.core.snapshot import Snapshot
from app.core.statements import Statement, section, with_versions
from app.core.values import replace


def stated(memory: Memory, snapshot: Snapshot, policy: Policy, commands: Sequence[Command], now: datetime) -> Memory:
    """Return the memory with every new version of what was stated, and every decision that counts.

    What the description says at our first sight of the item is as old as the item, and a risk of which nobody spoke
    before is older than the decisions that came with it: both may have been written while nobody looked.
    """
    if not commands and "#" not in snapshot.description:
        return memory
    seen_at = now if memory.first_seen_at is not None else min(now, snapshot.created_at)

    def versions(before: Sequence[Statement], heading: str, word: str, at: datetime) -> tuple[Statement, ...]:
        said = [command for command in commands if command.word == word]
        return with_versions(before, section(snapshot.description, heading), said, at)

    cases = versions(memory.cases, "Business case", "case", seen_at)
    risks = versions(memory.risks, "Risk", "risk", min(seen_at, _decided_since(memory, commands) or seen_at))
    tried = (decided(one, risks, snapshot, policy) for one in commands if one.word in DECIDING)
    made = tuple(one for one in tried if isinstance(one, RiskDecision))
    decisions = tuple(sorted((*memory.risk_decisions, *made), key=lambda one: one.at))
    return replace(memory, cases=cases, risks=risks, risk_decisions=decisions)


def _decided_since(memory: Memory, commands: Sequence[Command]) -> datetime | None:
    """Return when somebody decided on a risk that no comment had stated; None: nobody did."""
    first = next((one for one in commands if one.word == "risk" or one.word in DECIDING), None)
    return first.at if first is not None and first.word in DECIDING and not memory.risks else None


def refused(
    commands: Sequence[Command], memory: Memory, snapshot: Snapshot, policy: Policy, situation: str
) -> Reply | None:
    """Return the answer to the latest command when it was a decision that does not count."""
    last = next((one for one in reversed(commands) if one.word != "check"), None)
    if last is None or last.word not in DECIDING:
        return None
    answer = decided(last, memory.risks, snapshot, policy)
    return Reply(situation, (answer,)) if isinstance(answer, str) else None


def is_funded(memory: Memory, policy: Policy, now: datetime) -> bool:
    """Tell whether somebody funded the item's risk as it is stated now."""
    return standing(memory.risks, memory.risk_decisions, policy, now).state == "funded"
