"""Cut a sorted list into pages whose cursor is a place, so that nothing shifts when rows come and go."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any, TypeVar

T = TypeVar("T")

_CHECK = 6


def paged(
    list_: str, rows: Sequence[T], place: Callable[[T], Sequence[str | int]], after: str | None, limit: int
) -> tuple[list[T], str | None]:
    """Return the page behind the cursor and the next cursor; rows stand in the order of their places.

    Raise ValueError for a cursor that this list never gave out.
    """
    rest = list(rows)
    if after is not None:
        behind = _read(list_, after)
        try:
            rest = [row for row in rows if list(place(row)) > behind]
        except TypeError:
            raise ValueError("This cursor was not given out by a page of this list.") from None
    page = rest[:limit]
    return page, _write(list_, place(page[-1])) if len(rest) > limit else None


def _write(list_: str, place: Sequence[str | int]) -> str:
    written = json.dumps(place).encode()
    return urlsafe_b64encode(_check(list_, written) + written).decode().rstrip("=")


def _read(list_: str, cursor: str) -> list[Any]:
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        place = json.loads(raw[_CHECK:]) if raw[:_CHECK] == _check(list_, raw[_CHECK:]) else None
    except (ValueError, RecursionError):
        place = None
    if isinstance(place, list):
        return place
    raise ValueError("This cursor was not given out by a page of this list.")


def _check(list_: str, place: bytes) -> bytes:
    return sha256(list_.encode() + place).digest()[:_CHECK]
