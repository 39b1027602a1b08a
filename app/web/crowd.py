"""Bound how many connections are open at once, and how much they need of the system."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Protocol

MOST = 4096
"""Open connections; with the largest heads under way on each they hold some 300 MB."""
_OTHERS = 256
"""Files that stay free for the store, the trackers and the rest."""
_FEWEST = 64


class Guest(Protocol):
    """Stand for a connection."""

    @property
    def awaited(self) -> bool:
        """Tell whether something has to come from the other side before anything is done."""

    @property
    def since(self) -> float:
        """Return when it began or was last answered, in seconds of the loop's clock."""

    def part(self) -> None:
        """Close it at once."""


def make_room(guests: Iterable[Guest], excess: int) -> None:
    """Part from those who have had us wait for the longest, where there are some too many, and from a few more.

    A sender who means it sends all of a request at once: among those who wait it is the last to go. The few more spare
    whoever connects next that all are looked through once more.
    """
    if excess > 0:
        waiting = sorted((one for one in guests if one.awaited), key=lambda one: one.since)
        for one in waiting[: excess + len(waiting) // 64]:
            one.part()


def most_connections() -> int:
    """Return how many connections may be open, once the system was asked to allow as many files as that takes."""
    try:
        import resource  # noqa: PLC0415  Windows has no such limits
    except ImportError:
        return MOST
    allowed, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST + _OTHERS
    if resource.RLIM_INFINITY != allowed < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            allowed = most
        return max(_FEWEST, min(MOST, allowed - _OTHERS))
    return MOST
