"""Keep the caller's budget and tell it in headers. See https://linear.app/developers/rate-limiting."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

REQUESTS_AN_HOUR = 5_000
POINTS_AN_HOUR = 2_000_000


class Bucket:
    """Refill evenly, so that an empty bucket is full after an hour."""

    def __init__(self, size: int, now: Callable[[], datetime]) -> None:
        self.size, self._now = size, now
        self._left, self._at = float(size), now()

    @property
    def left(self) -> int:
        """Return how much is left now."""
        now = self._now()
        self._left = min(self.size, self._left + (now - self._at) / timedelta(hours=1) * self.size)
        self._at = now
        return int(self._left)

    @property
    def full_at(self) -> int:
        """Return when it will be full, in milliseconds since 1970."""
        wait = timedelta(hours=(self.size - self.left) / self.size)
        return int((self._at + wait).timestamp() * 1000)

    def take(self, amount: int) -> bool:
        """Take that much; False, and nothing is taken, when there is less."""
        if amount > self.left:
            return False
        self._left -= amount
        return True


class Budget:
    """Hold a caller's two buckets."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._requests, self._points = Bucket(REQUESTS_AN_HOUR, now), Bucket(POINTS_AN_HOUR, now)

    def spend(self, points: int) -> bool:
        """Pay for one request of that complexity; False when the budget does not allow it."""
        return self._requests.take(1) and self._points.take(points)

    def headers(self, points: int) -> dict[str, str]:
        """Return the headers that go with every answer; times are UTC in milliseconds."""
        return {
            "X-Complexity": str(points),
            **_headers("X-RateLimit-Requests", self._requests),
            **_headers("X-RateLimit-Complexity", self._points),
        }

    def status(self, identifier: str) -> Mapping[str, Any]:
        """Return what the query `rateLimitStatus` tells."""
        buckets = {"requests": (self._requests, 1.0), "complexity": (self._points, 0.0)}
        limits = [
            {
                "type": name,
                "allowedAmount": float(bucket.size),
                "remainingAmount": float(bucket.left),
                "requestedAmount": requested,
                "reset": float(bucket.full_at),
                "period": 3_600_000.0,
            }
            for name, (bucket, requested) in buckets.items()
        ]
        return {"identifier": identifier, "kind": "api", "limits": limits}


def _headers(name: str, bucket: Bucket) -> dict[str, str]:
    return {
        f"{name}-Limit": str(bucket.size),
        f"{name}-Remaining": str(bucket.left),
        f"{name}-Reset": str(bucket.full_at),
    }
