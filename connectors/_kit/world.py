"""Give a sandbox its time, ids, the list of its calls, and what shall go wrong."""

import hashlib
import uuid
from collections import Counter, deque
from datetime import UTC, datetime, timedelta

MOST_REMEMBERED = 10_000
"""How many calls a sandbox remembers."""


class WorldClock:
    """Tell the real time in UTC, to the millisecond."""

    def __init__(self) -> None:
        self._last = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """Return a moment for something that happens: at least a millisecond after the one returned before."""
        self._last = max(_real_time(), self._last + timedelta(milliseconds=1))
        return self._last

    def peek(self) -> datetime:
        """Return the time to compare with; asking often does not move the clock."""
        return max(_real_time(), self._last)


def _real_time() -> datetime:
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


class Ids:
    """Deal out ids that are the same in every run with the same seed."""

    def __init__(self, seed: str) -> None:
        self._seed, self._counts = seed, Counter[str]()

    def number(self, name: str) -> int:
        """Return the next number of that name: 1, then 2, and so on."""
        self._counts[name] += 1
        return self._counts[name]

    def uuid(self, name: str = "uuid") -> str:
        """Return the next id of that name, in the shape of a UUID version 4."""
        digest = hashlib.sha256(f"{self._seed}/{name}/{self.number(name)}".encode()).digest()
        return str(uuid.UUID(bytes=digest[:16], version=4))


class Calls:
    """Remember the names of the latest calls, in order."""

    def __init__(self) -> None:
        self._names: deque[str] = deque(maxlen=MOST_REMEMBERED)

    def add(self, name: str) -> None:
        """Remember a call."""
        self._names.append(name)

    def names(self) -> tuple[str, ...]:
        """Return the names, oldest first."""
        return tuple(self._names)

    def clear(self) -> None:
        """Forget them."""
        self._names.clear()


class Faults:
    """Hold what shall go wrong with the next calls."""

    def __init__(self, kinds: frozenset[str]) -> None:
        self._kinds, self._next = kinds, deque[str]()

    def add(self, number: int, kind: str) -> None:
        """Let the next `number` calls fail that way, after those that were asked for before.

        Raise ValueError for a kind that the sandbox does not know.
        """
        if kind not in self._kinds:
            raise ValueError(f"no such fault: {kind} (there are {', '.join(sorted(self._kinds))})")
        self._next.extend([kind] * number)

    def take(self) -> str | None:
        """Return how the call at hand fails; None: it does not."""
        return self._next.popleft() if self._next else None
