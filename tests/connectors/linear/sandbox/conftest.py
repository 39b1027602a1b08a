"""Start a sandbox for each test, and somebody to ask it."""

from collections.abc import AsyncIterator

import pytest

from connectors.linear.sandbox import LinearSandbox
from tests.connectors.linear.sandbox.asking import Asker


@pytest.fixture
async def sandbox() -> AsyncIterator[LinearSandbox]:
    """Give a sandbox that listens."""
    sandbox = LinearSandbox()
    await sandbox.start()
    yield sandbox
    await sandbox.aclose()


@pytest.fixture
async def ask(sandbox: LinearSandbox) -> AsyncIterator[Asker]:
    """Give a way to ask the sandbox."""
    asker = Asker(sandbox)
    yield asker
    await asker.client.aclose()


@pytest.fixture
async def item(sandbox: LinearSandbox) -> str:
    """Give a ticket that Grace created in ENG."""
    return await sandbox.create("grace@acme.test", "Alert on full disks", ["post-mortem"])
