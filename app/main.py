"""Put the HTTP application together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from app.assembly import Service
from app.web import deliveries, health, items, metrics, pages, policy, problems, reports
from app.web.access import Access
from app.web.crowd import most_connections
from app.web.guard import Guard
from app.web.heads import BoundedHeads
from app.web.pages.problem import ProblemPages
from app.web.problems import Json
from app.web.tokens import Keyring
from app.web.webhooks import Doors, tracker_of

_ABOUT = (
    "Watches post-mortem action items and sees to it that they get done. "
    "Trackers send their webhooks to `POST /webhooks/{tracker}`, signed."
)


class _Application(FastAPI):
    """Let the doors answer for themselves: nothing of what stands around pages and reports is worth its time there."""

    doors: Doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if tracker_of(scope):
            await self.doors(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def configured(app: FastAPI, **more: Any) -> uvicorn.Config:
    """Return how the application is served, whoever does it: quietly, with bounds on connections and requests' heads.

    Whom a proxy names as the caller counts for nothing here, see `app.web.access`.
    """
    BoundedHeads.most = most_connections()
    return uvicorn.Config(app, log_config=None, access_log=False, proxy_headers=False, http=BoundedHeads, **more)


def create_app(service: Service) -> FastAPI:
    """Return the application around a service, which starts and stops with it."""
    meters = metrics.Meters()
    doors = Doors(service, meters)
    app = _Application(
        title="Followthrough",
        description=_ABOUT,
        # Calls that a door does not answer: another method, nobody's name.
        routes=[Route(path, doors, methods=["POST"]) for path in ("/webhooks/{tracker}", "/webhooks/{tracker}/")],
        lifespan=_lifespan,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.service, app.state.meters = service, meters
    app.doors = doors
    app.router.routes += pages.routes()
    for router in (items.router, policy.router, reports.router, deliveries.router, health.router, metrics.router):
        app.include_router(router)
    app.add_api_route("/", front, response_class=Json)
    problems.install(app)
    app.add_middleware(Access, keyring=_keyring(service))
    app.add_middleware(ProblemPages)
    app.add_middleware(Guard)
    return app


def _keyring(service: Service) -> Keyring:
    """Return the tokens that open us."""
    settings = service.settings
    operate, read = ([each.get_secret_value() for each in held] for held in (settings.api_tokens, settings.read_tokens))
    return Keyring(operate, read)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    try:
        await service.start()
        yield
    finally:
        await service.aclose()


async def front(request: Request) -> Response:
    """Say what this is and where to go from here."""
    service: Service = request.app.state.service
    return Json(
        {
            "name": "Followthrough",
            "mode": service.settings.mode,
            "trackers": sorted(service.trackers),
            "doors": [f"/webhooks/{tracker}" for tracker in service.desks],
            "links": [
                "/items",
                "/policy",
                "/reports/stale",
                "/reports/needing",
                "/reports/postmortems",
                "/reports/strategic",
                "/reports/risks",
                "/reports/summary",
                "/deliveries",
                "/healthz",
                "/readyz",
                "/metrics",
                "/docs",
            ],
        }
    )
