"""How much memory the service holds after 10,000 deliveries, and after very many more.

The tracker is left alone meanwhile, as in `accept`; each delivery is about another item. A million of them take up to
10 GB on the disk.
"""

import argparse
import itertools
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from deploy.bench.accept import OK, POLICY, settings
from deploy.bench.children import Load, Serving, bare, load, service
from deploy.bench.databases import databases, leave_alone
from deploy.bench.start import memory

FIRST = 10_000
"""Deliveries after which the memory is what later ones are held against; as many are sent at a time."""
GOAL = 1.2
"""What may be held in the end, as a share of that."""


def main() -> None:
    """Measure and print the table; end with status 1 when more is held than may be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deliveries", type=int, default=1_000_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--seconds", type=float, default=2_700.0, help="the longest for all of them")
    parser.add_argument("--first", type=int, default=FIRST, help="fewer, to try it")
    asked = parser.parse_args()
    table = Table("deliveries", "memory MB", f"of that after {asked.first:,}", "kept a second", "of the bare handler")
    with tempfile.TemporaryDirectory(prefix="followthrough-bench-") as made, load() as loader:
        with bare() as port:
            loader.burst(port, "/hook", connections=32, most=1000)
            plain = loader.burst(port, "/hook", connections=32, most=6000)["rate"]
        with databases(Path(made)) as urls:
            url = next(url for kind, url in urls.items() if kind.lower() == asked.database)
            leave_alone(url, "linear")
            with service(Path(made), settings(url), POLICY) as running:
                time.sleep(1)
                table.add_row("0", f"{memory(running.process.pid):.0f}", "", "", "")
                rows = list(_rows(running, loader, asked))
    first = rows[0][1]
    for kept, held, rate in rows:
        table.add_row(f"{kept:,}", f"{held:.0f}", f"{held / first:.2f}", f"{rate:,.0f}", f"{rate / plain:.0%}")
    Console().print(table)
    last = rows[-1]
    if last[0] < asked.deliveries:
        Console().print(f"The time was over after {last[0]:,} of {asked.deliveries:,} deliveries.")
    sys.exit(1 if last[1] > GOAL * first else 0)


def _rows(running: Serving, loader: Load, asked: argparse.Namespace) -> Iterator[tuple[int, float, float]]:
    """Send until all are kept or the time is over; yield some ten times how many, memory in MB, and the rate."""
    end, every = time.monotonic() + asked.seconds, max(1, asked.deliveries // asked.first // 10)
    for turn in itertools.count(1):
        found = loader.burst(
            running.port, "/webhooks/linear", connections=32, most=asked.first, first=1 + (turn - 1) * asked.first
        )
        if found["statuses"].keys() != {OK}:
            sys.exit(f"the service answered {found['statuses']}")
        over = turn * asked.first >= asked.deliveries or time.monotonic() > end
        if over or turn == 1 or turn % every == 0:
            time.sleep(1)
            yield turn * asked.first, memory(running.process.pid), found["rate"]
        if over:
            return


if __name__ == "__main__":
    main()
