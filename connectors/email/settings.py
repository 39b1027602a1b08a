"""Say which server takes our mail, and who we are there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "FOLLOWTHROUGH_EMAIL_"
TITLE = "E-mail"
_HOW = "write it like smtp://user:password@mail.acme.test:587, or smtps://… for TLS from the start"
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Server:
    """Name a mail server; without `tls` from the start STARTTLS is demanded."""

    host: str
    port: int
    tls: bool
    user: str | None
    password: str | None = field(repr=False)


def server_of(url: str) -> Server:
    """Return what the address says; raise ValueError, which does not quote it."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(f"is no address of a mail server; {_HOW}") from None
    if parts.scheme not in _PORTS or not host or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(f"is no address of a mail server; {_HOW}")
    if (parts.username is None) != (parts.password is None):
        raise ValueError(f"needs both user and password, or neither; {_HOW}")
    names = (None if part is None else unquote(part) for part in (parts.username, parts.password))
    return Server(host, port or _PORTS[parts.scheme], parts.scheme == "smtps", *names)


def sender_of(text: str) -> Address:
    """Return the sender as a header holds it; raise ValueError."""
    name, address = parseaddr(text)
    try:
        sender = Address(name, addr_spec=address)
    except Exception:  # noqa: BLE001  the parser raises whatever it stumbles over
        sender = Address()
    if not (sender.username and sender.domain and text.isprintable() and address.isascii()):
        raise ValueError("is no e-mail address; write it like followthrough@acme.test or Name <name@acme.test>")
    return sender


def _url(url: SecretStr) -> SecretStr:
    if url.get_secret_value():
        server_of(url.get_secret_value())
    return url


def _sender(text: str) -> str:
    if text:
        sender_of(text)
    return text


class EmailSettings(BaseSettings):
    """Hold the settings `FOLLOWTHROUGH_EMAIL_…`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", hide_input_in_errors=True)

    smtp_url: Annotated[SecretStr, AfterValidator(_url)] = Field(
        SecretStr(""), description="The mail server: smtp://user:password@host:587 or smtps://…"
    )
    sender: Annotated[str, AfterValidator(_sender)] = Field(
        "", description="Who the messages are from.", validation_alias=f"{PREFIX}FROM"
    )


def configured(settings: EmailSettings) -> bool:
    """Tell whether there are a server and a sender."""
    return not missing(settings)


def missing(settings: EmailSettings) -> Sequence[str]:
    """Return what is lacking, a line each, with how to mend it."""
    lines = [] if settings.smtp_url.get_secret_value() else [f"{PREFIX}SMTP_URL: not set; {_HOW}"]
    return lines if settings.sender else [*lines, f"{PREFIX}FROM: not set; write the sender's e-mail address"]
