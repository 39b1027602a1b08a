"""Write the place in a list as an opaque word, and read it back."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

_CHECK = 6


def write_cursor(tracker: str, id_: str) -> str:
    """Return the cursor behind this item."""
    place = json.dumps([tracker, id_]).encode()
    return urlsafe_b64encode(_check(place) + place).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[str, str]:
    """Return the item that a cursor stands behind; raise ValueError when we never gave out such a one."""
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError:
        raw = b""
    check, place = raw[:_CHECK], raw[_CHECK:]
    if check != _check(place):
        raise ValueError("This cursor was not given out by a page of this list.")
    tracker, id_ = json.loads(place)
    return tracker, id_


def _check(place: bytes) -> bytes:
    return sha256(b"items" + place).digest()[:_CHECK]
