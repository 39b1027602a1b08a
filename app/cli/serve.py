"""Run the service."""

from typing import Annotated

import typer
import uvicorn

from app import log
from app.assembly import build
from app.cli.terminal import err, plainly
from app.main import create_app


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; default FOLLOWTHROUGH_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; default FOLLOWTHROUGH_PORT.")] = None,
) -> None:
    """Receive webhooks, work through due items and answer HTTP, until stopped."""
    with plainly():
        service = build()
        settings = service.settings
        log.configure(settings.log)
        for warning in service.warnings:
            err.print(f"warning: {warning}", markup=False)
        config = uvicorn.Config(
            create_app(service),
            host=host or settings.host,
            port=settings.port if port is None else port,
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=10,
        )
        uvicorn.Server(config).run()
