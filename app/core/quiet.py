"""How long an item has been quiet, and when that is too long."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.activity import Activity


@dataclass(frozen=True, slots=True)
class Quiet:
    """Say what an item's clock rests on. Times are UTC.

    `last` is the latest activity by a person, creation at the least. `window` is how long the item may stay quiet and
    `stale_at` the moment at which it went or will go stale; None: the policy names no window for it. `snoozed_until`
    lies ahead while a snooze holds. `rung` counts the rungs of the ladder that were climbed since it went stale.
    """

    last: Activity
    window: timedelta | None = None
    stale_at: datetime | None = None
    snoozed_until: datetime | None = None
    rung: int = 0
