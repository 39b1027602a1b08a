"""Know tokens: which may look, which may change something too."""

import base64
import binascii
import hmac
from collections.abc import Sequence
from enum import IntEnum
from hashlib import sha256

from starlette.datastructures import Headers


class Right(IntEnum):
    """Name what a caller may do; each right holds the ones below it."""

    NOTHING = 0
    READ = 1
    OPERATE = 2


class Keyring:
    """Hold the tokens of each right, several for rotation."""

    def __init__(self, operate: Sequence[str], read: Sequence[str] = ()) -> None:
        held = ((Right.READ, read), (Right.OPERATE, operate))
        self._digests = [
            (_digest(token.encode("utf-8", "surrogateescape")), right)
            for right, tokens in held
            for token in tokens
            if token
        ]
        self.operates = any(right is Right.OPERATE for _, right in self._digests)

    def __bool__(self) -> bool:
        """Tell whether there is any token."""
        return bool(self._digests)

    def right(self, headers: Headers) -> Right:
        """Return what the token in these headers opens; it is compared with each of ours, in constant time."""
        given = _digest(_token(headers.get("authorization", "")))
        return max(right if hmac.compare_digest(digest, given) else Right.NOTHING for digest, right in self._digests)


def _digest(token: bytes) -> bytes:
    # Digests are of one length, so that comparing does not tell how long a token is.
    return sha256(token).digest()


def _token(authorization: str) -> bytes:
    scheme, _, rest = authorization.partition(" ")
    given = rest.strip().encode("latin-1")
    match scheme.lower():
        case "bearer":
            return given
        case "basic":
            return _password(given)
        case _:
            return b""


def _password(encoded: bytes) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True).partition(b":")[2]
    except binascii.Error:
        return b""
