"""Read request heads within bounds: how large, how slow. What follows a head is `body`'s to bound."""

import asyncio
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.web.body import WHOLE
from app.web.joined import Joined

LARGEST = 64 * 1024
"""Bytes of one head; those of the trackers have less than four thousand."""
_WORDS = b"The head of the request is too large.\n"
_REFUSAL = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\n"
    b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\n\r\n%b" % (len(_WORDS), _WORDS)
)


class BoundedHeads(HttpToolsProtocol):
    """Read requests as uvicorn does; refuse heads that are too large, and close connections that are too slow.

    `_barren` counts bytes that brought neither the end of a head nor a part of a body: a head that goes on, empty
    lines, and what may follow a body sent in pieces. `_late` closes the connection; it runs while no request is under
    way, from the connection's beginning or from the first byte after an answer. Where nothing comes after an answer,
    uvicorn's own clock runs.
    """

    patience: ClassVar[float] = 20.0
    """Seconds until a head must be whole."""
    linger: ClassVar[float] = 1.0
    """Seconds for which more is thrown away after a refusal: closing at once would reset the connection and lose it."""

    _barren = 0
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Begin to wait for the first head."""
        super().connection_made(Joined(transport))  # type: ignore[arg-type]  # all that is not its own is the transport's
        self._close_after(self.patience)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._in_time()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, in pieces that go no further than a head may."""
        room = LARGEST - self._barren
        if len(data) <= room:
            self._read(data)
            return
        while data and room and not self.transport.is_closing():
            self._read(data[:room])
            data = data[room:]
            room = LARGEST - self._barren

    def on_headers_complete(self) -> None:
        """Take the request up."""
        super().on_headers_complete()
        self._barren = 0
        self._in_time()

    def on_body(self, body: bytes) -> None:
        """Take a part of a body."""
        self._barren = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Tell the application, which begins in a moment, that nothing is left to wait for."""
        self.scope[WHOLE] = True  # type: ignore[literal-required]  # scopes may hold more
        super().on_message_complete()

    def _read(self, data: bytes) -> None:
        self._barren += len(data)
        super().data_received(data)
        if self._barren == LARGEST:
            self._refuse()
        elif self._late is None and (self.cycle.scope is not self.scope or self.cycle.response_complete):
            self._close_after(self.patience)

    def _refuse(self) -> None:
        """Answer where nothing else is being answered; what comes from now on is thrown away."""
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(_REFUSAL)
        self._in_time()
        self._close_after(self.linger)

    def _close_after(self, seconds: float) -> None:
        self._late = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def _in_time(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
