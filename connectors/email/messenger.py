"""Write to a person by e-mail, over SMTP with TLS.

A mail that is sent twice carries the same Message-ID, so mail programs and lists take it for one; therefore it may be
sent again when nobody knows whether the server took it.
"""

import re
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from email.headerregistry import Address

import aiosmtplib

from app.core.digest import Letter
from app.core.errors import Denied, FollowthroughError, Permanent, Transient, Uncertain
from app.ports import Problem, Recipient
from connectors._kit.trust import trusting
from connectors.email.mail import mail
from connectors.email.settings import PREFIX, EmailSettings, sender_of, server_of

TIMEOUT = 20.0
_FOR_GOOD = 500
"""SMTP's replies from here on will be the same next time: https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1."""


class _InsecureError(Denied):
    """Tell that there is no connection that others cannot read."""


class Email:
    """Write mails. Without `smtps://` STARTTLS is demanded: nothing, not even the password, goes out in clear."""

    repeatable = True

    def __init__(self, settings: EmailSettings) -> None:
        self._server = server_of(settings.smtp_url.get_secret_value())
        self._sender = sender_of(settings.sender)

    async def address(self, to: Recipient) -> str | None:
        """Return the e-mail address, None where there is none or it is none."""
        fits = re.fullmatch(r"[^@\s<>,;:\"()\[\]\\]+@[^@\s<>,;:\"()\[\]\\]+", to.email or "")
        return to.email if fits and (to.email or "").isprintable() else None

    async def send(self, address: str, to: Recipient, letter: Letter) -> None:
        """Hand a mail to the server; Uncertain where the connection broke after the handing over began."""
        made = mail(self._sender, _address(to.name, address), letter, datetime.now(UTC))
        async with self._connected() as client:
            try:
                await client.send_message(made)
            except aiosmtplib.SMTPRecipientsRefused as error:
                raise _refused(error.recipients[0].code, "the address") from None
            except aiosmtplib.SMTPSenderRefused as error:
                raise (Denied if error.code >= _FOR_GOOD else Transient)(_says(error.code, "the sender")) from None
            except aiosmtplib.SMTPResponseException as error:
                raise _refused(error.code, "the mail") from None
            except aiosmtplib.SMTPNotSupported as error:
                raise Permanent("the mail server takes no such address") from error
            except (aiosmtplib.SMTPException, OSError) as error:
                raise Uncertain(f"the mail server did not say that it took it ({type(error).__name__})") from error

    async def check(self) -> Sequence[Problem]:
        """Look whether the server takes us, over TLS."""
        try:
            async with self._connected():
                return []
        except _InsecureError as error:
            return [Problem("email.tls", str(error), f"see {PREFIX}SMTP_URL; nothing is sent in clear")]
        except Denied as error:
            return [Problem("email.credentials", str(error), f"see user and password in {PREFIX}SMTP_URL")]
        except FollowthroughError as error:
            hint = f"see whether {PREFIX}SMTP_URL is right, and whether the server can be reached from here"
            return [Problem("email.server", str(error), hint)]

    async def aclose(self) -> None:
        """Have nothing to give back: each letter has a connection of its own."""

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[aiosmtplib.SMTP]:
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.tls,
            start_tls=not server.tls,
            tls_context=trusting(ssl.create_default_context()),
            timeout=TIMEOUT,
        )
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            raise _not_connected(error) from error
        try:
            yield client
        finally:
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit()  # whatever it says to that, the mail is taken or not
            client.close()


def _address(name: str, address: str) -> Address:
    shown = "".join(letter for letter in name if letter.isprintable())[:100]
    return Address(shown, *address.rsplit("@", 1))


def _not_connected(error: Exception) -> FollowthroughError:
    """Say why there is no connection, without what the server wrote: that may quote the password."""
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return (Denied if error.code >= _FOR_GOOD else Transient)(_says(error.code, "user and password"))
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return Transient(_says(error.code, "us"))
    causes = (error, error.__cause__, error.__context__)
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return _InsecureError(
            "the mail server's certificate is not trusted here; see FOLLOWTHROUGH_CA_FILE, or its name"
        )
    if "not supported" in str(error).lower():
        what = "the mail server offers no STARTTLS, or no log-in, and without it nothing is sent; try smtps://"
        return _InsecureError(what)
    return Transient(f"the mail server cannot be reached ({type(error).__name__})")


def _refused(code: int, what: str) -> FollowthroughError:
    return (Permanent if code >= _FOR_GOOD else Transient)(_says(code, what))


def _says(code: int, what: str) -> str:
    return f"the mail server refused {what} ({code})"
