"""Run the real service in this process: FastAPI on a real socket, the worker, the store, the real clients."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn

from app.assembly import Service, build
from app.main import configured, create_app


@asynccontextmanager
async def running(folder: Path, policy: str, settings: Mapping[str, str]) -> AsyncIterator[tuple[Service, str]]:
    """Run the service with this policy and these settings; yield it and its address."""
    assert not [name for name in os.environ if name.startswith("FOLLOWTHROUGH_")], "settings leak into the tests"
    (folder / "followthrough.yaml").write_text(policy, encoding="utf-8")
    everything = {
        "FOLLOWTHROUGH_MODE": "act",
        "FOLLOWTHROUGH_POLICY": str(folder / "followthrough.yaml"),
        "FOLLOWTHROUGH_DATABASE_URL": f"sqlite:///{folder / 'followthrough.db'}",
        **settings,
    }
    env = folder / "env"
    env.write_text("".join(f"{key}={value}\n" for key, value in everything.items()), encoding="utf-8")
    service = build(env)
    server = uvicorn.Server(configured(create_app(service), host="127.0.0.1", port=0))
    serving = asyncio.create_task(server.serve())
    try:
        await until(lambda: server.started or serving.done(), "the service to start")
        if serving.done():
            serving.result()
        await until(lambda: service.reconciler.last.keys() == service.trackers.keys(), "the first reconcile")
        port = server.servers[0].sockets[0].getsockname()[1]
        yield service, f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await serving


async def until(condition: Callable[[], object | Awaitable[object]], what: str, seconds: float = 15.0) -> None:
    """Poll until the condition holds; fail with `what` when it does not within so many seconds."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if isinstance(value, Awaitable):
            value = await value
        if value:
            return
        assert time.monotonic() < end, f"waited {seconds} s in vain for {what}"
        await asyncio.sleep(0.01)


async def quiet(service: Service) -> None:
    """Wait until nothing is due now and nothing is on loan."""

    async def nothing_due() -> bool:
        counts = await service.store.counts(service.clock.now())
        return counts["due"] == 0 and not service.worker.busy

    await until(nothing_due, "the worker to come to rest")
