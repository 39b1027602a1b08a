"""Letters by mail, through a real SMTP server on loopback, with TLS."""

import asyncio
import email.policy
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from pydantic import SecretStr

from app.core.errors import Denied, Misconfigured, Permanent, Transient, Uncertain
from app.ports import CA_FILE, Messenger, Recipient
from app.settings import load_settings
from connectors.email import MANIFEST
from connectors.email.settings import EmailSettings, server_of
from tests.connectors.letters import ADA, FULL, HOSTILE, made

FROM = "Followthrough <followthrough@acme.test>"
CERTIFICATES = trustme.CA()


@dataclass
class Server:
    """Take mail; `answers` are the server's words at each step, `drops` the connection instead of the last one."""

    answers: dict[str, str] = field(default_factory=dict)
    drops: bool = False
    got: list[EmailMessage] = field(default_factory=list)
    to: list[list[str]] = field(default_factory=list)
    port: int = 0

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802  the library's name
        """Take the sender."""
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802  the same
        """Take the receiver."""
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  the same
        """Take the mail."""
        content = envelope.content
        assert isinstance(content, bytes)
        parsed = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        self.got.append(parsed)
        self.to.append(envelope.rcpt_tos)
        if self.drops:
            cast("asyncio.Transport", server.transport).abort()
        return self.answers.get("DATA", "250 OK")


def login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    """Let in who has the password."""
    return AuthResult(success=data.password == b"h@sh", handled=False)


@pytest.fixture(autouse=True)
def trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Trust the tests' own authority, as the machine does its own."""
    CERTIFICATES.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))


@asynccontextmanager
async def running(
    server: Server, *, tls: str = "starttls", name: str = "127.0.0.1", auth: bool = True
) -> AsyncIterator[Server]:
    """Run the server: with TLS from the start, with STARTTLS, or in clear."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    CERTIFICATES.issue_cert(name).configure_cert(context)

    def protocol() -> SMTP:
        wanted = tls == "starttls"
        options: dict[str, Any] = {"tls_context": context, "require_starttls": True} if wanted else {}
        if auth:
            options |= {"authenticator": login, "auth_require_tls": wanted, "auth_required": True}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of log-ins without STARTTLS, which is what some tests are about
            return SMTP(server, hostname="mail.acme.test", **options)

    listener = await asyncio.get_running_loop().create_server(
        protocol, "127.0.0.1", 0, ssl=context if tls == "tls" else None
    )
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()


def messenger(server: Server, *, scheme: str = "smtp", login: str = "ada:h%40sh@") -> Messenger:
    """Return the messenger as the service joins it."""
    assert MANIFEST.messenger is not None
    url = SecretStr(f"{scheme}://{login}127.0.0.1:{server.port}")
    return MANIFEST.messenger(EmailSettings(smtp_url=url, FOLLOWTHROUGH_EMAIL_FROM=FROM))


async def test_an_authority_of_ours_is_trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The setting for all connections holds for mail too; the machine need not know the authority."""
    monkeypatch.delenv("SSL_CERT_FILE")
    CA_FILE.set(tmp_path / "ca.pem")
    async with running(Server()) as server:
        await messenger(server).send("ada@acme.test", ADA, made())
    assert server.got


@pytest.mark.parametrize(("tls", "scheme"), [("starttls", "smtp"), ("tls", "smtps")])
async def test_a_letter_goes_out_with_tls(tls: str, scheme: str) -> None:
    """With STARTTLS, or from the start; plain and HTML, and nobody's machine answers it."""
    async with running(Server(), tls=tls) as server:
        by = messenger(server, scheme=scheme)
        address = await by.address(ADA)
        assert address == "ada@acme.test"
        await by.send(address, ADA, made())
        await by.aclose()
    (mail,) = server.got
    assert server.to == [["ada@acme.test"]]
    assert (mail["From"], mail["To"]) == (FROM, "Ada Admin <ada@acme.test>")
    assert mail["Subject"] == "1 post-mortem action item waits for you"
    assert mail["Auto-Submitted"] == "auto-generated"
    plain, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert plain
    assert html
    assert "* ENG-1 Alert on lag <https://tracker.test/ENG-1>: It is quiet." in plain.get_content()
    assert '<li><a href="https://tracker.test/ENG-1">ENG-1 Alert on lag</a>: It is quiet.</li>' in html.get_content()


async def test_a_double_is_seen_to_be_one() -> None:
    """The same letter has the same id, another has another."""
    async with running(Server()) as server:
        by = messenger(server)
        for letter in (made(), made(), FULL):
            await by.send("ada@acme.test", ADA, letter)
    first, again, other = (mail["Message-ID"] for mail in server.got)
    assert first == again == f"<{made().id}.followthrough@acme.test>"
    assert other != first
    assert by.repeatable


async def test_no_header_can_be_put_in() -> None:
    """By a name or a title, whatever they hold; and the HTML shows what was typed."""
    evil = Recipient('Eve"\r\nBcc: all@acme.test\r\n\r\n<b>', "eve@acme.test")
    async with running(Server()) as server:
        await messenger(server).send("eve@acme.test", evil, made(HOSTILE))
    (mail,) = server.got
    assert server.to == [["eve@acme.test"]]
    assert sorted(mail.keys()) == sorted(
        ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]
        + [name for name in mail.keys() if name.startswith("X-")]  # noqa: SIM118  the server's own marks
    )
    html = mail.get_body(("html",))
    assert html
    assert "&lt;script&gt;" in html.get_content()
    assert "<script" not in html.get_content()


@pytest.mark.parametrize(
    "address", [None, "", "ada", "ada@acme.test, all@acme.test", "a\r\nb@acme.test", "<ada@acme.test>"]
)
async def test_what_is_no_address_is_not_written_to(address: str | None) -> None:
    """The next way may reach them."""
    assert await messenger(Server(port=25)).address(Recipient("Ada", address)) is None


async def test_nothing_goes_out_in_clear() -> None:
    """A server without STARTTLS gets neither password nor mail."""
    async with running(Server(), tls="none") as server:
        with pytest.raises(Denied, match="STARTTLS"):
            await messenger(server).send("ada@acme.test", ADA, made())
        assert [problem.id for problem in await messenger(server).check()] == ["email.tls"]
    assert not server.got


async def test_a_certificate_of_somebody_else_is_refused() -> None:
    """Whoever sits in between does not get the password."""
    async with running(Server(), name="mail.elsewhere.test") as server:
        with pytest.raises(Denied, match="certificate"):
            await messenger(server).send("ada@acme.test", ADA, made())
    assert not server.got


async def test_a_wrong_password_is_denied_and_not_told() -> None:
    """The check says it too, with the setting to look at."""
    async with running(Server()) as server:
        by = messenger(server, login="ada:secret-word@")
        with pytest.raises(Denied, match=r"user and password \(535\)") as caught:
            await by.send("ada@acme.test", ADA, made())
        (problem,) = await by.check()
        assert not await messenger(server).check()
    assert problem.id == "email.credentials"
    assert [found.id for found in await messenger(server).check()] == ["email.server"]  # it listens no more
    assert "secret-word" not in f"{caught.value!r} {problem}"
    assert "FOLLOWTHROUGH_EMAIL_SMTP_URL" in problem.hint


async def test_a_server_that_wants_no_password() -> None:
    """A relay that trusts its network, still over TLS."""
    async with running(Server(), auth=False) as server:
        await messenger(server, login="").send("ada@acme.test", ADA, made())
    assert len(server.got) == 1


@pytest.mark.parametrize(
    ("step", "answer", "error"),
    [
        ("MAIL", "451 later", Transient),
        ("MAIL", "550 not from you", Denied),
        ("RCPT", "450 mailbox busy", Transient),
        ("RCPT", "550 no such user hush", Permanent),
        ("DATA", "452 full", Transient),
        ("DATA", "554 spam", Permanent),
    ],
)
async def test_what_refusals_mean(step: str, answer: str, error: type[Exception]) -> None:
    """4xx passes, 5xx does not; who refuses the sender refuses everybody."""
    async with running(Server({step: answer})) as server:
        with pytest.raises(error, match=answer[:3]) as caught:
            await messenger(server).send("ada@acme.test", ADA, made())
    assert type(caught.value) is error
    assert "hush" not in str(caught.value)


async def test_a_connection_that_breaks_at_the_end_is_in_doubt() -> None:
    """The server has the mail and did not say so."""
    async with running(Server(drops=True)) as server:
        with pytest.raises(Uncertain):
            await messenger(server).send("ada@acme.test", ADA, made())
    assert len(server.got) == 1


async def test_a_server_that_is_not_there_is_waited_for() -> None:
    """Nothing was sent."""
    async with running(Server()) as server:
        pass
    with pytest.raises(Transient, match="cannot be reached"):
        await messenger(server).send("ada@acme.test", ADA, made())


# --- settings ---


def test_addresses_of_servers() -> None:
    """The port follows from the scheme; user and password are written as in any address, and not shown."""
    found = server_of("smtp://ada%40acme.test:p%3Aw@mail.acme.test")
    assert (found.host, found.port, found.tls) == ("mail.acme.test", 587, False)
    assert (found.user, found.password) == ("ada@acme.test", "p:w")
    assert "p:w" not in repr(found)
    assert (server_of("smtps://mail.acme.test").port, server_of("smtps://mail.acme.test:25").port) == (465, 25)


@pytest.mark.parametrize(
    "url",
    ["mail.acme.test:587", "http://hush@x", "smtp://", "smtp://hush@host", "smtp://h:hush@host:no", "smtp://[hush"],
)
def test_what_is_no_server_is_refused_at_the_start(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a line that shows how to write it and does not quote it."""
    monkeypatch.setenv("FOLLOWTHROUGH_EMAIL_SMTP_URL", url)
    with pytest.raises(Misconfigured) as caught:
        load_settings(EmailSettings, env_file=None)
    (line,) = caught.value.lines
    assert line.startswith("FOLLOWTHROUGH_EMAIL_SMTP_URL: ")
    assert "smtps://" in line
    assert "hush" not in line


@pytest.mark.parametrize("sender", ["acme.test", "a@", "A <a@acme.test>\nBcc: b", "ä@acme.test"])
def test_what_is_no_sender_is_refused_at_the_start(sender: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every mail would be refused later."""
    monkeypatch.setenv("FOLLOWTHROUGH_EMAIL_FROM", sender)
    with pytest.raises(Misconfigured, match="FOLLOWTHROUGH_EMAIL_FROM: is no e-mail address"):
        load_settings(EmailSettings, env_file=None)


def test_server_and_sender_turn_it_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each that lacks has its line."""
    assert len(MANIFEST.missing(load_settings(EmailSettings, env_file=None))) == 2
    monkeypatch.setenv("FOLLOWTHROUGH_EMAIL_SMTP_URL", "smtp://mail.acme.test")
    monkeypatch.setenv("FOLLOWTHROUGH_EMAIL_FROM", FROM)
    assert MANIFEST.configured(load_settings(EmailSettings, env_file=None))
