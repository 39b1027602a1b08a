"""Serve an address to whoever wants a page, and leave everybody else to the interface."""

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

from app.web.negotiate import best
from app.web.pages.ask import RefusedError

_PAGE = "text/html"
_OFFERS = ("application/json", "text/plain", "text/csv", _PAGE)


def wants_page(scope: Scope) -> bool:
    """Tell whether a page is asked for: by `format` in the address, else by Accept."""
    if scope["method"] not in {"GET", "HEAD"}:
        return False
    query: bytes = scope.get("query_string", b"")
    if "format" in (asked := parse_qs(query.decode("latin-1"))):
        return asked["format"][-1] == "html"
    return best(",".join(Headers(scope=scope).getlist("accept")), _OFFERS) == _PAGE


class Page(Route):
    """Match like any route, but only whoever wants a page; what the interface refuses is passed on as it is."""

    def __init__(self, path: str, draw: Callable[[Request], Awaitable[Response]]) -> None:
        async def endpoint(request: Request) -> Response:
            try:
                return await draw(request)
            except RefusedError as refused:
                return refused.answer

        super().__init__(path, endpoint, methods=["GET"], include_in_schema=False)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match the path only for those who want a page."""
        if scope["type"] != "http" or not wants_page(scope):
            return Match.NONE, {}
        return super().matches(scope)
