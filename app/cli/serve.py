"""Run the service."""

import gc
import logging
import os
from typing import Annotated

import typer

from app import log
from app.assembly import Service, build
from app.cli.server import Server, listen
from app.cli.terminal import plainly
from app.tracing import traced

_log = logging.getLogger(__name__)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; default FOLLOWTHROUGH_HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="Port to listen on; default FOLLOWTHROUGH_PORT.")
    ] = None,
) -> None:
    """Receive webhooks, work through due items and answer HTTP, until stopped."""
    with plainly():
        service = build()
        settings = service.settings
        sockets = listen(host or settings.host, settings.port if port is None else port)
        log.configure(settings.log)
        for warning in service.warnings:
            _log.warning(warning)
        with traced(os.environ):
            Server(service, lambda address: _tell(service, address)).run(sockets)


def _tell(service: Service, address: str) -> None:
    about = {"mode": service.settings.mode, "trackers": sorted(service.trackers), "doors": sorted(service.desks)}
    gc.collect()
    gc.freeze()
    _log.info("serving at %s", address, extra=about)
