"""Run the service."""

from typing import Annotated

import typer

from app.cli.lean import lean
from app.cli.plainly import plainly


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; default FOLLOWTHROUGH_HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="Port to listen on; default FOLLOWTHROUGH_PORT.")
    ] = None,
) -> None:
    """Receive webhooks, work through due items and answer HTTP, until stopped."""
    with plainly():
        with lean():
            from app.cli.running import prepare  # noqa: PLC0415  here it comes without what it can do without

            run = prepare(host, port)
        run()
