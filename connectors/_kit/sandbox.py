"""Serve a sandbox on a loopback port and send its webhooks; `world.py` beside this has its time, ids and faults."""

import asyncio
import socket
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn

MOST_WAITING = 10_000
"""How many webhooks may wait to be sent; those beyond are given up."""


class SandboxServer:
    """Serve an ASGI app on a free loopback port, inside the running event loop; signals stay the process's own.

    `url` is the server's address without a slash at its end, empty before `start`.
    """

    def __init__(self, app: Callable[..., Any]) -> None:
        self.url = ""
        self._server = _QuietServer(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                lifespan="off",
                date_header=False,
                server_header=False,
                timeout_graceful_shutdown=1,
            )
        )
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen; calls are answered when this returns."""
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        # Else an answer's body waits 40 ms for its head to be acknowledged: asyncio looks at `proto`, which is not set.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._running = asyncio.create_task(self._server.serve(sockets=[listener]))
        ready = asyncio.create_task(self._server.ready.wait())
        await asyncio.wait({self._running, ready}, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if self._running.done():
            await self._running

    async def aclose(self) -> None:
        """Stop listening and close connections; does nothing when it never listened."""
        self._server.over.set()
        if self._running is not None:
            await self._running
            self._running = None


class _QuietServer(uvicorn.Server):
    """Say when it listens, leave signals alone, and stop at once when it is over instead of looking now and then."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready, self.over = asyncio.Event(), asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def main_loop(self) -> None:
        await self.over.wait()


@dataclass(frozen=True, slots=True)
class _Event:
    url: str
    body: bytes
    headers: Mapping[str, str]


class WebhookSender:
    """Post webhooks one after the other, in the order in which they were given.

    `headers_for` signs: it gets the raw body when the event happens and returns headers. `taken` tells whether a status
    counts as received; anything else, and silence, is tried again until `attempts` are spent, `pause` seconds apart and
    doubling. `failed` counts what was given up.
    """

    def __init__(
        self,
        headers_for: Callable[[bytes], Mapping[str, str]],
        *,
        taken: Callable[[int], bool] = lambda status: 200 <= status < 300,  # noqa: PLR2004  "any success" as HTTP says
        attempts: int = 4,
        pause: float = 0.1,
    ) -> None:
        self.failed = 0
        self._headers_for, self._taken, self._attempts, self._pause = headers_for, taken, attempts, pause
        self._url: str | None = None
        self._latest: _Event | None = None
        self._held: deque[_Event] | None = None
        self._queue: asyncio.Queue[_Event] = asyncio.Queue(MOST_WAITING)
        self._client: httpx.AsyncClient | None = None
        self._worker: asyncio.Task[None] | None = None

    def target(self, url: str | None) -> None:
        """Send every later event there; None: nowhere, as before a webhook is set up."""
        self._url = url

    def send(self, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        """Sign an event and queue it; must be called within the event loop. Without a target it is lost."""
        if self._url is None:
            return
        event = _Event(self._url, body, {**self._headers_for(body), **(headers or {})})
        if self._held is None:
            self._enqueue(event)
        else:
            self._held.append(event)

    def hold(self) -> None:
        """Keep every later event back until `release`."""
        self._held = deque(self._held or (), maxlen=MOST_WAITING)

    def release(self, *, lose: bool = False) -> None:
        """Send what was held back, in order; `lose`: it never arrives."""
        held, self._held = self._held or (), None
        for event in () if lose else held:
            self._enqueue(event)

    async def redeliver(self) -> None:
        """Send the latest event that went out once more, byte for byte, headers included."""
        await self.drain()
        if self._latest is not None:
            self._enqueue(self._latest)

    async def drain(self) -> None:
        """Wait until everything that is queued was received or given up."""
        await self._queue.join()

    async def aclose(self) -> None:
        """Drop what is still queued and close connections."""
        if self._worker is not None:
            self._worker.cancel()
            with suppress(asyncio.CancelledError):
                await self._worker
        self._worker, self._queue = None, asyncio.Queue(MOST_WAITING)
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def _enqueue(self, event: _Event) -> None:
        if self._worker is None:
            self._client = httpx.AsyncClient(timeout=5, trust_env=False)
            self._worker = asyncio.create_task(self._work(self._client))
        try:
            self._queue.put_nowait(event)
        except asyncio.QueueFull:
            self.failed += 1

    async def _work(self, client: httpx.AsyncClient) -> None:
        while True:
            event = self._latest = await self._queue.get()
            try:
                self.failed += not await self._deliver(client, event)
            finally:
                self._queue.task_done()

    async def _deliver(self, client: httpx.AsyncClient, event: _Event) -> bool:
        for attempt in range(self._attempts):
            if attempt:
                await asyncio.sleep(self._pause * 2 ** (attempt - 1))
            with suppress(httpx.HTTPError, httpx.InvalidURL):
                answer = await client.post(event.url, content=event.body, headers=dict(event.headers))
                if self._taken(answer.status_code):
                    return True
        return False
