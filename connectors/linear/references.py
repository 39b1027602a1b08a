"""Tell ids from keys, and derive ids of our own."""

import hashlib
import re
import uuid

BY_KEY = "key:"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_KEY = re.compile(r"[A-Z][A-Z0-9_]{0,19}-[0-9]{1,9}", re.IGNORECASE)


def is_uuid(text: str) -> bool:
    """Tell whether it has the shape of an id; one id of another shape lets a whole query fail."""
    return _UUID.fullmatch(text) is not None


def is_key(text: str) -> bool:
    """Tell whether it has the shape of an issue's key, such as ENG-12."""
    return _KEY.fullmatch(text) is not None


def derived_id(*parts: object) -> str:
    """Return an id made of these parts, shaped as UUID version 4, which is all that Linear takes.

    The same parts give the same id: what is created under it twice is created once.
    """
    digest = hashlib.sha256("/".join(("followthrough", *map(str, parts))).encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))
