"""Mint tokens for the OAuth app. See https://linear.app/developers/oauth-2-0-authentication."""

import base64
from collections import deque
from urllib.parse import parse_qs

from connectors._kit.world import Ids

CLIENT_ID = "sandbox-client"
CLIENT_SECRET = "sandbox client secret"  # noqa: S105  it guards nothing but the sandbox
THIRTY_DAYS = 2_591_999
MOST_TOKENS = 1_000


class Tokens:
    """Hold the tokens that are good; all of them are of one scope, another one revokes them."""

    def __init__(self, ids: Ids) -> None:
        self._ids, self._scope = ids, ""
        self._good: deque[str] = deque(maxlen=MOST_TOKENS)

    def mint(self, authorization: str, form: bytes) -> dict[str, object] | None:
        """Answer a request for a token by client credentials; None when they are wrong."""
        given = {name: values[0] for name, values in parse_qs(form.decode("utf-8", "replace")).items()}
        pair = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        named = (given.get("client_id"), given.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        if given.get("grant_type") != "client_credentials" or not (named or authorization == f"Basic {pair}"):
            return None
        scope = given.get("scope", "read")
        if scope != self._scope:
            self.revoke()
        self._scope = scope
        token = f"lin_oauth_{self._ids.uuid('token')}"
        self._good.append(token)
        return {"access_token": token, "token_type": "Bearer", "expires_in": THIRTY_DAYS, "scope": scope}

    def revoke(self) -> None:
        """Let no token be good any more."""
        self._good.clear()

    def good(self, authorization: str) -> bool:
        """Tell whether an Authorization header carries a token that is good."""
        return authorization.startswith("Bearer ") and authorization.removeprefix("Bearer ") in self._good
