"""Tell a webhook that comes in its time from one that is replayed."""

from datetime import datetime, timedelta
from typing import Any


def in_time(body: Any, key: str, now: datetime, oldest: timedelta, newest: timedelta) -> bool:
    """Tell whether the body's stamp under `key`, in epoch milliseconds, is neither older nor newer than may be.

    A body without one, or that is not a JSON object, is always in time.
    """
    stamp = body.get(key) if isinstance(body, dict) else None
    if isinstance(stamp, bool) or not isinstance(stamp, int | float):
        return True
    at = now.timestamp()
    return (at - oldest.total_seconds()) * 1000 <= stamp <= (at + newest.total_seconds()) * 1000
