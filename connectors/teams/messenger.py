"""Write to a person in a channel of Teams, by a workflow that posts what it is sent."""

from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

from app.core.digest import Letter
from app.core.errors import Denied, Permanent
from app.ports import Problem, Recipient
from connectors._kit.http import Answer, Http
from connectors._kit.sending import send_once
from connectors.teams.card import TITLE, message
from connectors.teams.settings import PREFIX, TeamsSettings

_DEAD = {401, 403, 404, 405, 410}


class Teams:
    """Post to the channel of a workflow, and mention whom it is for.

    202 says that the workflow was started, not that the card was posted: what fails within it is seen in Teams only.
    """

    repeatable = False

    def __init__(self, settings: TeamsSettings) -> None:
        self._url = settings.workflow_url.get_secret_value()
        self._http = Http("", {}, title=TITLE, read_error=_read_error, timeout=20, attempts=2)

    async def address(self, to: Recipient) -> str | None:
        """Return the channel: everybody is reached there, by a mention where an e-mail is known, else by name."""
        return "channel" if to.name or to.email else None

    async def send(self, address: str, to: Recipient, letter: Letter) -> None:  # noqa: ARG002  the workflow knows where
        """Start the workflow with a card."""
        await send_once(self._http, self._url, message(to, letter))

    async def check(self) -> Sequence[Problem]:
        """Look at the address alone: a workflow cannot be asked anything without a message being posted."""
        if "sig" in parse_qs(urlsplit(self._url).query):
            return []
        hint = f"copy the whole address into {PREFIX}WORKFLOW_URL, up to its end"
        return [Problem("teams.address", "the workflow's address holds no signature (sig=…)", hint)]

    async def aclose(self) -> None:
        """Give connections back."""
        await self._http.aclose()


def _read_error(answer: Answer) -> Exception | None:
    status = answer.status
    if status in _DEAD or 300 <= status < 400:  # noqa: PLR2004  HTTP's own boundaries
        return Denied(f"{TITLE} knows no such workflow ({status}); is it on, and {PREFIX}WORKFLOW_URL its address?")
    if status == 413:  # noqa: PLR2004  the same
        return Permanent(f"{TITLE} says that the message is too large")
    return None
