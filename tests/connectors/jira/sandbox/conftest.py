"""Start a sandbox for each test, somebody to ask it, and somebody to hear its webhooks."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from connectors._kit.sandbox import SandboxServer
from connectors.jira.sandbox import JiraSandbox
from tests.connectors.jira.sandbox.asking import Asker


class Inbox:
    """Keep webhooks and answer 200."""

    def __init__(self, sandbox: JiraSandbox) -> None:
        self.raw: list[tuple[dict[str, str], bytes]] = []
        self._sandbox = sandbox

    async def __call__(self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Any]) -> None:
        """Keep a webhook."""
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        self.raw.append((headers, body))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    async def events(self) -> list[dict[str, Any]]:
        """Return what has come so far, once nothing is under way any more."""
        await self._sandbox.drain()
        return [json.loads(body) for _, body in self.raw]


@pytest.fixture
async def sandbox() -> AsyncIterator[JiraSandbox]:
    """Give a Cloud site that listens."""
    sandbox = JiraSandbox()
    await sandbox.start()
    yield sandbox
    await sandbox.aclose()


@pytest.fixture
async def data_center() -> AsyncIterator[JiraSandbox]:
    """Give a Data Center site that listens."""
    sandbox = JiraSandbox(data_center=True)
    await sandbox.start()
    yield sandbox
    await sandbox.aclose()


@pytest.fixture
async def ask(sandbox: JiraSandbox) -> AsyncIterator[Asker]:
    """Give somebody who asks the Cloud site."""
    asker = Asker(sandbox)
    yield asker
    await asker.client.aclose()


@pytest.fixture
async def ask_own(data_center: JiraSandbox) -> AsyncIterator[Asker]:
    """Give somebody who asks the Data Center site."""
    asker = Asker(data_center)
    yield asker
    await asker.client.aclose()


@pytest.fixture
async def inbox(sandbox: JiraSandbox) -> AsyncIterator[Inbox]:
    """Give somebody who hears the Cloud site's webhooks."""
    inbox = Inbox(sandbox)
    server = SandboxServer(inbox)
    await server.start()
    sandbox.send_webhooks_to(f"{server.url}/hook")
    yield inbox
    await server.aclose()


@pytest.fixture
async def own_inbox(data_center: JiraSandbox) -> AsyncIterator[Inbox]:
    """Give somebody who hears the Data Center site's webhooks."""
    inbox = Inbox(data_center)
    server = SandboxServer(inbox)
    await server.start()
    data_center.send_webhooks_to(f"{server.url}/hook")
    yield inbox
    await server.aclose()
