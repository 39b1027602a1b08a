"""Show the main job on a sandbox tracker: real HTTP, real signed webhooks, the real service in act mode on SQLite."""

import asyncio
import logging
import os
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from app import log
from app.assembly import build, manifests
from app.cli.story import Story
from app.cli.terminal import out, plainly
from app.main import create_app
from app.ports import Sandbox


class Name(StrEnum):
    """Name the sandboxes."""

    LINEAR = "linear"
    JIRA = "jira"


def demo(
    tracker: Annotated[Name | None, typer.Option(help="Which sandbox; default is one after the other.")] = None,
    once: Annotated[bool, typer.Option("--once", help="End when the story is told.")] = False,
    port: Annotated[int, typer.Option(help="Port of the service; 0 takes a free one.")] = 0,
) -> None:
    """Tell the main job's story on a sandbox tracker, line by line, as it happens."""
    names = [tracker] if tracker else list(Name)
    for name in [name for name in os.environ if name.startswith("FOLLOWTHROUGH_")]:
        del os.environ[name]  # the demo must never reach a real tracker
    log.configure("console", level=logging.ERROR)
    with plainly():
        fine = asyncio.run(_tell([(name, once or name is not names[-1]) for name in names], port))
    raise typer.Exit(0 if fine else 1)


async def _tell(parts: list[tuple[Name, bool]], port: int) -> bool:
    told = [await _one(name, port, once=once) for name, once in parts]
    return all(told)


async def _one(name: Name, port: int, *, once: bool) -> bool:
    """Run one sandbox and the service beside it; return whether everything in the story came true."""
    make = manifests()[name].sandbox
    if make is None:
        raise typer.BadParameter(f"there is no sandbox for {name}")
    sandbox = make()
    await sandbox.start()
    try:
        with tempfile.TemporaryDirectory(prefix="followthrough-") as folder:
            return await _beside(sandbox, name, Path(folder), port, once=once)
    finally:
        await sandbox.aclose()


async def _beside(sandbox: Sandbox, name: Name, folder: Path, port: int, *, once: bool) -> bool:
    service = build(_write_settings(sandbox, folder))
    config = uvicorn.Config(create_app(service), host="127.0.0.1", port=port, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    try:
        address = await _address(server, serving)
        sandbox.send_webhooks_to(f"{address}/webhooks/{name}")
        fine = await Story(out, sandbox, service, name, manifests()[name].title, address).tell()
        if not once:
            await _leave_open(address, serving)
        return fine
    finally:
        server.should_exit = True
        await serving


def _write_settings(sandbox: Sandbox, folder: Path) -> Path:
    policy = folder / "followthrough.yaml"
    policy.write_text(sandbox.policy(), encoding="utf-8")
    settings = {
        **sandbox.environment(),
        "FOLLOWTHROUGH_MODE": "act",
        "FOLLOWTHROUGH_POLICY": str(policy),
        "FOLLOWTHROUGH_DATABASE_URL": f"sqlite:///{folder / 'followthrough.db'}",
    }
    file = folder / "env"
    file.write_text("".join(f"{key}={value}\n" for key, value in settings.items()), encoding="utf-8")
    return file


async def _address(server: uvicorn.Server, serving: "asyncio.Task[None]") -> str:
    while not server.started:
        if serving.done():
            await serving
            raise typer.BadParameter("the service did not start; is the port taken?", param_hint="--port")
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    return f"http://127.0.0.1:{port}"


async def _leave_open(address: str, serving: "asyncio.Task[None]") -> None:
    items = f"{address}/items"
    out.print(f"\nThe service stays up at [bold]{address}[/] ({items} shows what it knows). Ctrl-C ends it.")
    await serving
