"""Hold calls against a door as the service does."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from app.ports import Door
from app.web.parse import parse


class Seal(StrEnum):
    """Say what the signature and the time stamp of a call are worth."""

    GOOD = "good"
    WRONG = "wrong"
    STALE = "stale"


def seal(door: Door, headers: Mapping[str, str], raw: bytes, secrets: Sequence[str], now: datetime) -> Seal:
    """Return what a call is worth; one that is signed and not JSON has no time to be out of."""
    if not door.signed(headers, raw, secrets):
        return Seal.WRONG
    try:
        body = parse(raw)
    except (ValueError, RecursionError):
        return Seal.GOOD
    return Seal.GOOD if door.in_time(body, now) else Seal.STALE
