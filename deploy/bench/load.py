"""Send requests as fast as they are answered, over so many connections: a process of its own, and a light one.

Reads orders from standard input, a JSON object a line, and answers each with a line of JSON.
"""

import asyncio
import base64
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import uvloop

from deploy.bench.events import issue_event
from deploy.bench.lines import say


class Connection(asyncio.Protocol):
    """Send one request after the other, each when the one before was answered."""

    def __init__(self, feed: Callable[[], bytes | None], answered: Callable[[int, float], None]) -> None:
        self._feed, self._answered = feed, answered
        self._held, self._sent_at = b"", 0.0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        """Begin."""
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        """Count an answer once it is whole."""
        self._held += data
        head, end, body = self._held.partition(b"\r\n\r\n")
        if not end or len(body) < _length(head):
            return
        self._held = b""
        self._answered(int(head[9:12]), time.perf_counter() - self._sent_at)
        self._next()

    def connection_lost(self, _error: Exception | None) -> None:
        """Stop; who was not answered counts as status 0."""
        if not self.done.done():
            self._answered(0, 0.0)
            self.done.set_result(None)

    def _next(self) -> None:
        request = self._feed()
        if request is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


async def burst(host: str, ports: list[int], requests: list[bytes], connections: int, seconds: float) -> dict[str, Any]:
    """Send these requests, or as many of them as can be sent in so many seconds; return what came of it.

    The connections go to the ports in turn, as a balancer would have them.
    """
    statuses, times, begun_at = Counter[int](), list[float](), list[float]()
    waiting: Iterator[bytes] = iter(requests)
    end = time.perf_counter() + seconds

    def feed() -> bytes | None:
        begun_at.append(time.time())
        return next(waiting, None) if time.perf_counter() < end else None

    def answered(status: int, took: float) -> None:
        statuses[status] += 1
        times.append(took)

    loop, begun = asyncio.get_running_loop(), time.perf_counter()
    aims = [ports[number % len(ports)] for number in range(connections)]
    made = [await loop.create_connection(lambda: Connection(feed, answered), host, port) for port in aims]
    await asyncio.gather(*(protocol.done for _, protocol in made))
    took = time.perf_counter() - begun
    times.sort()
    return {
        "rate": len(times) / took,
        "seconds": took,
        "statuses": dict(statuses),
        "began": begun_at[: len(times)],
        "p50": times[len(times) // 2] if times else 0.0,
        "p99": times[len(times) * 99 // 100] if times else 0.0,
    }


def prepare(order: dict[str, Any]) -> list[bytes]:
    """Return distinct requests for an order, ready to send; those of its file, if it names one."""
    if "file" in order:
        lines = Path(order["file"]).read_text(encoding="ascii").splitlines()
        return [base64.b64decode(line) for line in lines]
    events = (issue_event(order["first"] + number) for number in range(order["most"]))
    return [event.request(order["path"]) for event in events]


def main() -> None:
    """Serve orders until standard input closes; the requests are made before an order is acknowledged."""
    for line in sys.stdin:
        order = json.loads(line)
        requests = prepare(order)
        say({"ready": len(requests)})
        sys.stdin.readline()
        work = burst(order["host"], order["ports"], requests, order["connections"], order["seconds"])
        say(uvloop.run(work))


if __name__ == "__main__":
    main()
