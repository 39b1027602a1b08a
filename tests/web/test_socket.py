"""The door over a real socket: what only a server and a bad sender show."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from app.assembly import Service
from app.web.body import LARGEST, Intake
from app.web.heads import BoundedHeads
from app.web.metrics import Meters
from app.web.webhooks import Doors
from tests.web.fakes import FakeService, app_of, caller, fake_service, signed


@asynccontextmanager
async def listening(
    app: Any, http: type[BoundedHeads] = BoundedHeads, timeout_keep_alive: int = 5
) -> AsyncIterator[int]:
    """Serve on a free port and give its number."""
    config = uvicorn.Config(
        app,
        port=0,
        log_config=None,
        lifespan="on",
        timeout_graceful_shutdown=5,
        http=http,
        timeout_keep_alive=timeout_keep_alive,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await serving


async def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition, ten seconds at most."""
    deadline = datetime.now(UTC) + timedelta(seconds=10)
    while not condition():
        assert datetime.now(UTC) < deadline
        await asyncio.sleep(0.01)


@pytest.fixture
def service() -> FakeService:
    """Return a service with an open door."""
    return fake_service()


async def test_a_body_in_slow_pieces_is_kept(service: FakeService) -> None:
    """A body that arrives a byte at a time, without a length, is kept whole."""
    raw = b'{"item": "7"}'

    async def slowly() -> AsyncIterator[bytes]:
        for byte in raw:
            await asyncio.sleep(0)
            yield bytes([byte])

    async with listening(app_of(service)) as port, httpx.AsyncClient() as client:
        answer = await client.post(f"http://127.0.0.1:{port}/webhooks/linear", content=slowly(), headers=signed(raw))
    assert (answer.status_code, service.store.kept[0].body) == (200, raw)


async def test_an_endless_body_is_cut_off(service: FakeService) -> None:
    """A chunked body beyond the limit is answered 413, and the connection is closed instead of read on."""
    async with listening(app_of(service)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /webhooks/linear HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        pouring = asyncio.create_task(_pour(writer))
        status = await reader.readline()
        sent = await pouring
        writer.close()
    assert b" 413 " in status
    assert LARGEST < sent < 4 * LARGEST


async def _pour(writer: asyncio.StreamWriter) -> int:
    """Send a megabyte at a time until the other side closes; return how much was sent."""
    sent, chunk = 0, b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    with suppress(ConnectionError):
        while sent < 6 * LARGEST:
            writer.write(chunk)
            await writer.drain()
            sent += 0x100000
    return sent


@pytest.mark.parametrize("pieces", [1, 30])
async def test_a_sender_of_too_much_can_read_the_answer(service: FakeService, pieces: int) -> None:
    """Somebody who sends thirty megabytes before reading gets the 413 and no broken connection."""

    async def body() -> AsyncIterator[bytes]:
        for _ in range(pieces):
            yield b"x" * (30_000_000 // pieces)

    content = body() if pieces > 1 else b"x" * 30_000_000
    async with listening(app_of(service)) as port, httpx.AsyncClient() as client:
        answer = await client.post(f"http://127.0.0.1:{port}/webhooks/linear", content=content)
    assert (answer.status_code, answer.headers["connection"]) == (413, "close")


async def test_a_large_announced_body_is_refused_before_it_is_sent(service: FakeService) -> None:
    """A sender that waits for leave to send thirty megabytes is refused at once."""
    async with listening(app_of(service)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /webhooks/linear HTTP/1.1\r\nHost: localhost\r\nContent-Length: 30000000\r\n")
        writer.write(b"Expect: 100-continue\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readuntil(b"}")
        writer.close()
    assert b" 413 " in head.splitlines()[0]
    assert json.loads(body)["status"] == 413


async def test_a_sender_who_hangs_up_makes_no_noise(service: FakeService, caplog: pytest.LogCaptureFixture) -> None:
    """A connection that breaks in the middle of a body leaves a count, no log line, and the door open."""
    raw = b"{}"
    async with listening(app_of(service)) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /webhooks/linear HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
        await writer.drain()
        writer.close()
        base = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=base) as client:
            await _counted(client, 'outcome="gone"')
            answer = await client.post("/webhooks/linear", content=raw, headers=signed(raw))
    assert answer.status_code == 200
    assert [record for record in caplog.records if record.levelname in {"WARNING", "ERROR"}] == []


async def _counted(client: httpx.AsyncClient, words: str) -> None:
    deadline = datetime.now(UTC) + timedelta(seconds=10)
    while words not in (await client.get("/metrics")).text:
        assert datetime.now(UTC) < deadline


async def test_a_body_that_never_ends_does_not_hold_the_door(service: FakeService) -> None:
    """A sender who stops in the middle of a body is answered 408, which Jira repeats, and the connection is closed."""
    doors = Doors(cast("Service", service), Meters(), Intake(patience=0.05))
    async with listening(Starlette(routes=[Route("/webhooks/{tracker}", doors, methods=["POST"])])) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /webhooks/linear HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
        answer = await reader.read()
        writer.close()
    assert b" 408 " in answer.splitlines()[0]
    assert b"\r\nconnection: close\r\n" in answer.lower()


async def test_a_body_that_came_whole_says_nothing_of_the_next_one(service: FakeService) -> None:
    """One that follows it on the same connection, at once, has its own time and no more."""
    doors = Doors(cast("Service", service), Meters(), Intake(patience=0.05))
    async with listening(Starlette(routes=[Route("/webhooks/{tracker}", doors, methods=["POST"])])) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = b"POST /webhooks/linear HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n{}"
        writer.write(head % 2 + head % 100)
        answers = await reader.read()
        writer.close()
    assert re.findall(rb"HTTP/1\.1 (\d+)", answers) == [b"401", b"408"]


async def test_a_burst_is_answered_and_kept_whole(service: FakeService) -> None:
    """Two hundred deliveries at once are all kept, forged ones among them are not."""
    bodies = [json.dumps({"item": str(number)}).encode() for number in range(200)]
    limits = httpx.Limits(max_connections=20)
    async with listening(app_of(service)) as port, httpx.AsyncClient(limits=limits) as client:
        address = f"http://127.0.0.1:{port}/webhooks/linear"
        good = [client.post(address, content=raw, headers=signed(raw, delivery=raw.hex())) for raw in bodies]
        bad = [client.post(address, content=raw, headers=signed(raw, "wrong")) for raw in bodies[:50]]
        statuses = [answer.status_code for answer in await asyncio.gather(*good, *bad)]
    assert statuses == [200] * 200 + [401] * 50
    assert {kept.body for kept in service.store.kept} == set(bodies)


async def test_a_peer_on_this_machine_may_look(service: FakeService) -> None:
    """Over a real loopback socket the items answer without a token."""
    async with listening(app_of(service)) as port, httpx.AsyncClient() as client:
        assert (await client.get(f"http://127.0.0.1:{port}/items")).status_code == 200
    assert service.life == ["started", "stopped"]


async def test_the_door_answers_one_more_time_after_the_store_came_back(service: FakeService) -> None:
    """What was refused with 503 is kept when it is sent again."""
    service.store.error = TimeoutError("hush")
    async with caller(service) as client:
        first = await client.post("/webhooks/linear", content=b"{}", headers=signed(b"{}"))
        service.store.error = None
        second = await client.post("/webhooks/linear", content=b"{}", headers=signed(b"{}"))
    assert (first.status_code, second.status_code) == (503, 200)
