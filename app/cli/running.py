"""Prepare the service, and run it."""

import gc
import logging
import os
from collections.abc import Callable
from functools import partial

from app import log
from app.assembly import Service, build
from app.cli.server import Server, listen
from app.tracing import traced

_log = logging.getLogger(__name__)


def prepare(host: str | None, port: int | None) -> Callable[[], None]:
    """Join and listen; return what serves until stopped. Raise Misconfigured with a line for each thing amiss."""
    service = build()
    settings = service.settings
    sockets = listen(host or settings.host, settings.port if port is None else port)
    log.configure(settings.log)
    for warning in service.warnings:
        _log.warning(warning)
    server = Server(service, partial(_tell, service))

    def run() -> None:
        with traced(os.environ):
            server.run(sockets)

    return run


def _tell(service: Service, address: str) -> None:
    about = {"mode": service.settings.mode, "trackers": sorted(service.trackers), "doors": sorted(service.desks)}
    gc.freeze()
    _log.info("serving at %s", address, extra=about)
