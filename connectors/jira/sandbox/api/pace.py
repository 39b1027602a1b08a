"""Limit how often one issue is written to.

https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LIMITS = ((20, timedelta(seconds=2)), (100, timedelta(seconds=30)))
"""So many writes in so much time."""


@dataclass(slots=True)
class Pace:
    """Remember when each issue was last written to."""

    _written: dict[str, deque[datetime]] = field(default_factory=dict)

    def wait(self, issue: str, now: datetime) -> int:
        """Count a write and return 0, or return in how many seconds it may be tried again."""
        times = self._written.setdefault(issue, deque(maxlen=LIMITS[-1][0]))
        for most, span in LIMITS:
            if len(times) >= most and now - times[-most] < span:
                return int(span.total_seconds())
        times.append(now)
        return 0
