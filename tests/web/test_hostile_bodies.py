"""Bodies that mean harm: never a 5xx, and never a lost neighbour."""

import json
from collections.abc import AsyncIterator

import pytest
from starlette.types import Message, Receive

from app.web.body import LARGEST, BusyError, GoneError, Intake, TooLargeError
from tests.web.fakes import caller, fake_service, signed

NOT_JSON = {
    "empty": b"",
    "nested ten thousand deep": b"[" * 10_000 + b"]" * 10_000,
    "objects nested ten thousand deep": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "cut off": b'{"item": "7',
    "a page": b"<html>down for maintenance</html>",
    "NUL bytes": b"\x00\x00\x00",
    "NUL inside": b'{"item": "a\x00b"}',
    "not UTF-8": b'{"item": "\xff\xfe"}',
    "a number too long": b'{"item": ' + b"9" * 5000 + b"}",
}
STRANGE = {
    "lone surrogates": b'{"item": "\\ud800"}',
    "raw surrogates": b'{"item": "\xed\xa0\x80"}',
    "an escaped NUL": b'{"item": "a\\u0000b"}',
    "a list": b"[1, 2, 3]",
    "a number": b"7",
    "null": b"null",
    "numbers where text is due": b'{"item": 1e400}',
    "a key twice": b'{"item": "1", "item": "2"}',
}


@pytest.mark.parametrize("raw", NOT_JSON.values(), ids=NOT_JSON)
async def test_a_body_that_is_not_json_is_refused(raw: bytes) -> None:
    """Signed or not, a body that cannot be read is a 4xx problem, and its neighbour is kept."""
    service = fake_service()
    async with caller(service) as client:
        unsigned = await client.post("/webhooks/linear", content=raw)
        refused = await client.post("/webhooks/linear", content=raw, headers=signed(raw))
        neighbour = await client.post("/webhooks/linear", content=b"{}", headers=signed(b"{}"))
    assert (unsigned.status_code, refused.status_code, neighbour.status_code) == (401, 400, 200)
    assert refused.headers["content-type"] == "application/problem+json"
    assert [kept.body for kept in service.store.kept] == [b"{}"]


@pytest.mark.parametrize("raw", STRANGE.values(), ids=STRANGE)
async def test_a_strange_body_is_kept(raw: bytes) -> None:
    """JSON that makes no sense is kept as it came, byte for byte."""
    service = fake_service()
    async with caller(service) as client:
        answer = await client.post("/webhooks/linear", content=raw, headers=signed(raw))
    assert (answer.status_code, service.store.kept[0].body) == (200, raw)


async def test_thirty_megabytes_are_refused() -> None:
    """A body beyond the limit is 413, whether its length was announced or not."""
    raw = b"x" * 30_000_000
    sent = 0

    async def in_pieces() -> AsyncIterator[bytes]:
        nonlocal sent
        for start in range(0, len(raw), 1_000_000):
            sent += 1_000_000
            yield raw[start : start + 1_000_000]

    async with caller(fake_service()) as client:
        announced = await client.post("/webhooks/linear", content=raw, headers=signed(raw))
        chunked = await client.post("/webhooks/linear", content=in_pieces())
        lying = await client.post("/webhooks/linear", content=in_pieces(), headers={"content-length": "10"})
    assert [one.status_code for one in (announced, chunked, lying)] == [413, 413, 413]
    assert announced.json()["title"]


async def test_twenty_five_megabytes_are_taken() -> None:
    """A body as large as Jira sends them is kept."""
    raw = json.dumps({"item": "7", "text": "x" * 25_000_000}).encode()
    async with caller(fake_service()) as client:
        answer = await client.post("/webhooks/linear", content=raw, headers=signed(raw))
    assert answer.status_code == 200


def _arriving(*messages: Message) -> Receive:
    waiting = list(messages)

    async def receive() -> Message:
        return waiting.pop(0)

    return receive


def _piece(size: int, *, more: bool = True) -> Message:
    return {"type": "http.request", "body": b"x" * size, "more_body": more}


async def test_an_announced_length_is_refused_unread() -> None:
    """Nothing is read of a body that announces too much, however many digits it takes."""
    for announced in (str(LARGEST + 1).encode(), b"9" * 5000):
        with pytest.raises(TooLargeError):
            await Intake().read({"headers": [(b"content-length", announced)]}, _arriving())


@pytest.mark.parametrize("announced", [b"-5", b"abc", b"", b"0x10", "५".encode()])
async def test_a_senseless_length_is_passed_over(announced: bytes) -> None:
    """The bytes are counted, whatever was announced."""
    scope = {"headers": [(b"content-length", announced)]}
    assert await Intake().read(scope, _arriving(_piece(3, more=False))) == b"xxx"


async def test_reading_stops_at_the_limit() -> None:
    """The piece that goes beyond the limit is the last that is read, and its memory is given back."""
    intake = Intake(largest=10)
    with pytest.raises(TooLargeError):
        await intake.read({"headers": []}, _arriving(_piece(6), _piece(6)))
    assert intake.under_way == 0


async def test_all_bodies_together_are_bounded() -> None:
    """When too much is under way a further large body is put off, and a small whole one is still taken."""
    intake = Intake(largest=10, together=15, under_way=12)
    with pytest.raises(BusyError):
        await intake.read({"headers": []}, _arriving(_piece(5), _piece(1)))
    assert await intake.read({"headers": []}, _arriving(_piece(5, more=False))) == b"xxxxx"
    assert intake.under_way == 12


async def test_a_sender_who_hangs_up_is_noticed() -> None:
    """A disconnect in the middle of a body ends the reading."""
    intake = Intake()
    with pytest.raises(GoneError):
        await intake.read({"headers": []}, _arriving(_piece(5), {"type": "http.disconnect"}))
    assert intake.under_way == 0
