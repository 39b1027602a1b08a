"""Tell which epic a strategic item is judged by."""

from app.core.memory import Memory
from app.core.snapshot import Epic, Snapshot


def current_epic(snapshot: Snapshot, memory: Memory) -> Epic | None:
    """Return the epic that a person put the item under, else the route's, whether it is linked yet or not.

    None where the item is under none and its route names none that is there. The post-mortem that an item first hung
    under is no plan of anybody's.
    """
    fact = snapshot.facts.epic
    if fact is None or fact.epic is None:
        return next((epic for epic in snapshot.epics if epic.id != memory.hung_under), None)
    if fact.under:
        return fact.epic
    own = snapshot.epic_of_kind(fact.epic.kind)
    return fact.epic if own is None or own.id in {memory.wrote.epic, memory.hung_under} else own


def called(epic: Epic) -> str:
    """Return what people call an epic: its title, and its key where it has one of its own."""
    return epic.title if epic.key in {epic.id, epic.title} else f"{epic.title} ({epic.key})"
