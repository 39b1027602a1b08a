"""Send a message once: tell a call that surely had no effect from one of which nobody knows."""

from collections.abc import Mapping
from typing import Any

import httpx

from app.core.errors import Transient, Uncertain
from connectors._kit.http import Answer, Http

_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


async def send_once(http: Http, path: str, body: Mapping[str, Any]) -> Answer:
    """Post a message; raise Uncertain where it was sent and no answer that can be read came back.

    An answer that says it failed is believed: then it had no effect, and the error is the usual one.
    """
    try:
        return await http.call("POST", path, repeatable=False, json=body)
    except Transient as error:
        if error.__cause__ is None or isinstance(error.__cause__, _UNSENT):
            raise
        raise Uncertain(str(error)) from error
