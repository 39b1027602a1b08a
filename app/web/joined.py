"""Send the head of an answer together with what follows it."""

import asyncio
from typing import Any


class Joined:
    """Stand before a transport: hold back a write until the next one, or the loop's next turn, and send both at once.

    A server writes an answer's head and its body one after the other, and each write is a call of the system.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport, self._held = transport, b""
        self._call_soon = asyncio.get_running_loop().call_soon

    def __getattr__(self, name: str) -> Any:
        """Return what else a transport does."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Hold the data back where nothing is held, else send both."""
        if self._held:
            self._held += data
            self._send()
        elif data:
            self._held = data
            self._call_soon(self._send)

    def close(self) -> None:
        """Send what is held, then close."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        data, self._held = self._held, b""
        if data and not self._transport.is_closing():  # else uvloop raises, in whoever answers
            self._transport.write(data)
