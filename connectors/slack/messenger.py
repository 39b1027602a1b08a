"""Write to a person in Slack, as a direct message of the app."""

import time
from collections.abc import Sequence

from pydantic import BaseModel

from app.core.digest import Letter
from app.core.errors import Denied, FollowthroughError, NotFound, Transient, Uncertain
from app.ports import Problem, Recipient
from connectors._kit.answers import read
from connectors._kit.http import Answer, Http
from connectors._kit.kept import Kept
from connectors._kit.sending import send_once
from connectors.slack.settings import PREFIX, TITLE, SlackSettings
from connectors.slack.wire import message, read_error

FRESH = 60.0
"""Seconds for which an answer shows that Slack is there."""
SCOPES = ("chat:write", "users:read", "users:read.email")
_DAY, _HOUR = 86_400.0, 3_600.0


class User(BaseModel):
    """Describe a member of the workspace."""

    id: str
    deleted: bool = False
    is_bot: bool = False


class UserAnswer(BaseModel):
    """Hold one user."""

    user: User


class Slack:
    """Write to people by a bot token.

    Slack cannot be asked to post something once: so before each message it is made sure that it answers at all, and
    a call that then breaks off is in doubt.
    """

    repeatable = False

    def __init__(self, settings: SlackSettings) -> None:
        headers = {"authorization": f"Bearer {settings.bot_token.get_secret_value()}"}
        self._http = Http(settings.api_url, headers, title=TITLE, read_error=read_error, timeout=10, attempts=2)
        self._ids: Kept[str] = Kept(lambda id_: _DAY if id_ else _HOUR, time.monotonic)
        self._answered_at = float("-inf")

    async def address(self, to: Recipient) -> str | None:
        """Return the person's id: the policy's, else by e-mail; None for who left, a bot, and who is not there."""
        if to.ids.get("slack"):
            return to.ids["slack"]
        email = to.email
        if not email:
            return None
        return await self._ids.get(email.casefold(), lambda: self._find(email)) or None

    async def send(self, address: str, to: Recipient, letter: Letter) -> None:  # noqa: ARG002  who it is the id says
        """Post a letter to a person; their id stands for the conversation."""
        if time.monotonic() - self._answered_at > FRESH:
            await self._ask("/auth.test")
        await send_once(self._http, "/chat.postMessage", message(address, letter))
        self._answered_at = time.monotonic()

    async def check(self) -> Sequence[Problem]:
        """Look whether the token works and allows what we need; Slack tells that with each answer."""
        try:
            answer = await self._ask("/auth.test")
        except Denied as error:
            hint = f"see whether {PREFIX}BOT_TOKEN is the token of an app that is installed in the workspace"
            return [Problem("slack.token", str(error), hint)]
        except FollowthroughError as error:
            return [Problem("slack.unreachable", str(error), f"see the network and {PREFIX}API_URL; it may pass")]
        told = answer.headers.get("x-oauth-scopes")
        lacks = [] if told is None else [scope for scope in SCOPES if scope not in told.replace(" ", "").split(",")]
        hint = "add it to the app's scopes under OAuth & Permissions, and install the app again"
        return [Problem("slack.scope", f"the app has no right to {scope}", hint) for scope in lacks]

    async def aclose(self) -> None:
        """Give connections back."""
        await self._http.aclose()

    async def _find(self, email: str) -> str:
        # https://docs.slack.dev/reference/methods/users.lookupByEmail
        try:
            answer = await self._ask("/users.lookupByEmail", email=email)
        except NotFound:
            return ""
        user = read(UserAnswer, answer.body, TITLE).user
        return "" if user.deleted or user.is_bot else user.id

    async def _ask(self, method: str, **params: str) -> Answer:
        try:
            answer = await self._http.call("GET", method, params=params)
        except Uncertain as error:
            raise Transient(str(error)) from error
        self._answered_at = time.monotonic()
        return answer
