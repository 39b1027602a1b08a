"""Take in what people stated about an item, in its description or by a command."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from app.core.commands import Command
from app.core.memory import Memory
from app.core.snapshot import Snapshot
from app.core.statements import section, with_versions


def stated(memory: Memory, snapshot: Snapshot, commands: Sequence[Command], now: datetime) -> Memory:
    """Return the memory with every new version of what was stated.

    What the description says at our first sight of the item is as old as the item.
    """
    seen_at = now if memory.first_seen_at is not None else min(now, snapshot.created_at)
    said = [command for command in commands if command.word == "case"]
    described = section(snapshot.description, "Business case")
    return replace(memory, cases=with_versions(memory.cases, described, said, seen_at))
