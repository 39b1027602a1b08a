"""Prepare what commands work on: a database as a running service left it, and no settings of the machine's."""

import asyncio
import logging
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from app.assembly import Service, manifests
from tests.running import quiet, running, until


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where children keep compiled modules: the first one compiles for all."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in the test's folder, so that no `.env` and no policy of the machine's is read."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(params=["linear", "jira"])
def tracker(request: pytest.FixtureRequest) -> str:
    """Name each tracker in turn."""
    return str(request.param)


@dataclass(frozen=True)
class Left:
    """Tell what a service left behind: its folder with settings, policy and database, and its tickets' keys.

    `operational` went to its board; `first` is the key that it was created with. `unlabelled` was asked about.
    """

    folder: Path
    tracker: str
    first: str
    operational: str
    unlabelled: str


@pytest.fixture(scope="session")
def leave(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Left]:
    """Return what a service left behind for each tracker, to copy."""
    made: dict[str, Left] = {}
    with ThreadPoolExecutor(1) as pool:  # a loop of its own: this outlives the tests' loops
        for name in ("linear", "jira"):
            made[name] = pool.submit(asyncio.run, _play(name, tmp_path_factory.mktemp(name))).result()
    return made


@pytest.fixture
def left(leave: dict[str, Left], tracker: str, tmp_path: Path) -> Left:
    """Copy what a service left behind into the test's folder; its tracker is gone."""
    made = leave[tracker]
    shutil.copyfile(made.folder / "followthrough.db", tmp_path / "followthrough.db")
    shutil.copyfile(made.folder / "followthrough.yaml", tmp_path / "followthrough.yaml")
    lines = (made.folder / "env").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(("FOLLOWTHROUGH_POLICY", "FOLLOWTHROUGH_DATABASE_URL"))]
    (tmp_path / ".env").write_text("\n".join(kept), encoding="utf-8")
    return Left(tmp_path, made.tracker, made.first, made.operational, made.unlabelled)


async def _play(name: str, folder: Path) -> Left:
    make = manifests()[name].sandbox
    assert make is not None
    sandbox = make()
    await sandbox.start()
    try:
        async with running(folder, sandbox.policy(grace="1s"), sandbox.environment()) as (service, address):
            await quiet(service)
            sandbox.send_webhooks_to(f"{address}/webhooks/{name}")
            one = await sandbox.create(
                "grace@acme.test", "Alert [red]on[/] :warning: lag", ["post-mortem", "operational"]
            )
            first = sandbox.view(one)["key"]
            other = await sandbox.create("grace@acme.test", "Storms \x1b[31m", ["post-mortem"])
            await until(lambda: sandbox.view(one)["due"], "the operational item to be routed")
            await until(lambda: sandbox.view(other)["comments"], "the unlabelled item to be asked about")
            await sandbox.drain()
            await until(lambda: _at_rest(service), "the echoes of the writes to be looked at")
        return Left(folder, name, first, sandbox.view(one)["key"], sandbox.view(other)["key"])
    finally:
        await sandbox.aclose()


async def _at_rest(service: Service) -> bool:
    await quiet(service)
    now = service.clock.now()
    due = await service.store.next_due(now, list(service.trackers))
    return due is None or due > now + timedelta(seconds=2)


@pytest.fixture(scope="module")
def logging_put_back() -> Iterator[None]:
    """Put the log's settings back after the commands of a module, which make their own."""
    names = ["", "uvicorn", "uvicorn.error", "uvicorn.access", "httpx", "httpcore"]
    before = [(one, one.handlers[:], one.level, one.propagate) for one in map(logging.getLogger, names)]
    yield
    for logger, handlers, level, propagate in before:
        logger.handlers[:] = handlers
        logger.setLevel(level)
        logger.propagate = propagate
    structlog.reset_defaults()
