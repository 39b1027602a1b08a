"""How calls are carried: whatever a host sends, on the wire."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import trustme

from connectors._kit.network import carry

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n"
ENDS = b""
"""Stands for the end of the connection."""


class Host:
    """Answer each request of a connection with the next of its scripts; note what came, by connection."""

    def __init__(self, scripts: Sequence[Sequence[bytes]]) -> None:
        self.scripts = scripts
        self.heard: list[list[bytes]] = []
        self.ended = asyncio.Event()
        self.tasks: list[asyncio.Task[None] | None] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        requests: list[bytes] = []
        self.heard.append(requests)
        self.tasks.append(asyncio.current_task())
        for script in self.scripts:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                break
            length = next(
                (int(line[15:]) for line in head.lower().split(b"\r\n") if line[:15] == b"content-length:"), 0
            )
            requests.append(head + await reader.readexactly(length))
            for part in script:
                writer.write(part)
                await writer.drain()
            if script[-1] == ENDS:
                break
        else:
            await reader.read()
        writer.close()
        await writer.wait_closed()
        self.ended.set()


@asynccontextmanager
async def serving(
    *scripts: Sequence[bytes], context: ssl.SSLContext | None = None, patience: float = 15.0
) -> AsyncIterator[tuple[Host, httpx.AsyncClient]]:
    """Serve these scripts; yield the host, and a client that calls it."""
    host = Host(scripts)
    server = await asyncio.start_server(host, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    scheme, name = ("https", "localhost") if context else ("http", "127.0.0.1")
    async with server, carry(httpx.AsyncClient(base_url=f"{scheme}://{name}:{port}", timeout=patience)) as client:
        yield host, client
        await client.aclose()
        await asyncio.gather(*(task for task in host.tasks if task))


@pytest.mark.parametrize(
    "script",
    [
        pytest.param([OK], id="its length is told"),
        pytest.param([bytes([byte]) for byte in OK], id="it comes byte by byte"),
        pytest.param([CHUNKED], id="it comes in chunks"),
        pytest.param([b"HTTP/1.1 200 OK\r\n\r\nok", ENDS], id="it ends with the connection"),
        pytest.param([b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OK], id="another one comes before it"),
    ],
)
async def test_an_answer_is_read_whole(script: Sequence[bytes]) -> None:
    """However an answer comes, all of it is read, and the request went out as it was made."""
    async with serving(script) as (host, client):
        answer = await client.put("/a?b=c", content=b"body", headers={"X-Own": "yes"})
    assert (answer.status_code, answer.text) == (200, "ok")
    head, _, body = host.heard[0][0].partition(b"\r\n\r\n")
    assert head.startswith(b"PUT /a?b=c HTTP/1.1\r\n")
    assert b"\r\nX-Own: yes" in head
    assert body == b"body"


async def test_a_connection_is_used_again() -> None:
    """Calls one after the other share a connection; an answer without a body leaves it open as well."""
    empty = b"HTTP/1.1 204 No Content\r\n\r\n"
    async with serving([OK], [empty], [CHUNKED]) as (host, client):
        assert [(await client.get("/")).status_code for _ in range(3)] == [200, 204, 200]
    assert [len(requests) for requests in host.heard] == [3]


async def test_calls_at_once_have_connections_of_their_own() -> None:
    """Whoever calls while another call is under way waits for nobody."""
    async with serving([OK], [OK]) as (host, client):
        await asyncio.gather(client.get("/"), client.get("/"))
    assert [len(requests) for requests in host.heard] == [1, 1]


@pytest.mark.parametrize(
    "script",
    [
        pytest.param([b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", ENDS], id="as announced"),
        pytest.param([OK, ENDS], id="without a word"),
        pytest.param([OK + OK, ENDS], id="with an answer that nobody asked for"),
    ],
)
async def test_an_ended_connection_is_not_used_again(script: Sequence[bytes]) -> None:
    """Where the host ends the connection after its answer, or is out of step, the next call opens another."""
    async with serving(script) as (host, client):
        assert (await client.get("/")).text == "ok"
        await host.ended.wait()
        for _ in range(5):
            await asyncio.sleep(0)  # the client's side hears of it
        assert (await client.get("/")).text == "ok"
    assert [len(requests) for requests in host.heard] == [1, 1]


async def test_a_connection_that_rested_for_long_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other side may be about to end it."""
    monkeypatch.setattr("connectors._kit.network.KEPT", 0.0)
    async with serving([OK], [OK]) as (host, client):
        await client.get("/")
        await client.get("/")
    assert [len(requests) for requests in host.heard] == [1, 1]


@pytest.mark.parametrize(
    ("script", "error"),
    [
        pytest.param([ENDS], httpx.RemoteProtocolError, id="it ends before it answers"),
        pytest.param([OK[:-1], ENDS], httpx.RemoteProtocolError, id="it ends within its answer"),
        pytest.param([b"SSH-2.0-OpenSSH\r\n"], httpx.RemoteProtocolError, id="it speaks something else"),
        pytest.param(
            [b"HTTP/1.1 101 Now\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"], httpx.RemoteProtocolError, id="101"
        ),
        pytest.param([OK[:-1]], httpx.ReadTimeout, id="it falls silent"),
    ],
)
async def test_what_is_no_answer_is_told(script: Sequence[bytes], error: type[Exception]) -> None:
    """What comes instead of an answer is an error of httpx, and the next call opens another connection."""
    async with serving(script, patience=0.2) as (host, client):
        for _ in range(2):
            with pytest.raises(error):
                await client.get("/")
    assert [len(requests) for requests in host.heard] == [1, 1]


async def test_a_slow_answer_is_waited_for() -> None:
    """An answer may take longer than the timeout, as long as something of it comes in time."""

    async def slow(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for start in range(0, len(OK), 10):
            await asyncio.sleep(0.3)
            writer.write(OK[start : start + 10])
        writer.close()

    async with await asyncio.start_server(slow, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with carry(httpx.AsyncClient(timeout=1.0)) as client:
            assert (await client.get(url)).text == "ok"


async def test_nobody_there(unused_tcp_port_factory: Callable[[], int]) -> None:
    """A refused connection is told as one: then nothing was sent."""
    async with carry(httpx.AsyncClient()) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(f"http://127.0.0.1:{unused_tcp_port_factory()}")


@pytest.mark.parametrize("value", ["a\r\nX-Other: b", "a\nb", "a\rb"])
async def test_a_header_cannot_hold_another(value: str) -> None:
    """A secret with a line's end in it is refused before anything is sent."""
    async with serving([OK]) as (host, client):
        with pytest.raises(httpx.LocalProtocolError):
            await client.get("/", headers={"Authorization": value})
    assert host.heard == []


async def test_cookies_are_kept() -> None:
    """A host behind a balancer has its calls come to the same place, if it asks for that."""
    sets = b"HTTP/1.1 200 OK\r\nSet-Cookie: node=7\r\nContent-Length: 0\r\n\r\n"
    async with serving([sets], [OK]) as (host, client):
        await client.get("/")
        await client.get("/")
    assert [b"node=7" in request for request in host.heard[0]] == [False, True]


async def test_over_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host's certificate is held against whom the environment trusts; with another one nothing is sent."""
    authority, context = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    async with serving([OK], context=context) as (host, client):
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await client.get("/")
        assert host.heard == []
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    async with serving([OK], context=context) as (host, client):
        assert (await client.get("/")).text == "ok"
    assert len(host.heard) == 1
