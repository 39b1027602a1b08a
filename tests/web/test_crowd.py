"""More connections than may be open: who has us wait goes, who means it gets in."""

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from unittest.mock import Mock

import pytest

from app.web.crowd import MOST, make_room, most_connections
from app.web.heads import BoundedHeads
from tests.web.fakes import FakeService, app_of, fake_service
from tests.web.test_heads import GET, talk
from tests.web.test_paced import LAST, delivery, statuses
from tests.web.test_socket import listening


class Narrow(BoundedHeads):
    """Have room for three."""

    most = 3
    linger = 0.2


@pytest.fixture
def service() -> FakeService:
    """Return a service with an open door."""
    return fake_service()


@pytest.fixture
async def narrow(service: FakeService) -> AsyncIterator[int]:
    """Serve few."""
    async with listening(app_of(service), Narrow) as port:
        yield port


@dataclass(frozen=True)
class Slow:
    """Hold a connection on which nothing more is sent."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def end(self) -> bytes:
        """Return what was answered until the other side closed it."""
        async with asyncio.timeout(10):
            with suppress(ConnectionError):
                return await self.reader.read()
        return b""


@asynccontextmanager
async def slow(port: int, begun: bytes) -> AsyncIterator[Slow]:
    """Connect, begin, and go no further."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(begun)
    yield Slow(reader, writer)
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


@pytest.mark.parametrize(
    "begun",
    [b"", GET, b"POST /webhooks/linear HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"],
    ids=["nothing", "a head", "a body"],
)
async def test_a_delivery_gets_in_past_those_who_do_not_go_on(narrow: int, service: FakeService, begun: bytes) -> None:
    """However many connections wait for their senders, the one that waited longest makes room."""
    async with AsyncExitStack() as stack:
        held = [await stack.enter_async_context(slow(narrow, begun)) for _ in range(10)]
        assert statuses(await talk(narrow, delivery(b'{"item": "7"}') + LAST)) == [b"200", b"200"]
        assert len(service.store.kept) == 1
        assert [await each.end() for each in held[:7]] == [b""] * 7


def _guest(since: float, *, awaited: bool = True) -> Mock:
    return Mock(since=since, awaited=awaited)


def test_whose_request_is_under_way_is_left_alone() -> None:
    """Of those who have us wait it is the one that has done so for the longest; nobody where there is room."""
    guests = [_guest(1, awaited=False), _guest(3), _guest(2), _guest(4)]
    make_room(guests, 0)
    assert not [one for one in guests if one.part.called]
    make_room(guests, 1)
    assert [one.part.called for one in guests] == [False, False, True, False]


def test_a_few_more_go_where_they_are_many() -> None:
    """Of 640 who wait eleven make room for one, so that the next ten are let in without a look at all of them."""
    guests = [_guest(number) for number in range(640)]
    make_room(guests, 1)
    assert [one.part.called for one in guests] == [True] * 11 + [False] * 629


@pytest.mark.parametrize(
    ("allowed", "hard", "asked", "most"),
    [
        (1024, 524_288, MOST + 256, MOST),
        (1024, resource.RLIM_INFINITY, MOST + 256, MOST),
        (1024, 2048, 2048, 1792),
        (100, 100, 100, 64),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, None, MOST),
        (100_000, 100_000, None, MOST),
    ],
)
def test_connections_are_as_many_as_files(
    monkeypatch: pytest.MonkeyPatch, allowed: int, hard: int, asked: int | None, most: int
) -> None:
    """The system is asked to allow what it may; some of that stays free for the store and the trackers."""
    set_to = Mock()
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (allowed, hard))
    monkeypatch.setattr(resource, "setrlimit", set_to)
    assert most_connections() == most
    assert [call.args[1] for call in set_to.call_args_list] == ([] if asked is None else [(asked, hard)])


async def test_who_is_slow_does_not_hold_up_the_end(service: FakeService, caplog: pytest.LogCaptureFixture) -> None:
    """Half a body is given a moment when the service ends, then its connection is closed, and nothing is logged."""
    begun = b"POST /webhooks/linear HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"
    async with AsyncExitStack() as stack:
        async with listening(app_of(service), Narrow) as port:
            half = await stack.enter_async_context(slow(port, begun))
            await talk(port, LAST)  # by then the other one is read
            started = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - started < 4
        assert await half.end() == b""
    assert not [record for record in caplog.records if record.levelname in {"WARNING", "ERROR"}]
