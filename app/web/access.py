"""Let in who may look: by token, or without tokens only this machine."""

import base64
import binascii
import hmac
from collections.abc import Sequence
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.problems import Json, problem

OPEN = frozenset({"/healthz", "/readyz"})
"""Addresses that answer everybody, beside the doors, which check signatures."""

_CHALLENGES = ('Bearer realm="Followthrough"', 'Basic realm="Followthrough", charset="UTF-8"')


class Access:
    """Check each request's token against all of `tokens`, in constant time."""

    def __init__(self, app: ASGIApp, tokens: Sequence[str]) -> None:
        self._app = app
        self._digests = [_digest(token.encode("utf-8", "surrogateescape")) for token in tokens if token]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "lifespan" or scope["path"].startswith("/webhooks/") or scope["path"] in OPEN:
            await self._app(scope, receive, send)
            return
        refusal = self._by_token(Headers(scope=scope)) if self._digests else _by_place(scope)
        await (refusal or self._app)(scope, receive, send)

    def _by_token(self, headers: Headers) -> Json | None:
        given = _digest(_token(headers.get("authorization", "")))
        fits = [hmac.compare_digest(digest, given) for digest in self._digests]
        if any(fits):
            return None
        answer = problem(401, "Send one of the API tokens: as a bearer token, or as the password of Basic.")
        for challenge in _CHALLENGES:
            answer.headers.append("WWW-Authenticate", challenge)
        return answer


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


def _by_place(scope: Scope) -> Json | None:
    """Refuse everybody but this machine itself, while no token is set.

    A forwarding header never opens anything, but it shows that somebody else stands behind a proxy on this machine. So
    does a Host that is no name of this machine, which is also how a web page elsewhere would reach in through a
    visitor's browser (DNS rebinding).
    """
    headers, hint = Headers(scope=scope), "Set FOLLOWTHROUGH_API_TOKENS and send one of them."
    client = scope.get("client")
    if client and client[0] and not _is_loopback(client[0]):
        return problem(403, "Without API tokens only the machine that runs Followthrough may look.", hint=hint)
    if "forwarded" in headers or "x-forwarded-for" in headers:
        return problem(403, "Without API tokens nobody may look through a proxy.", hint=hint)
    if not _is_own_name(headers.get("host", "")):
        return problem(403, "Without API tokens only localhost may be asked, by that name.", hint=hint)
    return None


def _is_loopback(address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return (mapped or parsed).is_loopback


def _is_own_name(host: str) -> bool:
    """Tell whether a Host header can mean this machine: a loopback address or a name without a domain."""
    name = host.partition("]")[0].removeprefix("[") if host.startswith("[") else host.partition(":")[0]
    name = name.rstrip(".").lower()
    return not set(".:").intersection(name) or name.endswith(".localhost") or _is_loopback(name)
