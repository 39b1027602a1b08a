"""Let in who may look or operate: by token, or without tokens only this machine."""

from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.problems import Json, problem
from app.web.tokens import Keyring, Right

OPEN = frozenset({"/healthz", "/readyz"})
"""Addresses that answer everybody, beside the doors, which check signatures."""

_CHALLENGES = ('Bearer realm="Followthrough"', 'Basic realm="Followthrough", charset="UTF-8"')
_LOOKS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing, https://www.rfc-editor.org/rfc/rfc9110#name-safe-methods; all others operate."""
_OPERATING = "FOLLOWTHROUGH_API_TOKENS"
_HELD = {
    Right.READ: "FOLLOWTHROUGH_READ_TOKENS and FOLLOWTHROUGH_API_TOKENS hold those that may look.",
    Right.OPERATE: "FOLLOWTHROUGH_API_TOKENS holds those that may change something.",
}


class Access:
    """Hold each request against the tokens, or without any against where it comes from."""

    def __init__(self, app: ASGIApp, keyring: Keyring) -> None:
        self._app, self._keyring = app, keyring

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "lifespan" or scope["path"].startswith("/webhooks/") or scope["path"] in OPEN:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        needed = Right.READ if scope.get("method", "GET") in _LOOKS else Right.OPERATE
        refusal = self._by_token(headers, needed) if self._keyring else _by_place(scope, headers, needed)
        if refusal is None and needed is Right.OPERATE:
            refusal = _by_origin(headers)
        await (refusal or self._app)(scope, receive, send)

    def _by_token(self, headers: Headers, needed: Right) -> Json | None:
        right, lacking = self._keyring.right(headers), f"{needed.name.lower()} token"
        if right >= needed:
            return None
        if right is Right.READ:
            # Not 401: a browser would ask for another password again and again.
            hint = _HELD[needed] if self._keyring.operates else f"Set {_OPERATING} and send one of them."
            return problem(403, "This token may look, but not change anything.", lacking=lacking, hint=hint)
        detail = f"No valid {lacking} came along: send one as a bearer token, or as the password of Basic."
        answer = problem(401, detail, lacking=lacking, hint=_HELD[needed])
        for challenge in _CHALLENGES:
            answer.headers.append("WWW-Authenticate", challenge)
        return answer


def _by_origin(headers: Headers) -> Json | None:
    """Refuse to let a page elsewhere operate us through a visitor's browser, which adds the password by itself.

    Programs send neither header; browsers send the first one over TLS and to localhost, the second always.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        ours = site in {"same-origin", "none"}
    else:
        ours = origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
    return None if ours else problem(403, "A page elsewhere may not change anything here.")


def _by_place(scope: Scope, headers: Headers, needed: Right) -> Json | None:
    """Refuse everybody but this machine itself, while no token is set.

    A forwarding header never opens anything, but it shows that somebody else stands behind a proxy on this machine. So
    does a Host that is no name of this machine, which is also how a web page elsewhere would reach in through a
    visitor's browser (DNS rebinding).
    """
    names = "FOLLOWTHROUGH_READ_TOKENS or FOLLOWTHROUGH_API_TOKENS" if needed is Right.READ else _OPERATING
    hint = f"Set {names} and send one of them."
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
