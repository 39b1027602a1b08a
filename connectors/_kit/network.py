"""Carry httpx's calls over asyncio with a parser in C: what httpx stands on suits any event loop, and costs far more.

Answers are read whole. How many calls are under way at a time is up to the caller.
"""

import asyncio
import ssl
from collections import defaultdict
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

import httpcore
import httpx
from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

KEPT = 5.0
"""Seconds for which a connection at rest is used again: after that the other side may be about to end it."""
_SIZED = frozenset({b"content-length", b"transfer-encoding"})


class Connection(asyncio.Protocol):
    """Send one request after the other. Errors are httpcore's."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._parser = HttpResponseParser(self)
        self._answer: asyncio.Future[httpcore.Response] = self._loop.create_future()
        self._headers: list[tuple[bytes, bytes]] = []
        self._parts: list[bytes] = []
        self._begun = self._sized = self._goes_on = self._ended = False
        self._heard = 0.0

    async def exchange(self, request: bytes, seconds: float | None) -> httpcore.Response:
        """Return the answer to a request; raise ReadTimeout once nothing has come for so many seconds."""
        self._answer, self._heard, self._begun = self._loop.create_future(), self._loop.time(), False
        self._transport.write(request)
        if seconds is not None:
            self._look(self._answer, seconds)
        return await self._answer

    def can_go_on(self) -> bool:
        """Tell whether the answer leaves the connection open for another request."""
        return self._goes_on and not self._ended

    def is_fresh(self) -> bool:
        """Tell whether the connection rests for so short a time that it is used again."""
        return not self._ended and self._loop.time() < self._heard + KEPT

    def close(self) -> None:
        """Give the connection back."""
        self._ended = True
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection up."""
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        """Take in what came; what nobody asked for ends the connection."""
        self._heard = self._loop.time()
        if self._answer.done():
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self._fail(httpcore.RemoteProtocolError(f"that is no answer ({type(error).__name__})"))

    def connection_lost(self, exc: Exception | None) -> None:
        """Take the end of the connection for the end of an answer that does not say how long it is."""
        self._ended = True
        if exc is not None:
            self._fail(httpcore.ReadError(str(exc)))
        elif self._begun and not self._sized:
            self.on_message_complete()
        else:
            self._fail(httpcore.RemoteProtocolError("the connection ended before the answer did"))

    def on_message_begin(self) -> None:
        """Forget the answer before; one that nobody asked for makes all later ones doubtful."""
        self._headers, self._parts, self._begun, self._sized = [], [], False, False
        self._goes_on = self._goes_on and not self._answer.done()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take in a header."""
        self._headers.append((name, value))
        self._sized = self._sized or name.lower() in _SIZED

    def on_headers_complete(self) -> None:
        """Note that the body follows."""
        self._begun = True

    def on_body(self, body: bytes) -> None:
        """Take in a part of the body."""
        self._parts.append(body)

    def on_message_complete(self) -> None:
        """Hand the answer over, unless it only says that one will come."""
        status, body = self._parser.get_status_code(), b"".join(self._parts)
        if status >= HTTPStatus.OK and not self._answer.done():
            self._goes_on = self._parser.should_keep_alive()
            self._answer.set_result(httpcore.Response(status, headers=self._headers, content=body))

    def _fail(self, error: Exception) -> None:
        if not self._answer.done():
            self._answer.set_exception(error)

    def _look(self, answer: "asyncio.Future[httpcore.Response]", seconds: float) -> None:
        """Look whether anything came within so many seconds, as long as that answer is waited for."""
        if answer.done():
            return
        left = self._heard + seconds - self._loop.time()
        if left <= 0:
            self._fail(httpcore.ReadTimeout(f"nothing came for {seconds:g} seconds"))
            return
        timer = self._loop.call_later(left, self._look, answer, seconds)
        answer.add_done_callback(lambda _: timer.cancel())


class Pool:
    """Stand in the place of httpcore's pool: keep connections at rest by origin, and open one where there is none."""

    def __init__(self, context: ssl.SSLContext) -> None:
        context.set_alpn_protocols(["http/1.1"])
        self._context = context
        self._resting = defaultdict[Any, list[Connection]](list)

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request and return its whole answer. Raise httpcore's errors."""
        sent = _head(request) + b"".join([part async for part in request.stream])  # type: ignore[union-attr]  # an async client asks
        timeouts = request.extensions.get("timeout", {})
        resting = self._resting[request.url.scheme, request.url.host, request.url.port]
        connection = _fresh(resting) or await self._open(request.url, timeouts.get("connect"))
        try:
            answer = await connection.exchange(sent, timeouts.get("read"))
        except BaseException:
            connection.close()
            raise
        if connection.can_go_on():
            resting.append(connection)
        else:
            connection.close()
        return answer

    async def aclose(self) -> None:
        """Give connections back."""
        for resting in self._resting.values():
            while resting:
                resting.pop().close()

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        await self.aclose()

    async def _open(self, url: httpcore.URL, seconds: float | None) -> Connection:
        host, secure = url.host.decode("ascii"), url.scheme == b"https"
        port = url.port or (443 if secure else 80)
        context = self._context if secure else None
        try:
            async with asyncio.timeout(seconds):
                loop = asyncio.get_running_loop()
                _, connection = await loop.create_connection(Connection, host, port, ssl=context)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        return connection


def _fresh(resting: list[Connection]) -> Connection | None:
    """Take the connection that was used last out of those at rest; close those that have rested for too long."""
    while resting:
        connection = resting.pop()
        if connection.is_fresh():
            return connection
        connection.close()
    return None


def _head(request: httpcore.Request) -> bytes:
    """Return a request's head; raise LocalProtocolError where a header holds a line's end."""
    lines = [request.method + b" " + request.url.target + b" HTTP/1.1"]
    lines += [name + b": " + value for name, value in request.headers]
    head = b"\r\n".join([*lines, b"", b""])
    if head.count(b"\n") != len(lines) + 1 or head.count(b"\r") != len(lines) + 1:
        raise httpcore.LocalProtocolError("a header holds a line's end")
    return head


class _Cookies(httpx.Cookies):
    """Look for cookies only in an answer that brings some."""

    def extract_cookies(self, response: httpx.Response) -> None:
        if "set-cookie" in response.headers:
            super().extract_cookies(response)


def carry(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Have the client's calls carried so, but for those that go through a proxy which the environment names."""
    transport: Any = client._transport  # noqa: SLF001  httpx has no word for a pool
    transport._pool = Pool(transport._pool._ssl_context)  # noqa: SLF001  see above
    client._cookies = _Cookies()  # noqa: SLF001  it would make plain ones of those that it is given
    return client
