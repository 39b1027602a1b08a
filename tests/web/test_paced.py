"""Requests over a real socket that come faster than they are answered, or beside what is none."""

import logging
import re
from collections.abc import AsyncIterator

import pytest

from app.web.paced import STEP
from tests.web.fakes import FakeService, app_of, fake_service, signed
from tests.web.test_heads import GET, Brief, talk, talk_on
from tests.web.test_socket import listening, until

LAST = GET + b"Connection: close\r\n\r\n"
SEEN: list["Watched"] = []


class Watched(Brief):
    """Note how many requests wait at most."""

    most_waiting = 0

    def read(self, piece: bytes) -> int:
        """Read, then count."""
        done = super().read(piece)
        self.most_waiting = max(self.most_waiting, len(self.pipeline))
        SEEN.append(self)
        return done


@pytest.fixture
def service() -> FakeService:
    """Return a service with an open door."""
    return fake_service()


@pytest.fixture
async def port(service: FakeService) -> AsyncIterator[int]:
    """Serve it."""
    SEEN.clear()
    async with listening(app_of(service), Watched) as number:
        yield number


def delivery(raw: bytes, *more: bytes) -> bytes:
    """Return a signed call with further headers."""
    headers = [f"{name}: {value}".encode() for name, value in signed(raw, delivery=raw.hex()).items()]
    lines = [b"POST /webhooks/linear HTTP/1.1", b"Host: localhost", *headers, *more, b"Content-Length: %d" % len(raw)]
    return b"\r\n".join([*lines, b"", raw])


def statuses(answer: bytes) -> list[bytes]:
    """Return the statuses of all answers, in order."""
    return re.findall(rb"HTTP/1\.1 (\d+)", answer)


async def test_requests_that_wait_for_their_turn_are_few(port: int) -> None:
    """Of a thousand requests sent at once all are answered, and only what one piece holds is in memory."""
    one = b"GET /healthz HTTP/1.1\r\n\r\n"
    answer = await talk(port, one * 1_000 + LAST)
    assert answer.count(b"HTTP/1.1 200 ") == 1_001
    assert 1 < max(each.most_waiting for each in SEEN) <= STEP / len(one) + 1


async def test_deliveries_that_come_at_once_are_all_kept(port: int, service: FakeService) -> None:
    """Deliveries without waiting for answers are kept and answered in order, whatever pieces they fall into."""
    bodies = [b'{"item": "%d", "text": "%b"}' % (number, b"x" * 50 * number) for number in range(100)]
    answer = await talk(port, b"".join(map(delivery, bodies)) + LAST)
    assert statuses(answer) == [b"200"] * 101
    assert [kept.body for kept in service.store.kept] == bodies


@pytest.mark.parametrize(
    "offer",
    [
        [b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"],
        [b"Upgrade: TLS/1.2", b"Connection: Upgrade"],
        [b"Upgrade: websocket", b"Connection: keep-alive, upgrade"],
    ],
    ids=["HTTP/2", "TLS", "websocket"],
)
async def test_an_offer_of_another_protocol_is_passed_over(
    port: int, service: FakeService, caplog: pytest.LogCaptureFixture, offer: list[bytes]
) -> None:
    """Java's clients make one on each call without TLS: its body is read all the same, and what follows it."""
    bodies = [b'{"item": "1"}', b'{"item": "%b"}' % (b"2" * 3 * STEP)]
    answer = await talk(port, *(delivery(body, *offer) for body in bodies), LAST)
    assert statuses(answer) == [b"200"] * 3
    assert [kept.body for kept in service.store.kept] == bodies
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_what_is_no_http_takes_no_answer_away(
    port: int, service: FakeService, caplog: pytest.LogCaptureFixture
) -> None:
    """Deliveries before it are kept and told so; then the connection is closed, without an error of ours."""
    bodies = [b'{"item": "1"}', b'{"item": "2"}']
    answer = await talk(port, b"".join(map(delivery, bodies)) + b"\x00\x01\r\n\r\n")
    assert statuses(answer) == [b"200", b"200"]
    assert len(service.store.kept) == 2
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_what_is_no_http_is_refused(port: int) -> None:
    """Where nothing waits for an answer it gets 400, on a fresh connection and on one that was good."""
    assert statuses(await talk(port, b"\x16\x03\x01\r\n\r\n")) == [b"400"]
    assert statuses(await talk_on(port, GET + b"\r\n", b"}", b"\x16\x03\x01\r\n\r\n")) == [b"200", b"400"]


async def test_somebody_who_is_gone_leaves_no_error(port: int, caplog: pytest.LogCaptureFixture) -> None:
    """A body in pieces that breaks off into noise closes the connection while its request is under way."""
    head = b"POST /webhooks/linear HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    await talk(port, head + b"5\r\nabcde\r\n", b"noise\r\n\r\n")
    await until(lambda: not SEEN[-1].tasks)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
