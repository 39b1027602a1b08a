"""The heads of requests over a real socket: too large, too slow, one after another, and several at once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.web.heads import LARGEST, BoundedHeads
from tests.web.fakes import app_of, fake_service
from tests.web.test_socket import listening

GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /healthz HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
TIME = 10
"""Seconds after which a connection counts as held; nothing here waits for them."""


class Brief(BoundedHeads):
    """Part soon from whom it refused."""

    linger = 0.2


class Hasty(BoundedHeads):
    """Wait for heads hardly at all."""

    patience = 0.2


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """Serve with the patience that holds in earnest."""
    async with listening(app_of(fake_service()), Brief) as number:
        yield number


@pytest.fixture
async def hasty() -> AsyncIterator[int]:
    """Serve with hardly any patience."""
    async with listening(app_of(fake_service()), Hasty) as number:
        yield number


@pytest.fixture
async def long() -> AsyncIterator[int]:
    """Serve with hardly any patience for heads, and with much between requests."""
    async with listening(app_of(fake_service()), Hasty, timeout_keep_alive=100) as number:
        yield number


async def talk(port: int, *pieces: bytes) -> bytes:
    """Send the pieces, and return all that is answered until the other side closes."""
    return await talk_on(port, b"".join(pieces[:1]), b"", *pieces[1:])


async def talk_on(port: int, first: bytes, awaited: bytes, *pieces: bytes) -> bytes:
    """Send the first piece, the others after that answer, and return all answers until the other side closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    async with asyncio.timeout(TIME):
        writer.write(first)
        answer = await reader.readuntil(awaited) if awaited else b""
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        answer += await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize(
    "pieces",
    [
        [GET + b"A: " + b"a" * LARGEST + b"\r\n\r\n"],
        [GET + b"A: " + b"a" * 4 * LARGEST],
        [GET + b"A: ", *[b"a" * 5000] * 30],
        [GET, *[b"A: b\r\n" * 1000] * 30],
        [GET, b"A: b\r\n" * 1000],
        [b"GET /" + b"a" * LARGEST],
        [b"\r\n" * LARGEST],
    ],
    ids=[
        "one long header",
        "a longer one",
        "a header without end",
        "headers without end",
        "a thousand headers",
        "a long address",
        "empty lines",
    ],
)
async def test_a_large_head_is_refused(port: int, pieces: list[bytes]) -> None:
    """Whatever makes a head large, in one piece or in many: it is answered 431, and the connection is closed."""
    answer = await talk(port, *pieces)
    assert answer.startswith(b"HTTP/1.1 431 ")
    assert b"\r\nconnection: close\r\n" in answer
    assert answer.endswith(b"too large.\n")


async def test_a_head_as_large_as_may_be_is_read(port: int) -> None:
    """A head of exactly the limit is no refusal."""
    rest = b"Connection: close\r\n\r\n"
    filling = b"A: " + b"a" * (LARGEST - len(GET) - len(rest) - 5) + b"\r\n"
    assert len(GET + filling + rest) == LARGEST
    assert (await talk(port, GET + filling + rest)).startswith(b"HTTP/1.1 200 ")


async def test_what_follows_a_body_is_bounded(port: int) -> None:
    """Headers after the last piece of a body are a head too; whoever sends them without end is cut off."""
    answer = await talk_on(port, POST, b"that method.", b"0\r\nA: ", *[b"a" * 5000] * 30)
    assert answer.startswith(b"HTTP/1.1 405 ")
    assert b"HTTP/1.1 431 " in answer


@pytest.mark.parametrize("begun", [b"", b"\r\n", GET], ids=["nothing", "an empty line", "a head"])
async def test_a_slow_sender_is_left(hasty: int, begun: bytes) -> None:
    """Who connects and does not send a whole head is left without an answer."""
    assert await talk(hasty, begun) == b""


@pytest.mark.parametrize(
    ("first", "more"),
    [(GET + b"\r\n", b"\r\n"), (GET + b"\r\n", GET), (POST + b"5\r\nab", b"c")],
    ids=["an empty line", "a head", "the rest of a body"],
)
async def test_a_sender_who_becomes_slow_is_left(long: int, first: bytes, more: bytes) -> None:
    """Who has an answer and begins with more but does not go on is left."""
    answer = await talk_on(long, first, b"\r\n\r\n", more)
    assert answer.count(b"HTTP/1.1 ") == 1


async def test_a_slow_body_is_not_a_slow_head(hasty: int) -> None:
    """A request under way is not hurried by what bounds heads, and one more may follow on its connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", hasty)
    async with asyncio.timeout(TIME):
        writer.write(b"POST /webhooks/linear HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{")
        assert await talk(hasty) == b""  # by then the patience is over
        writer.write(b"}")
        first = await reader.readuntil(b"\r\n\r\n")
        writer.write(GET + b"Connection: close\r\n\r\n")
        rest = await reader.read()
    writer.close()
    assert first.startswith(b"HTTP/1.1 401 ")
    assert b"HTTP/1.1 200 " in rest


async def test_many_requests_on_one_connection_are_answered(port: int) -> None:
    """What a connection carries in all is not bounded: a megabyte of requests sent at once is answered whole."""
    one = GET + b"A: " + b"a" * 1000 + b"\r\n\r\n"
    last = GET + b"Connection: close\r\n\r\n"
    answer = await talk(port, one * 1000 + last)
    assert answer.count(b"HTTP/1.1 200 ") == 1001
