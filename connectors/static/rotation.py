"""Whose turn it is. Pure arithmetic on the wall clock.

A turn begins at the first instant at which the wall clock of the zone shows, or has passed, `starts` plus a whole
number of periods. So a hand-over at 09:00 stays at 09:00 when clocks change; a time of day that is skipped hands over
when the clock jumps across it; one that is shown twice hands over the first time, and nobody gets a turn back. Elapsed
seconds play no part: a week with a clock change is an hour shorter or longer. Turns are half-open: at the instant of
the hand-over the next one is on call.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Rotation:
    """Hold who takes turns from when on. `every` None: the first one for ever. `starts` is aware."""

    people: Sequence[str]
    starts: datetime
    every: timedelta | None
    zone: tzinfo

    def turn(self, at: datetime) -> int | None:
        """Return the number of hand-overs from the start to that instant; None before the start."""
        at = at.astimezone(UTC)  # datetimes of one zone would be compared by the wall clock, which goes back
        if at < self.starts.astimezone(UTC):
            return None
        if self.every is None:
            return 0
        first = self._wall(self.starts)
        number = (self._wall(at) - first) // self.every
        while self._shown(first + (number + 1) * self.every) <= at:
            number += 1
        return number

    def who(self, at: datetime) -> str | None:
        """Return who has the turn at that instant; None before the start."""
        turn = self.turn(at)
        return None if turn is None else self.people[turn % len(self.people)]

    def _wall(self, at: datetime) -> datetime:
        return at.astimezone(self.zone).replace(tzinfo=None)

    def _shown(self, wall: datetime) -> datetime:
        """Return the first instant at which the clock shows this; where it is skipped, one after the jump."""
        return wall.replace(tzinfo=self.zone, fold=0).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Exchange:
    """Let somebody else be on call from one instant to before another."""

    begins: datetime
    ends: datetime
    who: str


def on_call(rotation: Rotation, exchanges: Iterable[Exchange], at: datetime) -> str | None:
    """Return who is on call at that instant: the last exchange that covers it, else whose turn it is."""
    covering = [exchange.who for exchange in exchanges if exchange.begins <= at < exchange.ends]
    return covering[-1] if covering else rotation.who(at)
