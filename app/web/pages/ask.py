"""Ask our own interface, so that a page checks, filters and says exactly what a program would get."""

import asyncio
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Scope

_OWN = {"app", "router", "endpoint", "path_params", "route"}
"""What the outer route put into the scope; the inner one finds its own."""


class RefusedError(Exception):
    """Carry an answer of the interface that is no answer to the question: a problem."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status_code)
        self.answer = answer


async def ask(request: Request, path: str | None = None, parameters: Mapping[str, Any] | None = None) -> Any:
    """Return what GET answers at `path` in JSON; without one, at this page's own address and with its parameters.

    Raise RefusedError with the interface's own words when it refuses.
    """
    query = parse_qsl(request.url.query, keep_blank_values=True) if path is None else [*(parameters or {}).items()]
    wanted = [(name, value) for name, value in query if name != "format" and value != ""]
    answer = await _call(request, path or request.scope["path"], urlencode(wanted, errors="replace"))
    if answer.status_code != HTTPStatus.OK:
        raise RefusedError(answer)
    return json.loads(bytes(answer.body))


async def ask_all(request: Request, *questions: tuple[str, Mapping[str, Any]]) -> list[Any]:
    """Ask several questions at the same time; return the answers in their order."""
    return list(await asyncio.gather(*(ask(request, path, parameters) for path, parameters in questions)))


async def _call(request: Request, path: str, query: str) -> Response:
    headers = [(name, value) for name, value in request.scope["headers"] if name not in {b"accept", b"content-length"}]
    scope: Scope = {
        **{name: value for name, value in request.scope.items() if name not in _OWN},
        "app": request.app,
        "method": "GET",
        "path": path,
        "raw_path": path.encode("utf-8", "replace"),
        "query_string": query.encode(),
        "headers": [*headers, (b"accept", b"application/json")],
    }
    caught = _Caught()
    await request.app.router(scope, _nothing, caught.send)
    return caught.answer()


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


class _Caught:
    def __init__(self) -> None:
        self._start: Message = {}
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        else:
            self._body += message.get("body", b"")

    def answer(self) -> Response:
        answer = Response(self._body, self._start["status"])
        answer.raw_headers = list(self._start["headers"])
        return answer
