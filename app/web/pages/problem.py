"""Say a problem on a page to whoever looks with a browser."""

import json
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.pages.render import draw
from app.web.pages.route import wants_page


class ProblemPages:
    """Turn problem details into a page where a page was wanted; status and headers stay."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not wants_page(scope):
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Redrawn(Request(scope), send).send)


class _Redrawn:
    def __init__(self, request: Request, send: Send) -> None:
        self._request, self._send = request, send
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_problem(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._redraw(self._start)

    async def _redraw(self, start: Message) -> None:
        problem: dict[str, Any] = json.loads(self._body)
        page = draw(self._request, "problem.html", problem=problem)
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["content-type"], headers["content-length"] = page.headers["content-type"], str(len(page.body))
        headers.add_vary_header("Accept")
        await self._send({**start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": page.body})


def _is_problem(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith("application/problem+json")
