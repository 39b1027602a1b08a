"""Post webhooks one after the other over a few connections, and remember which were answered how."""

import base64
import hashlib
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

OK = 200


def requests_in(file: Path) -> list[bytes]:
    """Return the requests of a file, as they go over the wire."""
    return [base64.b64decode(line) for line in file.read_text(encoding="ascii").splitlines()]


def digest_of(request: bytes) -> str:
    """Return the digest by which a delivery is kept."""
    return hashlib.sha256(request.partition(b"\r\n\r\n")[2]).hexdigest()


def answer(port: int, request: bytes, patience: float = 10.0) -> int:
    """Send a request over a connection of its own; return the status, 0 when there is no answer."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=patience) as connection:
        connection.sendall(request)
        head = connection.recv(4096)
        return int(head[9:12] or 0)
    return 0


class Poster:
    """Post requests in threads until none is left; `statuses` holds the answer to each digest."""

    def __init__(self, port: int, requests: Iterable[bytes], senders: int = 4) -> None:
        self.statuses: dict[str, int] = {}
        self._port, self._waiting = port, iter(list(requests))
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._send) for _ in range(senders)]
        for thread in self._threads:
            thread.start()

    def finish(self) -> set[str]:
        """Wait until all were sent; return the digests of those that were answered with 200."""
        for thread in self._threads:
            thread.join()
        return {digest for digest, status in self.statuses.items() if status == OK}

    def _send(self) -> None:
        for request in self._taken():
            status = answer(self._port, request)
            self.statuses[digest_of(request)] = status

    def _taken(self) -> Iterator[bytes]:
        while True:
            with self._lock:
                request = next(self._waiting, None)
            if request is None:
                return
            yield request
