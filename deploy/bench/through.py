"""A burst of webhooks about distinct items, until each is written at the tracker: how fast, how many calls, none lost.

The sandbox runs in a process of its own and shares the machine; it answers in Python, and takes its part of what is
measured: the last column.
"""

import argparse
import contextlib
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen
from typing import Any

from rich.console import Console
from rich.table import Table

from deploy.bench.children import Load, Serving, ask, bare, load, playing, service, spent

_REST = ("lost", "service ms an item", "sandbox ms an item")
"""The columns after the calls. The last two are processor time, which other work on the machine changes little."""
PATIENCE = 55.0
"""Seconds until what is not done counts as lost."""


@contextlib.contextmanager
def beside(tracker: str, folder: Path, url: str, **more: str) -> Iterator[tuple["Popen[str]", Serving]]:
    """Run a sandbox and the service in act mode beside it, once it has reconciled."""
    with playing(tracker) as sandbox:
        hello = ask(sandbox, {"do": "hello", "grace": "1h"})
        own = {"DATABASE_URL": url, "MODE": "act", **more}
        settings = {**hello["settings"], **{f"FOLLOWTHROUGH_{name}": value for name, value in own.items()}}
        with service(folder, settings, hello["policy"]) as running:
            while "reconciled" not in running.log.read_text(encoding="utf-8"):
                time.sleep(0.02)
            ask(sandbox, {"do": "target", "url": f"http://127.0.0.1:{running.port}/webhooks/{tracker}"})
            yield sandbox, running


def through(sandbox: "Popen[str]", running: Serving, loader: Load, asked: argparse.Namespace) -> dict[str, Any]:
    """Create items, send their webhooks at once, and wait until all are done and the echo is over."""
    file = running.log.with_name("burst")
    ask(sandbox, {"do": "create", "number": asked.items, "asked": 0, "file": str(file)})
    ask(sandbox, {"do": "clear"})
    before = spent(running.process.pid), spent(sandbox.pid)
    sent = loader.replay(running.port, file, connections=asked.connections)
    end, calls = time.time() + PATIENCE, -1
    while (seen := ask(sandbox, {"do": "look"}))["done"] < asked.items and time.time() < end:
        time.sleep(0.2)
    while seen["calls"] != calls:
        calls = seen["calls"]
        time.sleep(1.5)
        seen = ask(sandbox, {"do": "look"})
    after = spent(running.process.pid), spent(sandbox.pid)
    took = sorted(at - began for at, began in zip(sorted(seen["at"]), sent["began"], strict=False))
    return {
        "kept": sent["rate"],
        "rate": len(took) / (max(seen["at"]) - sent["began"][0]),
        "p50": took[len(took) // 2],
        "p99": took[len(took) * 99 // 100],
        "calls": seen["calls"] / asked.items,
        "writes": seen["writes"] / asked.items,
        "lost": asked.items - seen["done"],
        "service": (after[0] - before[0]) / asked.items * 1000,
        "sandbox": (after[1] - before[1]) / asked.items * 1000,
    }


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=2000)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--tracker", choices=["linear", "jira"], action="append")
    asked = parser.parse_args()
    table = Table(
        "", "kept a second", "done a second", "of the bare handler", "p50 s", "p99 s", "calls an item", *_REST
    )
    with tempfile.TemporaryDirectory(prefix="followthrough-bench-") as made, load() as loader:
        with bare() as port:
            loader.burst(port, "/hook", connections=asked.connections, most=1000)
            plain = loader.burst(port, "/hook", connections=asked.connections, most=6000)["rate"]
        for tracker in asked.tracker or ["linear", "jira"]:
            folder = Path(made, tracker)
            folder.mkdir()
            with beside(tracker, folder, f"sqlite:///{folder / 'followthrough.db'}") as (sandbox, running):
                found = through(sandbox, running, loader, asked)
            rates = f"{found['kept']:,.0f}", f"{found['rate']:,.0f}", f"{found['rate'] / plain:.1%}"
            times = f"{found['p50']:.2f}", f"{found['p99']:.2f}"
            rest = str(found["lost"]), f"{found['service']:.2f}", f"{found['sandbox']:.2f}"
            table.add_row(tracker, *rates, *times, f"{found['calls']:.2f}", *rest)
    Console(width=130).print(f"bare handler: {plain:,.0f} a second", table)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
