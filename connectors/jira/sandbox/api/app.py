"""Answer HTTP requests in Jira's name."""

import base64
import json
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from connectors._kit.world import MOST_REMEMBERED, Calls, Faults
from connectors.jira.sandbox.api.call import Call, Reply
from connectors.jira.sandbox.api.faults import BEFORE, KINDS, failed, limited
from connectors.jira.sandbox.api.operations import Operation, operations
from connectors.jira.sandbox.api.pace import Pace
from connectors.jira.sandbox.api.site import CLOUD_ID
from connectors.jira.sandbox.deeds import Deeds
from connectors.jira.sandbox.refusal import Refusal
from connectors.jira.sandbox.show import Show

ANY = "any call"
"""Under this name faults wait for whatever is called next."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """Hold one call and what was answered, to be checked against the vendor's contract."""

    method: str
    path: str
    query: Mapping[str, str]
    request: Any
    status: int
    answer: Any


@dataclass(slots=True)
class Api:
    """Answer for a site, write down what was asked, and go wrong where that was asked for."""

    deeds: Deeds
    token: str
    calls: Calls = field(default_factory=Calls)
    writes: Calls = field(default_factory=Calls)
    unsupported: Calls = field(default_factory=Calls)
    faults: defaultdict[str, Faults] = field(default_factory=lambda: defaultdict(lambda: Faults(KINDS)))
    pace: Pace = field(default_factory=Pace)
    exchanges: deque[Exchange] = field(default_factory=lambda: deque(maxlen=MOST_REMEMBERED // 10))

    def app(self) -> Starlette:
        """Return the site as an ASGI app, on its own host and behind the gateway alike."""
        known = operations(data_center=self.deeds.world.data_center)
        routes: list[Route | Mount] = [Route(one.path, self._endpoint(one), methods=[one.method]) for one in known]
        gateway = [] if self.deeds.world.data_center else [Mount(f"/ex/jira/{CLOUD_ID}", routes=list(routes))]
        handlers = {404: self._unknown, 405: self._unknown}
        return Starlette(routes=[*routes, *gateway], exception_handlers=handlers)

    async def _unknown(self, request: Request, _: Exception) -> Response:
        name = f"{request.method} {request.url.path}"
        self.calls.add(name)
        self.unsupported.add(name)
        return JSONResponse({"errorMessages": [f"null for uri: {request.url.path}"], "errors": {}}, 404)

    def _endpoint(self, operation: Operation) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            raw = await request.body()
            self.calls.add(operation.name)
            if operation.writes:
                self.writes.add(operation.name)
            fault = self.faults[operation.name].take() or self.faults[ANY].take()
            if fault in BEFORE:
                return failed(fault)
            answer = self._answer(operation, request, raw)
            return failed(fault, bytes(answer.body)) if fault else answer

        return endpoint

    def _answer(self, operation: Operation, request: Request, raw: bytes) -> Response:
        wait = self._too_soon(operation, request)
        if wait:
            return limited("jira-per-issue-on-write", wait)
        body: Any = None
        try:
            if not operation.public:
                self._admit(request.headers.get("authorization", ""))
            body = _parsed(raw)
            reply = operation.handler(self._call(request, body))
        except Refusal as refusal:
            reply = Reply(refusal.status, refusal.body())
        query = dict(request.query_params.multi_items())
        self.exchanges.append(Exchange(request.method, request.url.path, query, body, reply.status, reply.body))
        return Response(status_code=reply.status) if reply.body is None else JSONResponse(reply.body, reply.status)

    def _call(self, request: Request, body: Any) -> Call:
        world = self.deeds.world
        path = {name: unquote(value) for name, value in request.path_params.items()}
        show = Show(world, 2 if world.data_center else 3)
        return Call(self.deeds, show, path, request.query_params.multi_items(), body)

    def _too_soon(self, operation: Operation, request: Request) -> int:
        """Return how many seconds to wait until this issue may be written to again; Data Center has no such limit."""
        issue = self.deeds.world.issue(request.path_params.get("issue", ""))
        if not operation.writes or issue is None or self.deeds.world.data_center:
            return 0
        return self.pace.wait(issue.id, self.deeds.world.clock.peek())

    def _admit(self, authorization: str) -> None:
        """Let in who has the token: with the account's e-mail on Cloud, alone on Data Center."""
        pair = f"{self.deeds.world.me.email}:{self.token}".encode()
        cloud = f"Basic {base64.b64encode(pair).decode()}"
        if authorization != (f"Bearer {self.token}" if self.deeds.world.data_center else cloud):
            raise Refusal(401, "Client must be authenticated to access this resource.")


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError as error:
        raise Refusal(400, "There was an error parsing JSON. Check that your request body is valid.") from error
