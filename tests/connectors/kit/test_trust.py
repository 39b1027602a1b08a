"""An organisation's own certificate authority, against a real TLS server on loopback; and addresses without TLS."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import trustme

from app.core.errors import Transient
from app.ports import CA_FILE
from connectors._kit.diagnoses import in_clear
from connectors._kit.http import Http
from connectors._kit.trust import trusting

OURS = trustme.CA()
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """Answer by HTTPS, with a certificate that our own authority issued."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    OURS.issue_cert("127.0.0.1").configure_cert(context)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ANSWER)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.fixture
def ca_file(tmp_path: Path) -> Iterator[Path]:
    """Write our authority's certificate."""
    file = tmp_path / "ca.pem"
    OURS.cert_pem.write_to_path(file)
    yield file
    CA_FILE.set(None)


async def fetched(address: str) -> int:
    """Return the status of a call as each connector makes it."""
    http = Http(address, {}, title="Tracker", attempts=1)
    try:
        return (await http.call("GET", "/")).status
    finally:
        await http.aclose()


async def test_a_tracker_with_a_certificate_of_ours_is_trusted(address: str, ca_file: Path) -> None:
    """Only where the setting names the authority; else no call is made."""
    with pytest.raises(Transient, match="ConnectError"):
        await fetched(address)
    CA_FILE.set(ca_file)
    assert await fetched(address) == 200


def test_ours_are_trusted_beside_the_usual_ones(ca_file: Path) -> None:
    """The setting adds and takes nothing away: other hosts are reached as before."""
    usual = httpx.create_ssl_context().get_ca_certs(binary_form=True)
    CA_FILE.set(ca_file)
    now = trusting(httpx.create_ssl_context()).get_ca_certs(binary_form=True)
    assert usual
    assert set(now) == {*usual, ssl.PEM_cert_to_DER_cert(ca_file.read_text(encoding="ascii"))}


@pytest.mark.parametrize(
    "address", ["http://jira.acme.test", "http://10.0.0.7:8080/jira", "http://localhost.acme.test"]
)
def test_an_address_without_tls_is_warned_of(address: str) -> None:
    """Whoever listens on the way would have the credentials; the hint names both ways out."""
    (found,) = in_clear("jira", "Jira", address)
    assert (found.id, found.level) == ("jira.in_clear", "warning")
    assert address in found.message
    assert "https://" in found.hint
    assert "FOLLOWTHROUGH_CA_FILE" in found.hint


@pytest.mark.parametrize(
    "address",
    ["https://jira.acme.test", "http://localhost:8080", "http://127.0.0.9", "http://[::1]:9/x", "http://a.localhost"],
)
def test_no_network_no_listener(address: str) -> None:
    """What stays on this machine may go without TLS."""
    assert not [*in_clear("jira", "Jira", address)]
