"""A browser, and one service with a seeded store for all its tests."""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from app.assembly import Service
from app.main import create_app
from app.ports.examiner import Diagnosis
from app.ports.policy_book import Waiting
from app.store import SqlStore
from tests.browser.seed import fill, seed_policy
from tests.builders import NOW

_FLAGS = ("--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update")
"""A browser under test asks nobody but the service."""


class StillClock:
    """Stand at the moment that the seed is made for."""

    def now(self) -> datetime:
        """Return it."""
        return NOW


class Shown:
    """Have of `app.assembly.Service` what pages need; nothing works in the background, so that nothing changes."""

    def __init__(self, database: Path, *, seeded: bool) -> None:
        self.store = SqlStore(f"sqlite:///{database}")
        self.policy = seed_policy()
        self.clock = StillClock()
        self.desks: dict[str, Any] = {}
        self.trackers = {"linear": object(), "jira": object()}
        self.settings = SimpleNamespace(mode="act" if seeded else "observe", api_tokens=(), read_tokens=())
        waits = Waiting("3f2a" * 16, "followthrough.yaml", 256, 420, 0.2, NOW) if seeded else None
        self.policies = SimpleNamespace(waits=waits, writes=True)
        self._seeded = seeded

    async def start(self) -> None:
        """Open the store and fill it."""
        await self.store.open()
        if self._seeded:
            await fill(self.store, self.policy)

    async def aclose(self) -> None:
        """Close the store."""
        await self.store.aclose()

    def faults(self) -> list[Diagnosis]:
        """Have found one thing, where there is anything to see."""
        hint = "share the filter with the account"
        return [Diagnosis("jira.board_filter", "board 42's filter is not shared with us", hint)] if self._seeded else []

    async def readiness(self) -> list[Any]:
        """Find nothing wrong."""
        return []


def _serve(service: Shown) -> Iterator[str]:
    app = create_app(cast("Service", service))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        end = time.monotonic() + 60
        while not server.started:
            assert thread.is_alive(), "the service did not start"
            assert time.monotonic() < end, "the service does not start"
            thread.join(0.02)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a store with items in every state."""
    yield from _serve(Shown(tmp_path_factory.mktemp("seeded") / "followthrough.db", seeded=True))


@pytest.fixture(scope="module")
def nothing_yet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve an empty store."""
    yield from _serve(Shown(tmp_path_factory.mktemp("empty") / "followthrough.db", seeded=False))


def _installed() -> str | None:
    """Return a Chromium of the machine's, or None for the one that Playwright brings."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start a browser; that there is none fails the test, because pages that nobody looked at are not tested."""
    flags = [*_FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=_installed(), args=flags)
        yield started
        started.close()
