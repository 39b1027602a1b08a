"""Write the place in a list as an opaque word, and read it back."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any

_CHECK = 6
_LARGEST = 2**62


def write_cursor(list_: str, *place: str | int) -> str:
    """Return the cursor behind this place in that list."""
    written = json.dumps(place).encode()
    return urlsafe_b64encode(_check(list_, written) + written).decode().rstrip("=")


def read_cursor(list_: str, cursor: str, *kinds: type[str] | type[int]) -> list[Any]:
    """Return the place, of values of these kinds; raise ValueError when that list never gave out such a cursor."""
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        check, written = raw[:_CHECK], raw[_CHECK:]
        place = json.loads(written) if check == _check(list_, written) else None
    except (ValueError, RecursionError):
        place = None
    if not (isinstance(place, list) and [type(value) for value in place] == list(kinds)):
        raise ValueError("This cursor was not given out by a page of this list.")
    if any(isinstance(value, int) and abs(value) > _LARGEST for value in place):
        raise ValueError("This cursor names no moment.")
    return place


def _check(list_: str, place: bytes) -> bytes:
    return sha256(list_.encode() + place).digest()[:_CHECK]
