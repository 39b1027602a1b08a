"""The parts that every sandbox shares: its server, its webhooks, its time, ids and faults."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from connectors._kit.sandbox import SandboxServer, WebhookSender
from connectors._kit.signature import sign
from connectors._kit.world import Calls, Faults, Ids, WorldClock


class Inbox:
    """A tiny web server that keeps what it gets and answers the statuses it was told to, then 200."""

    def __init__(self) -> None:
        self.got: list[tuple[bytes, dict[str, str]]] = []
        self.statuses: list[int] = []

    async def __call__(self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Any]) -> None:
        """Keep a request and answer it."""
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.got.append((body, headers))
        status = self.statuses.pop(0) if self.statuses else 200
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def inbox() -> Inbox:
    """Give a receiver of webhooks."""
    return Inbox()


@pytest.fixture
async def address(inbox: Inbox) -> AsyncIterator[str]:
    """Serve the receiver and give its address."""
    server = SandboxServer(inbox)
    await server.start()
    yield f"{server.url}/hook"
    await server.aclose()


@pytest.fixture
async def sender() -> AsyncIterator[WebhookSender]:
    """Give a sender that signs with the secret `s` and does not wait long."""
    sender = WebhookSender(lambda body: {"X-Signature": sign(body, "s")}, pause=0.001, attempts=3)
    yield sender
    await sender.aclose()


def bodies(inbox: Inbox) -> list[bytes]:
    """Return what arrived, without headers."""
    return [body for body, _ in inbox.got]


async def test_a_server_answers_once_started_and_refuses_connections_once_closed(inbox: Inbox) -> None:
    """A sandbox server listens on loopback when `start` returns and no longer when `aclose` does."""
    server = SandboxServer(inbox)
    await server.start()
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.post(server.url, content=b"a")).status_code == 200
        await server.aclose()
        with pytest.raises(httpx.ConnectError):
            await client.post(server.url, content=b"b")
    assert bodies(inbox) == [b"a"]


async def test_two_servers_run_side_by_side(inbox: Inbox, address: str) -> None:
    """Each server takes a port of its own."""
    other = SandboxServer(inbox)
    await other.start()
    assert other.url not in address
    await other.aclose()


async def test_webhooks_arrive_signed_and_in_order(inbox: Inbox, address: str, sender: WebhookSender) -> None:
    """Events arrive in the order in which they were sent, each with the signature over its own body."""
    sender.target(address)
    for number in range(20):
        sender.send(b"%d" % number, {"X-Number": str(number)})
    await sender.drain()
    assert bodies(inbox) == [b"%d" % number for number in range(20)]
    assert all(headers["x-signature"] == sign(body, "s") for body, headers in inbox.got)
    assert [headers["x-number"] for _, headers in inbox.got] == [str(number) for number in range(20)]


async def test_an_event_without_a_target_is_lost(inbox: Inbox, address: str, sender: WebhookSender) -> None:
    """What happens before a webhook is set up is never sent."""
    sender.send(b"early")
    sender.target(address)
    sender.send(b"late")
    await sender.drain()
    assert bodies(inbox) == [b"late"]


async def test_a_refused_webhook_is_tried_again_before_the_next_one(
    inbox: Inbox, address: str, sender: WebhookSender
) -> None:
    """A refusal is repeated with the same bytes, and later events wait behind it."""
    inbox.statuses = [503, 404]
    sender.target(address)
    sender.send(b"first")
    sender.send(b"second")
    await sender.drain()
    assert bodies(inbox) == [b"first", b"first", b"first", b"second"]
    assert sender.failed == 0


async def test_a_webhook_is_given_up_after_its_attempts(inbox: Inbox, address: str, sender: WebhookSender) -> None:
    """Retries are bounded; a given-up event is counted and does not stop the next one."""
    inbox.statuses = [500, 500, 500]
    sender.target(address)
    sender.send(b"first")
    sender.send(b"second")
    await sender.drain()
    assert bodies(inbox) == [b"first", b"first", b"first", b"second"]
    assert sender.failed == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/nobody", "http://[broken"])
async def test_an_address_without_a_listener_is_given_up(sender: WebhookSender, url: str) -> None:
    """A target that cannot be reached costs the event, not the sandbox."""
    sender.target(url)
    sender.send(b"lost")
    await sender.drain()
    assert sender.failed == 1


async def test_redelivery_repeats_the_latest_event_byte_for_byte(
    inbox: Inbox, address: str, sender: WebhookSender
) -> None:
    """A redelivery has the same body and the same headers as the event before."""
    sender.target(address)
    await sender.redeliver()
    sender.send(b"first", {"X-Delivery": "1"})
    sender.send(b"second", {"X-Delivery": "2"})
    await sender.redeliver()
    await sender.drain()
    assert bodies(inbox) == [b"first", b"second", b"second"]
    assert inbox.got[1] == inbox.got[2]


async def test_held_webhooks_arrive_late_or_never(inbox: Inbox, address: str, sender: WebhookSender) -> None:
    """What is held back is sent at its release, in order, unless it is to be lost."""
    sender.target(address)
    sender.hold()
    sender.send(b"lost")
    sender.release(lose=True)
    sender.hold()
    sender.send(b"late")
    sender.hold()
    sender.send(b"later")
    await sender.drain()
    assert inbox.got == []
    sender.release()
    sender.send(b"latest")
    await sender.drain()
    assert bodies(inbox) == [b"late", b"later", b"latest"]


async def test_closing_drops_what_waits(sender: WebhookSender) -> None:
    """A sender can be closed while its receiver is away, and has nothing left to drain."""
    sender.target("http://127.0.0.1:1/nobody")
    for _ in range(5):
        sender.send(b"x")
    await asyncio.wait_for(sender.aclose(), 5)
    await asyncio.wait_for(sender.drain(), 5)


def test_the_clock_never_tells_the_same_moment_twice() -> None:
    """Each moment is a whole millisecond, in UTC, and later than the one before."""
    clock = WorldClock()
    moments = [clock.now() for _ in range(50)]
    assert len(set(moments)) == 50
    assert moments == sorted(moments)
    assert all(moment.microsecond % 1000 == 0 and moment.utcoffset() is not None for moment in moments)


def test_looking_at_the_clock_does_not_move_it() -> None:
    """A peek is never before the latest moment, and however many there are the next moment is not pushed away."""
    clock = WorldClock()
    latest = [clock.now() for _ in range(100)][-1]
    assert all(clock.peek() >= latest for _ in range(10_000))
    assert clock.now() - clock.peek() <= timedelta(milliseconds=1)


def test_ids_depend_on_the_seed_and_the_order_alone() -> None:
    """The same seed deals the same ids, which have the shape of a random UUID; another seed deals others."""
    one, same, other = Ids("a"), Ids("a"), Ids("b")
    dealt = [one.uuid() for _ in range(3)]
    assert dealt == [same.uuid() for _ in range(3)]
    assert len({*dealt, other.uuid()}) == 4
    assert all(id_[14] == "4" and id_[19] in "89ab" for id_ in dealt)
    assert [one.number("ENG"), one.number("ENG"), one.number("OPS")] == [1, 2, 1]


def test_faults_come_in_the_order_they_were_asked_for() -> None:
    """Each call takes one fault until none is left; an unknown kind is refused by name."""
    faults = Faults(frozenset({"500", "html"}))
    faults.add(2, "500")
    faults.add(1, "html")
    assert [faults.take() for _ in range(4)] == ["500", "500", "html", None]
    with pytest.raises(ValueError, match="no such fault: 404"):
        faults.add(1, "404")


def test_calls_are_remembered_until_cleared() -> None:
    """The names of calls are kept in order."""
    calls = Calls()
    calls.add("issues")
    calls.add("issueUpdate")
    assert calls.names() == ("issues", "issueUpdate")
    calls.clear()
    assert calls.names() == ()
