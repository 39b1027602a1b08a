"""Tell which epic a strategic item is judged by."""

from app.core.memory import Memory
from app.core.snapshot import Epic, Snapshot


def current_epic(snapshot: Snapshot, memory: Memory) -> Epic | None:
    """Return the epic that a person put the item under, else the route's, whether it is linked yet or not.

    None where the item is under none and its route names none that is there.
    """
    fact = snapshot.facts.epic
    if fact is None or fact.epic is None:
        return next((epic for epic in snapshot.epics if not _is_post_mortem(epic, memory)), None)
    return fact.epic if fact.under else chosen_epic(snapshot, memory, fact.epic.kind) or fact.epic


def chosen_epic(snapshot: Snapshot, memory: Memory, kind: str) -> Epic | None:
    """Return the epic of that kind that a person put the item under, neither we nor its post-mortem."""
    own = snapshot.epic_of_kind(kind)
    if own is None or own.id == memory.wrote.epic or _is_post_mortem(own, memory):
        return None
    return own


def _is_post_mortem(epic: Epic, memory: Memory) -> bool:
    """Tell whether the item came from there, so that it is no plan of anybody's.

    What the tracker itself calls an epic is a plan, and so is what a person puts the item back under.
    """
    return epic.id == memory.hung_under and memory.wrote.epic is None and not epic.by_type


def called(epic: Epic) -> str:
    """Return what people call an epic: its title, and its key where it has one of its own."""
    return epic.title if epic.key in {epic.id, epic.title} else f"{epic.title} ({epic.key})"
