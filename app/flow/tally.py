"""Count what became of runs since the start, for whoever watches the service."""

from collections import Counter
from dataclasses import dataclass, field

BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Seconds up to which runs are counted together; the last place is for all that took longer."""

OUTCOMES = ("done", "retried", "parked")


@dataclass(slots=True)
class Tally:
    """Count what became of runs (see `OUTCOMES`), how long they took, and what they wrote."""

    outcomes: Counter[str] = field(default_factory=Counter)
    within: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0
    writes: int = 0

    def took(self, seconds: float) -> None:
        """Count how long a run took, from its item's claim until that was done with."""
        place = next((place for place, bound in enumerate(BOUNDS) if seconds <= bound), len(BOUNDS))
        self.within[place] += 1
        self.seconds += seconds
