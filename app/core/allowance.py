"""Reckon how many writes an hour still allows, where several draw from it some at a time.

What is drawn is good for the minute of the clock in which it is drawn, and counts until an hour has passed since that
minute's end: so no sixty minutes, wherever they begin, see more than the hour's number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

COUNTED = 61
"""Minutes for which a draw counts: its own, and an hour."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Hold how many were drawn, how many are left for all, and when (UTC) the oldest draw counts no more."""

    number: int
    left: int
    again_at: datetime


def minute_of(moment: datetime) -> int:
    """Return the minute of the clock, counted since 1970."""
    return (moment - _EPOCH) // _MINUTE


def draw(drawn: Mapping[int, int], now: datetime, wanted: int, limit: int) -> Drawn:
    """Return what may be drawn now, by what was drawn in each minute so far; 0 when the hour's are used up."""
    minute = minute_of(now)
    counted = {each: number for each, number in drawn.items() if each > minute - COUNTED}
    left = max(0, limit - sum(counted.values()))
    number = min(wanted, left)
    return Drawn(number, left - number, _EPOCH + (min(counted, default=minute) + COUNTED) * _MINUTE)


def wanted(spent: int, limit: int) -> int:
    """Return how many to draw by what was spent in this minute: a quarter more, a twentieth of the hour's at most.

    What is drawn and not spent is lost for an hour, so who writes seldom draws one by one.
    """
    return max(1, min(spent // 4, limit // 20))
