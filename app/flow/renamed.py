"""Hold back where a label that the policy goes by was renamed in the tracker, or deleted there.

Every item that carried it looks then as if somebody had taken it off: each would be let go, or asked about.
"""

from app.core.errors import Transient
from app.core.places import words_lost
from app.core.policy import Policy
from app.core.snapshot import Snapshot
from app.ports import Tracker
from app.ports.vocabulary import Vocabulary

AGAIN = 600.0
"""Seconds until the item is looked at again."""


async def hold_back(tracker: Tracker, before: Snapshot | None, now: Snapshot, policy: Policy) -> None:
    """Raise Transient where a label that the item carried at the last look is gone from the tracker itself."""
    lost = words_lost(before, now, policy) if before else ()
    if not lost or not isinstance(tracker, Vocabulary):
        return
    gone = await tracker.missing(lost)
    if gone:
        names = ", ".join(f"“{name}”" for name in gone)
        what = "has no such label any more" if len(gone) == 1 else "has no such labels any more"
        hint = "give it its name back, or have the policy name what it is called now"
        raise Transient(
            f"the item carried {names}, and {tracker.name} {what}: nothing is done on a guess; {hint}", AGAIN
        )
