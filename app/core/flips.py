"""Notice when somebody undoes what we wrote, and stop before it becomes a tug-of-war."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from app.core.change import AddLabel, Assign, Change, LinkToEpic, MoveToBoard, RemoveLabel, describe
from app.core.commands import Command
from app.core.memory import Flip, Memory, Wrote
from app.core.policy import Policy

WINDOW = timedelta(hours=24)


def noted(
    memory: Memory, wanted: Sequence[Change], commands: Sequence[Command], policy: Policy, now: datetime
) -> Memory:
    """Count what is wanted again although we had written it: somebody undid it.

    One look counts once, however much was undone before it. A person's command lets us try again.
    """
    if any(command.meant is None and command.word != "why" for command in commands):
        memory = replace(memory, flips=(), stopped_at=None)
    undone = [change for change in wanted if stood(change, memory.wrote)]
    if not undone or memory.stopped_at is not None:
        return memory
    recent = tuple(flip for flip in memory.flips if now - flip.at < WINDOW)
    flips = (*recent, Flip(now, "; ".join(describe(change) for change in undone)))
    stopped = now if len(flips) >= policy.limits.flips else None
    wrote = memory.wrote
    for change in undone:
        wrote = undo(change, wrote)
    return replace(memory, flips=flips, stopped_at=stopped, wrote=wrote)


def stood(change: Change, wrote: Wrote) -> bool:
    """Tell whether we had written this change before."""
    match change:
        case AddLabel(label):
            return label in wrote.added
        case RemoveLabel(label):
            return label in wrote.removed
        case MoveToBoard(route, _):
            return route == wrote.board
        case LinkToEpic(_, epic, _):
            return epic.id == wrote.epic
        case Assign():
            return wrote.assignee is not None
        case _:
            return False


def undo(change: Change, wrote: Wrote) -> Wrote:
    """Forget that we had written this change."""
    match change:
        case AddLabel(label):
            return replace(wrote, added=tuple(name for name in wrote.added if name != label))
        case RemoveLabel(label):
            return replace(wrote, removed=tuple(name for name in wrote.removed if name != label))
        case MoveToBoard():
            return replace(wrote, board=None)
        case LinkToEpic():
            return replace(wrote, epic=None)
        case _:
            return replace(wrote, assignee=None)
