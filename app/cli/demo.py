"""Show the main job on a sandbox tracker: real HTTP, real signed webhooks, the real service in act mode on SQLite."""

import asyncio
import logging
import os
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from app import log
from app.assembly import Service, build, manifests
from app.cli.plainly import FOUND, plainly
from app.cli.scenes import SCENES
from app.cli.server import Server, listen
from app.cli.story import Story
from app.cli.telling import Teller
from app.cli.terminal import out
from app.core.errors import Misconfigured
from app.ports import Sandbox
from app.settings import PREFIX

GRACE = "1s"
"""How long an item may stay without a class here; in earnest it is hours."""
INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""

T = TypeVar("T")


class Name(StrEnum):
    """Name the sandboxes."""

    LINEAR = "linear"
    JIRA = "jira"


def demo(
    tracker: Annotated[Name | None, typer.Option(help="Which sandbox; default is one after the other.")] = None,
    once: Annotated[bool, typer.Option("--once", help="End when the story is told.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port of the service; 0 takes a free one.")] = 0,
) -> None:
    """Tell the main job's story on a sandbox tracker, line by line, as it happens."""
    names = [tracker] if tracker else list(Name)
    for name in [name for name in os.environ if name.upper().startswith(PREFIX)]:
        del os.environ[name]  # the demo must never reach a real tracker
    log.configure("console", level=logging.ERROR)
    with plainly():
        fine = asyncio.run(_tell([(name, once or name is not names[-1]) for name in names], port))
    raise typer.Exit(0 if fine else FOUND)


async def _tell(parts: list[tuple[Name, bool]], port: int) -> bool:
    told = [await _one(name, port, once=once) for name, once in parts]
    return all(told)


async def _one(name: Name, port: int, *, once: bool) -> bool:
    """Run one sandbox and the service beside it; return whether everything in the story came true."""
    make = manifests()[name].sandbox
    if make is None:
        raise Misconfigured(f"there is no sandbox for {name}")
    sandbox = make()
    await sandbox.start()
    try:
        with tempfile.TemporaryDirectory(prefix="followthrough-") as folder:
            return await _beside(sandbox, name, build(_write_settings(sandbox, Path(folder))), port, once=once)
    finally:
        await sandbox.aclose()


async def _beside(sandbox: Sandbox, name: Name, service: Service, port: int, *, once: bool) -> bool:
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    server = Server(service, address.set_result)
    serving = asyncio.create_task(server.serve(listen("127.0.0.1", port)))
    try:
        await _first(address, server, serving)
        sandbox.send_webhooks_to(f"{address.result()}/webhooks/{name}")
        story = Story(Teller(out), sandbox, service, name, lambda: server.answered(name, "duplicate"))
        story.teller.title(
            f"{manifests()[name].title}: post-mortem items, from the webhook to their place",
            f"Sandbox {sandbox.url}, service {address.result()} (act, SQLite)",
        )
        fine = await _first(asyncio.create_task(story.tell(SCENES)), server, serving)
        if not once:
            _leave_open(address.result(), name, story.last)
            await serving
        return fine
    finally:
        server.should_exit = True
        await serving


async def _first(wanted: asyncio.Future[T], server: Server, serving: asyncio.Task[None]) -> T:
    """Wait for that; but Ctrl-C ends the server, and then this is over, whatever it says of a service that is gone."""
    both: tuple[asyncio.Future[Any], ...] = (wanted, serving)
    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    if wanted.done() and not server.should_exit:
        return wanted.result()
    wanted.cancel()
    await asyncio.gather(wanted, return_exceptions=True)
    await serving
    raise typer.Exit(INTERRUPTED)


def _write_settings(sandbox: Sandbox, folder: Path) -> Path:
    policy = folder / "followthrough.yaml"
    # The forgotten item is forty days old when it is first seen.
    policy.write_text(sandbox.policy(grace=GRACE).replace("stale:", "stale:\n  tell_old: true"), encoding="utf-8")
    settings = {
        **sandbox.environment(),
        "FOLLOWTHROUGH_MODE": "act",
        "FOLLOWTHROUGH_POLICY": str(policy),
        "FOLLOWTHROUGH_DATABASE_URL": f"sqlite:///{folder / 'followthrough.db'}",
    }
    file = folder / "env"
    file.write_text("".join(f"{key}={value}\n" for key, value in settings.items()), encoding="utf-8")
    return file


def _leave_open(address: str, name: Name, key: str) -> None:
    out.print(
        f"\nThe service stays up at {address}/ until Ctrl-C: open that page in a browser, or ask it:",
        f"  curl -s {address}/items",
        f"  curl -s -H 'Accept: text/plain' {address}/items/{name}/{key}/why",
        sep="\n",
    )
