"""Tell a webhook that comes in its time from one that is replayed."""

import json
from datetime import datetime, timedelta


def out_of_time(raw: bytes, key: str, now: datetime, oldest: timedelta, newest: timedelta) -> bool:
    """Tell whether the body's stamp under `key`, in epoch milliseconds, is older or newer than may be.

    A body without one, or that is not a JSON object, is never out of time.
    """
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return False
    stamp = body.get(key) if isinstance(body, dict) else None
    if isinstance(stamp, bool) or not isinstance(stamp, int | float):
        return False
    first, last = ((now + span).timestamp() * 1000 for span in (-oldest, newest))
    return not first <= stamp <= last
