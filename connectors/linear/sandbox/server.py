"""Answer over HTTP as api.linear.app does, and go wrong when told to."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from graphql import GraphQLError
from starlette.types import Receive, Scope, Send

from connectors._kit.world import Calls, Faults
from connectors.linear.sandbox.answering import BAD_REQUEST, Asked, Session, answer, understand, worded
from connectors.linear.sandbox.budget import Budget
from connectors.linear.sandbox.complexity import LARGEST, complexity
from connectors.linear.sandbox.oauth import Tokens
from connectors.linear.sandbox.operations import Caller
from connectors.linear.sandbox.refusals import RefusedError, forbidden, invalid, rate_limited, unauthenticated

PATH = "/graphql"
TOKEN_PATH = "/oauth/token"  # noqa: S105  an address
FAULTS = frozenset({"500", "html", "ratelimit", "drop_after"})
APP_MAY_NOT = frozenset({"issueLabelCreate"})
"""What is refused to an app with the scopes `read,write`, though a person may do it."""
SHORT = 500
"""Milliseconds after which a caller who was told to slow down may come back."""


class Server:
    """Answer GraphQL requests that carry the API key, as an ASGI app. Requests are remembered by what they ask for."""

    def __init__(self, caller: Caller, api_key: str) -> None:
        self.faults, self.calls, self.writes = Faults(FAULTS), Calls(), Calls()
        self._caller, self._key = caller, api_key
        self.tokens = Tokens(caller.world.ids)
        self._budget = Budget(caller.world.clock.peek)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        response = await self._respond(request)
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        if (request.method, request.url.path) == ("POST", TOKEN_PATH):
            minted = self.tokens.mint(request.headers.get("authorization", ""), await request.body())
            return JSONResponse(minted or {"error": "invalid_client"}, 200 if minted else 401)
        if (request.method, request.url.path) != ("POST", PATH):
            return JSONResponse({"error": "Not found"}, 404)
        points = 0
        try:
            app = self._is_app(request)
            asked = understand(await _json(request))
            points = complexity(asked.document, asked.variables)
            return self._answer(asked, points, app=app)
        except GraphQLError as error:
            status = error.status if isinstance(error, RefusedError) else BAD_REQUEST
            return self._json(status, {"errors": [worded(error)]}, points)

    def _is_app(self, request: Request) -> bool:
        """Tell an OAuth app's token from the key, which counts as it is: Linear refuses one behind `Bearer`."""
        authorization = request.headers.get("authorization", "")
        if authorization == self._key:
            return False
        if not self.tokens.good(authorization):
            raise unauthenticated()
        return True

    def _answer(self, asked: Asked, points: int, *, app: bool) -> Response:
        self._remember(asked)
        fault = self.faults.take()
        if fault == "500":
            return JSONResponse({"errors": [{"message": "Internal server error"}]}, 500)
        if fault == "html":
            return HTMLResponse("<html><body>Linear is being updated.</body></html>")
        if fault == "ratelimit":
            return self._slow_down(points)
        if points > LARGEST:
            raise invalid("Query too complex", f"This query costs {points} points, and {LARGEST} are allowed.")
        if not self._budget.spend(points):
            raise rate_limited()
        if app and not APP_MAY_NOT.isdisjoint(asked.fields):
            raise forbidden("An OAuth app needs more rights for this.")
        status, body = answer(asked, Session(self._caller.world, self._caller.actor, self._budget))
        return DroppedResponse() if fault == "drop_after" else self._json(status, body, points)

    def _remember(self, asked: Asked) -> None:
        """Name the call by what it asks for; the viewer is not named when it only comes along."""
        fields = tuple(dict.fromkeys(asked.fields))
        self.calls.add(" ".join([field for field in fields if field != "viewer"] or fields))
        for field in asked.fields if asked.mutation else ():
            self.writes.add(field)

    def _slow_down(self, points: int) -> Response:
        reset = int(self._caller.world.clock.peek().timestamp() * 1000) + SHORT
        spent = {"X-RateLimit-Requests-Remaining": "0", "X-RateLimit-Requests-Reset": str(reset)}
        return self._json(BAD_REQUEST, {"errors": [worded(rate_limited())]}, points, spent)

    def _json(
        self, status: int, body: Mapping[str, Any], points: int, headers: Mapping[str, str] | None = None
    ) -> Response:
        return JSONResponse(body, status, {**self._budget.headers(points), **(headers or {})})


class DroppedResponse(Response):
    """Promise an answer and close the connection before it is complete."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send the beginning of an answer only."""
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


async def _json(request: Request) -> Any:
    try:
        return await request.json()
    except ValueError:
        raise GraphQLError("Request body is not JSON.") from None
