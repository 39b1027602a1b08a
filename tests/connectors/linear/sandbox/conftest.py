"""Start a sandbox for each test, and somebody to ask it."""

from collections.abc import AsyncIterator

import pytest

from connectors._kit.sandbox import SandboxServer
from connectors.linear.sandbox import LinearSandbox
from tests.connectors.linear.sandbox.asking import Asker
from tests.connectors.linear.sandbox.receiving import Inbox


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


@pytest.fixture
async def inbox(sandbox: LinearSandbox, item: str) -> AsyncIterator[Inbox]:
    """Give a receiver to which the sandbox sends what happens after the item's creation."""
    assert item
    inbox = Inbox()
    server = SandboxServer(inbox)
    await server.start()
    sandbox.send_webhooks_to(f"{server.url}/webhooks/linear")
    yield inbox
    await sandbox.drain()
    await server.aclose()
