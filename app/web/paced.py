"""Read requests no faster than they are answered, and lose none of them to what stands beside or behind it."""

import asyncio
from typing import Any

import httptools
import structlog
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.web.joined import Joined

log = structlog.get_logger()

STEP = 4096
"""Bytes that are read at a time: as requests without a body they are some two hundred, each a hundred times as large in
memory."""


class _Flow(FlowControl):
    """Leave reading paused, whoever takes it up again, while what was read before waits."""

    full = False

    def resume_reading(self) -> None:
        if not self.full:
            super().resume_reading()


class PacedReading(HttpToolsProtocol):
    """Read requests as uvicorn does, but for what it does not bear.

    Requests that are sent without waiting for answers are parsed a few at a time; `_unread` waits behind them. An offer
    to speak another protocol (HTTP/2, TLS) is passed over, where the parser would pass over the request's body. What is
    no HTTP is refused after the requests before it are answered, and so is one who says that nothing more will come.
    """

    flow: _Flow
    _unread = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Begin."""
        joined: Any = Joined(transport)  # all that is not its own is the transport's
        super().connection_made(joined)
        self.flow = _Flow(joined)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget what was not read."""
        self._unread = b""
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read as much as is due now."""
        data, self._unread, at = self._unread + data, b"", 0
        while at < len(data) and not self.pipeline and not self.transport.is_closing():
            piece = data[at : at + STEP]
            at += self.read(piece)
        self._unread = data[at:]
        self._hold()

    def read(self, piece: bytes) -> int:
        """Read a piece; return how many of its bytes are done with."""
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade as upgrade:
            if self._should_upgrade():
                self._read_anew(piece[upgrade.args[0] :])
        except httptools.HttpParserError:
            self._refuse_what_is_no_http()
        return len(piece)

    def on_response_complete(self) -> None:
        """Go on with what waits."""
        super().on_response_complete()
        if self._unread:
            self.loop.call_soon(self.data_received, b"")

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio keeps the connection where this is true
        """Answer what came whole before a sender says that nothing more will come; tell whether anything did."""
        return self._close_after_answer()

    def _hold(self) -> None:
        """Read on from the sender only when nothing waits."""
        was, self.flow.full = self.flow.full, bool(self._unread)
        if self.flow.full:
            self.flow.pause_reading()
        elif was and not self.pipeline:
            self.flow.resume_reading()

    def _should_upgrade(self) -> bool:
        """Tell whether a request is to be read anew, without the offer; uvicorn itself does nothing with it then."""
        return self.parser.get_method() != b"CONNECT"

    def _read_anew(self, rest: bytes) -> None:
        method, version = self.parser.get_method(), self.parser.get_http_version().encode()
        lines = [b"%b %b HTTP/%b" % (method, self.url, version)]
        lines += [b"%b: %b" % header for header in self.headers if header[0] != b"upgrade"]
        self.parser = httptools.HttpRequestParser(self)
        data = b"\r\n".join([*lines, b"", rest])
        while data:
            data = data[self.read(data) :]

    def _refuse_what_is_no_http(self) -> None:
        log.warning("a request is no HTTP")
        if not self._close_after_answer():
            self.send_400_response("Invalid HTTP request received.")

    def _close_after_answer(self) -> bool:
        """Close once the latest request is answered; tell whether it came whole and waits for that."""
        whole = self.cycle is not None and not self.cycle.response_complete and not self.cycle.more_body
        if whole:
            self.cycle.keep_alive = False
        return whole
