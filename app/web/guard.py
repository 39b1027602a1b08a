"""Stand around every answer: nothing leaks when something breaks, and browsers are told what not to do."""

import traceback

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.errors import FollowthroughError
from app.web.problems import problem

log = structlog.get_logger()

_PAGES = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# FastAPI's page loads its script from a public host and starts it inline.
_DOCS = (
    "default-src 'none'; script-src 'unsafe-inline' https://cdn.jsdelivr.net; "
    "style-src 'unsafe-inline' https://cdn.jsdelivr.net; img-src data: https://fastapi.tiangolo.com; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def log_failure(event: str, error: BaseException, **where: object) -> None:
    """Log an error that nobody expected: its kind and the way to it.

    Its text only when it is ours: others quote what they choked on, which can be a body or a secret.
    """
    frames = traceback.extract_tb(error.__traceback__)
    way = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
    text = str(error) if isinstance(error, FollowthroughError) else None
    log.error(event, **where, error=type(error).__name__, message=text, way=way)


class Guard:
    """Turn what nobody expected into a problem that says nothing about the inside, and add the safe headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        guarded = _Guarded(send, _DOCS if scope["path"] == "/docs" else _PAGES)
        try:
            await self._app(scope, receive, guarded.send)
        except Exception as error:  # noqa: BLE001  the last stand: it is logged, and the caller gets a problem
            log_failure("request failed", error, method=scope["method"], path=scope["path"])
            if not guarded.started:
                failed = problem(500, "Something went wrong on our side; it is in the log.")
                await failed(scope, receive, guarded.send)


class _Guarded:
    def __init__(self, send: Send, policy: str) -> None:
        self._send, self._policy, self.started = send, policy, False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self._add_headers(MutableHeaders(scope=message))
        await self._send(message)

    def _add_headers(self, headers: MutableHeaders) -> None:
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Cache-Control", "no-store")
        if headers.get("content-type", "").startswith("text/html"):
            headers.setdefault("Content-Security-Policy", self._policy)
            headers.setdefault("Referrer-Policy", "no-referrer")
            headers.setdefault("X-Frame-Options", "DENY")
            headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
            headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
