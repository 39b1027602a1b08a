"""Say beforehand where an item would stand, from what was last seen of it alone."""

from typing import Protocol, runtime_checkable

from app.core.policy import Target
from app.core.snapshot import BoardFact, EpicFact, Snapshot


@runtime_checkable
class Foreseer(Protocol):
    """Answer for boards and epics without reading the item; trackers offer it beside their other promises.

    The snapshot is a stored one: without `native`.
    """

    def board_ahead(self, snapshot: Snapshot, target: Target, seen: BoardFact | None) -> BoardFact:
        """Tell whether the item would be found on that board; no call is made.

        `seen` is what was found last of the board that it was held against then, None: it was against none.
        """
        ...

    async def epic_ahead(self, snapshot: Snapshot, target: Target) -> EpicFact:
        """Tell whether the item would be found under that epic; the epic itself may be asked for, once for all."""
        ...
