"""Take in what people typed: which commands count, and which class they chose."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.core.classes import in_conflict, read_class
from app.core.commands import Command, comment_of, read_all
from app.core.item_class import ROUTED
from app.core.memory import Chosen, Memory
from app.core.policy import Policy
from app.core.risk_decisions import DECIDING
from app.core.snapshot import Snapshot
from app.core.values import replace

STATING = frozenset({"case", "risk", *DECIDING})
NEW, AT_ONCE = timedelta(hours=1), timedelta(seconds=1)
"""For how long an item is new; and by how much it may be dated later than the comment that was its last change."""
OBEYED_KEPT = 50
"""How many marks of commands are kept whose comment is out of sight."""


def counted(snapshot: Snapshot, memory: Memory, policy: Policy) -> tuple[Command, ...]:
    """Return the commands that were not taken in yet, oldest first.

    One that is older than our first sight of the item counts only while the item has no class, for its words were for
    somebody who was not there; but what people stated and decided holds whenever they did. A new item may only be
    seen late: there a command counts that was the last thing to happen, for no label is newer.
    """
    fresh = [command for command in read_all(snapshot, policy) if command.mark not in memory.obeyed]
    if not fresh:
        return ()
    since, classless = memory.first_seen_at, _classless(snapshot, policy)
    return tuple(
        command for command in fresh if classless or command.word in STATING or _for_us(command, snapshot, since)
    )


def chosen(snapshot: Snapshot, memory: Memory, policy: Policy, commands: Sequence[Command]) -> Chosen | None:
    """Return the class that a person typed, for as long as the labels do not say it.

    A class label that was set since wins: whoever set it knew better.
    """
    if not commands and memory.chosen is None:
        return None
    labelled = read_class(snapshot, policy).item_class
    typed = [Chosen(one, command.by.name, labelled) for command in commands if (one := command.chooses) is not None]
    latest = typed[-1] if typed else memory.chosen
    if latest is None or labelled is latest.item_class:
        return None
    return None if labelled in ROUTED and labelled is not latest.before else latest


def taken_in(snapshot: Snapshot, memory: Memory, policy: Policy, commands: Sequence[Command]) -> Memory:
    """Return the memory in which every command on the item is marked, also those that do not count."""
    if not snapshot.comments and not memory.obeyed:
        return replace(memory, chosen=chosen(snapshot, memory, policy, commands))
    fresh = (c.mark for c in read_all(snapshot, policy) if c.mark not in memory.obeyed)
    marks = (*memory.obeyed, *dict.fromkeys(fresh))
    seen = {comment.id for comment in snapshot.comments}
    hidden = [mark for mark in marks if comment_of(mark) not in seen]
    forgotten = set(hidden[:-OBEYED_KEPT])
    obeyed = tuple(mark for mark in marks if mark not in forgotten)
    return replace(memory, obeyed=obeyed, chosen=chosen(snapshot, memory, policy, commands))


def _classless(snapshot: Snapshot, policy: Policy) -> bool:
    """Tell whether the labels leave the class open, so that even an old command counts."""
    return read_class(snapshot, policy).item_class not in ROUTED or in_conflict(snapshot, policy.classes)


def _for_us(command: Command, snapshot: Snapshot, since: datetime | None) -> bool:
    """Tell whether we were there when it was typed, or only came late to a new item."""
    if since is not None:
        return command.at >= since
    return snapshot.updated_at - AT_ONCE <= command.at <= snapshot.created_at + NEW
