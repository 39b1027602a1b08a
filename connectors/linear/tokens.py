"""Say who we are: by a key that stays, or by a token that is minted and minted again.

https://linear.app/developers/oauth-2-0-authentication#client-credentials-tokens
"""

import asyncio
from typing import Protocol

from app.core.errors import Transient
from connectors._kit.http import Http
from connectors.linear.settings import LinearSettings

TOKEN_PATH = "/oauth/token"  # noqa: S105  an address
SCOPE = "read,write"
"""Always the same: asking for another scope would void every token of the app."""


class Credentials(Protocol):
    """Give the value of the Authorization header."""

    async def header(self) -> str:
        """Return it."""
        ...

    async def renewed(self, spent: str) -> str | None:
        """Return a fresh one in place of one that was refused; None: there is no other."""
        ...


class Key:
    """Hold a personal API key, which is sent as it stands, or an OAuth token, which is sent as a bearer's."""

    def __init__(self, key: str) -> None:
        self._header = f"Bearer {key}" if key.startswith("lin_oauth_") else key

    async def header(self) -> str:
        """Return the key."""
        return self._header

    async def renewed(self, spent: str) -> str | None:  # noqa: ARG002  a key is the same always
        """Return None: there is no other key."""
        return None


class MintedToken:
    """Mint the app's own token when it is first needed, and again when it was refused; once however many wait."""

    def __init__(self, http: Http, settings: LinearSettings) -> None:
        self._http, self._settings = http, settings
        self._minting = asyncio.Lock()
        self._header: str | None = None

    async def header(self) -> str:
        """Return the token, minting it if there is none."""
        async with self._minting:
            if self._header is None:
                self._header = await self._mint()
            return self._header

    async def renewed(self, spent: str) -> str | None:
        """Return another token than the spent one."""
        async with self._minting:
            if self._header == spent:
                self._header = await self._mint()
            return self._header

    async def _mint(self) -> str:
        form = {
            "grant_type": "client_credentials",
            "scope": SCOPE,
            "client_id": self._settings.client_id,
            "client_secret": self._settings.client_secret.get_secret_value(),
        }
        answer = await self._http.call("POST", TOKEN_PATH, data=form)
        token = answer.body.get("access_token") if isinstance(answer.body, dict) else None
        if not isinstance(token, str) or not token:
            raise Transient("Linear answered without a token")
        return f"Bearer {token}"


def credentials(http: Http, settings: LinearSettings) -> Credentials:
    """Return what the settings hold: the key, or the app's id and secret."""
    key = settings.api_key.get_secret_value()
    return Key(key) if key else MintedToken(http, settings)
