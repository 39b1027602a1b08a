"""Listen, run the application, and stop in good order."""

import asyncio
import errno
import signal
import socket
import sys
import threading
from collections.abc import Callable
from types import FrameType

import uvicorn

from app.assembly import Service
from app.core.errors import Misconfigured
from app.main import configured, create_app

_BACKLOG = 2048
_TURN = 0.001
"""Seconds after which a thread of the store yields to the one that answers; Python's own 5 ms add up to 200."""
_NOT_HERE = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})


class Server(uvicorn.Server):
    """Serve one service; SIGTERM and Ctrl-C end it as they should, so they are no failure to whoever waits for it.

    `ready` is called with the address once requests are answered.
    """

    def __init__(self, service: Service, ready: Callable[[str], None]) -> None:
        self._app = create_app(service)
        super().__init__(
            configured(
                self._app,
                server_header=False,
                ws="none",  # nobody is served by these
                timeout_graceful_shutdown=10,
            )
        )
        self._service, self._ready = service, ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the store before the application would: what is wrong with it is a line here and a traceback there."""
        sys.setswitchinterval(_TURN)
        await self._service.store.open()
        await super().startup(sockets)
        self._heed_hangups()
        self._ready(address_of(self.servers[0].sockets[0]))

    def _heed_hangups(self) -> None:
        """Let SIGHUP mean what it means to daemons: read the policy again; only a main thread can hear it."""
        if hasattr(signal, "SIGHUP") and threading.current_thread() is threading.main_thread():
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._service.read_policy_again)

    def answered(self, tracker: str, outcome: str) -> int:
        """Count the webhooks that got this answer."""
        meters = self._app.state.meters
        sample = meters.registry.get_sample_value(
            "followthrough_webhooks_total", {"tracker": tracker, "outcome": outcome}
        )
        return int(sample or 0)

    def handle_exit(self, sig: int, _frame: FrameType | None) -> None:
        """Stop taking requests, then hand items back; a second Ctrl-C stops at once."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def address_of(listener: socket.socket) -> str:
    """Return where a socket listens, as people type it."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def listen(host: str, port: int) -> list[socket.socket]:
    """Listen on every address of that name; raise Misconfigured with a line that says what to set."""
    sockets: list[socket.socket] = []
    try:
        for family, address in _addresses(host):
            chosen = port or (sockets[0].getsockname()[1] if sockets else 0)
            _add(sockets, family, (address, chosen))
    except OSError as error:
        for each in sockets:
            each.close()
        raise Misconfigured(_sentence(host, port, error)) from None
    if not sockets:
        raise Misconfigured(_sentence(host, port, OSError(errno.EADDRNOTAVAIL, "")))
    return sockets


def _addresses(host: str) -> list[tuple[socket.AddressFamily, str]]:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return list(dict.fromkeys((family, str(address[0])) for family, _, _, _, address in found))


def _add(sockets: list[socket.socket], family: socket.AddressFamily, address: tuple[str, int]) -> None:
    try:
        sockets.append(socket.create_server(address, family=family, backlog=_BACKLOG))
    except OSError as error:
        if error.errno not in _NOT_HERE:  # `localhost` may also name an address that this machine has not
            raise


def _sentence(host: str, port: int, error: OSError) -> str:
    if isinstance(error, socket.gaierror) or error.errno in _NOT_HERE:
        return f"FOLLOWTHROUGH_HOST: {host} is no address of this machine; 127.0.0.1 is, and 0.0.0.0 means all"
    if error.errno == errno.EADDRINUSE:
        return (
            f"FOLLOWTHROUGH_PORT: {port} is taken on {host}; stop who listens there, or set another (0: any free one)"
        )
    return f"FOLLOWTHROUGH_PORT: cannot listen on {host}, port {port}: {error.strerror}; set one above 1023"
