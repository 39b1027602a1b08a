"""Know which label names a tracker has."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable


@runtime_checkable
class Vocabulary(Protocol):
    """Tell a label that was taken off an item from one that is gone; trackers offer it where labels have names.

    Where a label is no more than text on items it cannot be renamed.
    """

    async def missing(self, labels: Sequence[str]) -> Sequence[str]:
        """Return those that the tracker has nowhere by that name."""
        ...
