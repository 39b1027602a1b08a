"""Measure the stale report over very many open items: first page, last page, one owner's; beside a bare handler.

Every item is stale, which is the worst case: `total` and the last page have the most to go by.
"""

import argparse
import http.client
import re
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import select, text

from app.store.address import read_address
from app.store.columns import as_number
from app.store.cursor import write_cursor
from app.store.engine import connect
from app.store.tables import reported
from deploy.bench.children import bare, service
from deploy.bench.databases import databases, leave_alone
from tests.store.backlog import fill

PAGE = "/reports/stale?limit=100"
GOAL = 20.0
"""Milliseconds that 99 of 100 pages must keep to."""
OVERVIEW_GOAL = 200.0
POLICY = """version: 1
watch: [{tracker: linear, label: pm}, {tracker: jira, label: pm}]
stale: {operational: {default: 7d}}
"""
SETTINGS = {"FOLLOWTHROUGH_LINEAR_API_KEY": "none", "FOLLOWTHROUGH_LINEAR_API_URL": "http://127.0.0.1:9/graphql"}


def main() -> None:
    """Measure on both databases; end with status 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=1_000)
    asked = parser.parse_args()
    table = Table("database", "what", "p50 ms", "p99 ms", "of bare", "memory before, after MB")
    missed = []
    with tempfile.TemporaryDirectory() as made, bare() as port:
        floor = _times(port, "/hook", asked.requests, method="POST")
        table.add_row("none", "a bare handler", f"{_at(floor, 50):.1f}", f"{_at(floor, 99):.1f}", "1", "")
        with databases(Path(made)) as urls:
            for kind, url in urls.items():
                filled = time.perf_counter()
                last = _filled(url, asked.items)
                print(f"{kind}: {asked.items} items in {time.perf_counter() - filled:.0f} s", file=sys.stderr)  # noqa: T201  a program
                missed += _measure(kind, url, last, asked.requests, _at(floor, 50), Path(made), table)
    Console().print(table)
    if missed:
        sys.exit(f"over its goal: {', '.join(missed)}")


def _measure(  # noqa: PLR0917  what one database's part takes
    kind: str, url: str, last: str, requests: int, floor: float, folder: Path, table: Table
) -> list[str]:
    leave_alone(url, "linear")
    missed = []
    pages = {"first page": PAGE, "last page": f"{PAGE}&after={last}", "one owner's": f"{PAGE}&owner=p7@acme.test"}
    with service(folder, SETTINGS | {"FOLLOWTHROUGH_DATABASE_URL": url}, POLICY, kind) as serving:
        for what, path in pages.items():
            before = _memory(serving.process.pid)
            took = _times(serving.port, path, requests)
            memory = f"{before:.0f}, {_memory(serving.process.pid):.0f}"
            table.add_row(
                kind, what, f"{_at(took, 50):.1f}", f"{_at(took, 99):.1f}", f"{_at(took, 50) / floor:.1f}", memory
            )
            missed += [f"{what} on {kind}"] if _at(took, 99) > GOAL else []
        first, *more = _times(serving.port, "/", 20, accept="text/html")
        table.add_row(kind, f"overview (first {first:.0f} ms)", f"{_at(more, 50):.1f}", f"{max(more):.1f}", "", "")
        missed += [f"overview on {kind}"] if _at(more, 50) > OVERVIEW_GOAL else []
    return missed


def _filled(url: str, number: int) -> str:
    """Fill the database; return the cursor before the last hundred."""
    engine = connect(read_address(url))
    now = datetime.now(UTC)
    place = reported.c.stale_at, reported.c.tracker, reported.c.key, reported.c.id
    backwards = select(*place).where(reported.c.stale_at <= now).order_by(*(column.desc() for column in place))
    with engine.begin() as connection:
        fill(connection, number, now)
        at, *names = connection.execute(backwards.offset(100).limit(1)).one()
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))  # a server does so by itself, within minutes
    engine.dispose()
    return write_cursor("stale", as_number(at), *names)


def _times(port: int, path: str, number: int, accept: str = "application/json", method: str = "GET") -> list[float]:
    """Return how many milliseconds each of so many requests took, one after the other."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    took = []
    for _ in range(number):
        start = time.perf_counter()
        connection.request(method, path, headers={"Accept": accept})
        answer = connection.getresponse()
        body = answer.read()
        took.append((time.perf_counter() - start) * 1000)
        if answer.status != http.HTTPStatus.OK:
            sys.exit(f"{path}: {answer.status} {body[:500]!r}")
    connection.close()
    return took


def _at(took: list[float], percent: int) -> float:
    return statistics.quantiles(took, n=100, method="inclusive")[percent - 1]


def _memory(process: int) -> float:
    """Return how many MB a process holds."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main()
