"""Let calls go wrong on purpose."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

BEFORE = frozenset({"500", "409", "ratelimit", "html", "drop"})
"""What goes wrong before anything has happened."""
AFTER = frozenset({"drop_after", "truncate"})
"""What goes wrong once the effect is in place."""
KINDS = BEFORE | AFTER


class Dropped(Response):
    """Close the connection where an answer was due."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  the shape is ASGI's
        """Begin an answer and leave it at that: the server then closes the connection."""
        headers = [(b"content-length", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})


def failed(kind: str, answer: bytes = b"") -> Response:
    """Return what comes instead of an answer; `answer` is the right one."""
    if kind in {"drop", "drop_after"}:
        return Dropped()
    if kind == "truncate":
        return Response(answer[: len(answer) // 2] or b"{", media_type="application/json")
    if kind == "html":
        return HTMLResponse("<!doctype html><title>Log in</title>")
    if kind == "ratelimit":
        return limited("jira-burst-based", 1)
    status, message = (409, "The issue was updated by somebody else.") if kind == "409" else (500, "Internal error")
    return JSONResponse({"errorMessages": [message], "errors": {}}, status)


def limited(reason: str, seconds: int) -> Response:
    """Refuse a call that came too soon.

    https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
    """
    reset = datetime.now(UTC) + timedelta(seconds=seconds)
    headers: Mapping[str, str] = {
        "Retry-After": str(seconds),
        "RateLimit-Reason": reason,
        "X-RateLimit-Limit": "20",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": f"{reset:%Y-%m-%dT%H:%MZ}",
    }
    return JSONResponse({"errorMessages": ["Rate limit exceeded."], "errors": {}}, 429, headers)
