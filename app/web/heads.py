"""Read request heads within bounds: how large, how slow. What follows a head is `body`'s to bound."""

import asyncio
from typing import ClassVar

from app.web import crowd
from app.web.body import WHOLE
from app.web.paced import PacedReading

LARGEST = 64 * 1024
"""Bytes of one head; those of the trackers have less than four thousand."""
LINES = 256
"""Headers of one head: short ones take thirty times their bytes in memory."""
_WORDS = b"The head of the request is too large.\n"
_REFUSAL = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\n"
    b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\n\r\n%b" % (len(_WORDS), _WORDS)
)


class BoundedHeads(PacedReading):
    """Read requests; refuse heads that are too large, and close connections that are too slow, or one too many.

    `_barren` counts bytes that brought neither the end of a head nor a part of a body: a head that goes on, empty
    lines, and what may follow a body sent in pieces. `_late` closes the connection; it runs while no request is under
    way, from the connection's beginning or from the first byte after an answer. Where nothing comes after an answer,
    uvicorn's own clock runs.
    """

    most: ClassVar[int] = crowd.MOST
    """Connections that may be open at once."""
    patience: ClassVar[float] = 20.0
    """Seconds until a head must be whole."""
    linger: ClassVar[float] = 1.0
    """Seconds for which more is thrown away after a refusal: closing at once would reset the connection and lose it.

    At the end of the service it is how long those have who still have to send, or to take an answer."""

    since = 0.0
    _barren = 0
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self.since = self.loop.time()
        self._close_after(self.patience)
        crowd.make_room(self.connections, len(self.connections) - self.most)  # type: ignore[arg-type]  # all are of ours

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._in_time()
        super().connection_lost(exc)

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
        self._in_time()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request from now on."""
        self.since = self.loop.time()
        super().on_response_complete()

    @property
    def awaited(self) -> bool:
        """Tell whether the other side has to send, or to take an answer, before anything is done."""
        return not self.transport.is_closing() and (self._idle or self.cycle.more_body or self.flow.write_paused)

    def part(self) -> None:
        """Close the connection at once, and count it no more."""
        self.connections.discard(self)
        self.transport.abort()

    def shutdown(self) -> None:
        """End what is idle, and soon what waits for the other side; what is under way here is answered first."""
        super().shutdown()
        if not self._idle and self.awaited:
            self._in_time()
            self._late = self.loop.call_later(self.linger, self.part)

    def read(self, piece: bytes) -> int:
        """Read a piece, but no further than a head may go; after that throw it away."""
        room = LARGEST - self._barren
        if room <= 0:
            return len(piece)
        piece = piece[:room]
        self._barren += len(piece)
        super().read(piece)
        if self._barren >= LARGEST or (self._barren and len(self.headers or ()) > LINES):
            self._refuse()
        elif self._late is None and (self.cycle.scope is not self.scope or self.cycle.response_complete):
            self._close_after(self.patience)
        return len(piece)

    @property
    def _idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _refuse(self) -> None:
        """Answer where nothing else is being answered; what comes from now on is thrown away."""
        self._barren = LARGEST
        if self._idle:
            self.transport.write(_REFUSAL)
        self._in_time()
        self._close_after(self.linger)

    def _close_after(self, seconds: float) -> None:
        self._late = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def _in_time(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
