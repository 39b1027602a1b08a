"""Notice when somebody undoes what we wrote, and stop before it becomes a tug-of-war."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.core.change import AddLabel, Assign, Change, LinkToEpic, MoveToBoard, RemoveLabel, describe
from app.core.commands import Command
from app.core.memory import Flip, Memory, Wrote
from app.core.naming import among, spellings
from app.core.snapshot import Snapshot
from app.core.values import replace

WINDOW = timedelta(hours=24)
_NOTHING = Wrote()


def noted(
    memory: Memory,
    snapshot: Snapshot,
    wanted: Sequence[Change],
    commands: Sequence[Command],
    *,
    limit: int,
    now: datetime,
) -> Memory:
    """Count what is wanted again although we had written it: somebody undid it. `limit` of them make us stop.

    One look counts once, however much was undone before it. A person's command lets us try again, also what the
    tracker refused: they may have mended what it lacked.
    """
    undone = [change for change in wanted if stood(change, memory.wrote)]
    memory = replace(memory, wrote=_standing(memory.wrote, undone, snapshot)) if memory.wrote != _NOTHING else memory
    if any(command.tries_again for command in commands):
        return replace(memory, flips=(), stopped_at=None, refused={})
    if not undone or memory.stopped_at is not None:
        return memory
    recent = tuple(flip for flip in memory.flips if now - flip.at < WINDOW)
    flips = (*recent, Flip(now, "; ".join(describe(change) for change in undone)))
    return replace(memory, flips=flips, stopped_at=now if len(flips) >= limit else None)


def stood(change: Change, wrote: Wrote) -> bool:
    """Tell whether we had written this change before."""
    match change:
        case AddLabel(label):
            return label in wrote.added
        case RemoveLabel(label):
            return label in wrote.removed
        case MoveToBoard(route, _):
            return route == wrote.board
        case LinkToEpic(_, epic, relate):
            return epic.id == (wrote.related if relate else wrote.epic)
        case Assign():
            return wrote.assignee is not None
        case _:
            return False


def our_labels(snapshot: Snapshot, memory: Memory) -> tuple[str, ...]:
    """Return those of the item's labels, as they are spelled, that we put there."""
    added = memory.wrote.added
    found = spellings(snapshot.labels, added)
    return tuple(label for label in found if label in added) if snapshot.exact_labels else found


def _standing(wrote: Wrote, undone: Sequence[Change], snapshot: Snapshot) -> Wrote:
    """Forget what was undone, and labels that stand no more though nobody wants them back."""
    kinds = {type(change) for change in undone}
    added = [name for name in wrote.added if AddLabel(name) not in undone]
    return replace(
        wrote,
        added=tuple(name for name in added if among(name, snapshot.labels)),
        removed=tuple(name for name in wrote.removed if name not in snapshot.labels),
        board=None if MoveToBoard in kinds else wrote.board,
        epic=None if LinkToEpic in kinds else wrote.epic,
        related=None if LinkToEpic in kinds else wrote.related,
        assignee=None if Assign in kinds else wrote.assignee,
    )
