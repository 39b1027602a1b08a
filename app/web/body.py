"""Read request bodies within bounds: how large, how slow, and how much of all together."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

LARGEST = 26 * 1024 * 1024
"""Bytes of one body. Jira's own limit is 25 MB, https://developer.atlassian.com/cloud/jira/platform/webhooks/."""
TOGETHER = 8 * LARGEST
"""Bytes of all bodies under way: signatures can be checked only once a body is whole, so strangers can fill memory."""
PATIENCE = 30.0
"""Seconds until a body must be whole; Linear and Jira themselves give up sooner or at the same time."""
WHOLE = "followthrough.whole"
"""Says in a scope that the body came with the head, so that no clock need be set."""


class TooLargeError(Exception):
    """Tell that the body is larger than we take."""


class BusyError(Exception):
    """Tell that too many large bodies are under way."""


class GoneError(Exception):
    """Tell that the sender hung up before the body was whole."""


@dataclass(slots=True)
class Intake:
    """Read bodies; `under_way` counts the bytes that are held for bodies not yet whole."""

    largest: int = LARGEST
    together: int = TOGETHER
    patience: float = PATIENCE
    under_way: int = 0

    async def read(self, scope: Scope, receive: Receive) -> bytes:
        """Return the whole body. Raise TooLargeError, BusyError, GoneError or TimeoutError, and read no further."""
        if _announced(scope) > self.largest:
            raise TooLargeError
        if WHOLE in scope:
            return await self._collect(receive)
        async with asyncio.timeout(self.patience):
            return await self._collect(receive)

    async def _collect(self, receive: Receive) -> bytes:
        chunks: list[bytes] = []
        held = 0
        try:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise GoneError
                chunk = message.get("body", b"")
                chunks.append(chunk)
                held += len(chunk)
                self.under_way += len(chunk)
                if held > self.largest:
                    raise TooLargeError
                if not message.get("more_body", False):
                    return b"".join(chunks)
                if self.under_way > self.together:
                    raise BusyError
        finally:
            self.under_way -= held


def _announced(scope: Scope) -> int:
    """Read Content-Length; a missing or senseless one is no reason to refuse, for the bytes are counted anyway."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            digits = value.lstrip(b"0")
            return int(digits[:18]) if digits.isdigit() else 0
    return 0


async def answer_unread(answer: Response, receive: Receive, send: Send, linger: float = 5.0) -> None:
    """Answer somebody who is still sending, and throw away a little more before the connection is closed.

    Closing at once would reset it, and the answer would be lost before the sender came to read it.
    """
    await send({"type": "http.response.start", "status": answer.status_code, "headers": answer.raw_headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": True})
    thrown = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(linger):
            while thrown < 2 * LARGEST and (message := await receive()).get("more_body", False):
                thrown += len(message.get("body", b""))
    await send({"type": "http.response.body", "body": b""})
