"""One webhook at a time on a quiet system: how long until it is answered, and until the tracker got the write."""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from deploy.bench.children import ask
from deploy.bench.post import answer, requests_in
from deploy.bench.through import beside

APART = 0.15
"""Seconds between webhooks."""


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=60)
    parser.add_argument("--tracker", choices=["linear", "jira"], action="append")
    asked = parser.parse_args()
    table = Table("", "answered p50 ms", "p99", "written p50 ms", "p99")
    for tracker in asked.tracker or ["linear", "jira"]:
        with tempfile.TemporaryDirectory(prefix="followthrough-bench-") as made:
            url = f"sqlite:///{Path(made, 'followthrough.db')}"
            with beside(tracker, Path(made), url) as (sandbox, running):
                ask(sandbox, {"do": "target", "url": "http://127.0.0.1:9"})  # the echo would not leave it quiet
                ask(sandbox, {"do": "create", "number": asked.items, "asked": 0, "file": f"{made}/burst"})
                began, answered = [], []
                for request in requests_in(Path(made, "burst")):
                    began.append(time.time())
                    answer(running.port, request)
                    answered.append(time.time() - began[-1])
                    time.sleep(APART)
                time.sleep(2)
                at = ask(sandbox, {"do": "look"})["at"]
        written = [done - start for done, start in zip(at, began, strict=True)]
        cells = [f"{part * 1000:.1f}" for times in (answered, written) for part in _percentiles(times[5:])]
        table.add_row(tracker, *cells)
    Console().print(table)


def _percentiles(times: list[float]) -> tuple[float, float]:
    return statistics.median(times), sorted(times)[len(times) * 99 // 100]


if __name__ == "__main__":
    main()
