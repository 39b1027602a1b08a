"""From the start of the program to its first accepted webhook, and its memory when idle and after load.

What is installed is compiled, by pip or in the container. So each program is started once to be compiled, as after a
checkout, and then some times more; where the environment tells Python to keep nothing that it compiles, it does here.
"""

import statistics
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from app.store import upgrade
from deploy.bench.accept import POLICY, settings
from deploy.bench.children import bare, load, service
from deploy.bench.databases import leave_alone
from deploy.bench.events import issue_event
from deploy.bench.post import answer

STARTS = 5
FEW, MANY = 2_000, 20_000
"""Deliveries after which the memory is looked at."""


def memory(pid: int) -> float:
    """Return a process's resident memory in MB."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1000


def main() -> None:
    """Measure and print the tables."""
    with tempfile.TemporaryDirectory(prefix="followthrough-bench-") as made:
        folder, compiled = Path(made), {"PYTHONPYCACHEPREFIX": f"{made}/compiled", "PYTHONDONTWRITEBYTECODE": ""}
        url = f"sqlite:///{made}/followthrough.db"
        upgrade(url)
        leave_alone(url, "linear")
        turns = [(_bare(compiled), _service(folder, settings(url) | compiled, turn)) for turn in range(1 + STARTS)]
        Console().print(_starts(turns), _held(folder, settings(url) | compiled))


def _starts(turns: list[tuple[float, float]]) -> Table:
    table = Table("", "first start", f"median of {STARTS} more", title="Seconds")
    names = ("bare handler: start to listening", "start to first accepted webhook")
    for name, (first, *more) in zip(names, zip(*turns, strict=True), strict=True):
        table.add_row(name, f"{first:.2f}", f"{statistics.median(more):.2f}")
    return table


def _bare(compiled: Mapping[str, str]) -> float:
    began = time.perf_counter()
    with bare(compiled):
        return time.perf_counter() - began


def _service(folder: Path, given: Mapping[str, str], turn: int) -> float:
    began = time.perf_counter()
    with service(folder, given, POLICY) as running:
        answer(running.port, issue_event(10**9 + turn).request("/webhooks/linear"))
        return time.perf_counter() - began


def _held(folder: Path, given: Mapping[str, str]) -> Table:
    table = Table("", "MB", title="Memory")
    with load() as loader, service(folder, given, POLICY) as running:
        time.sleep(1)
        table.add_row("idle", f"{memory(running.process.pid):.0f}")
        first = 1
        for number in (FEW, MANY):
            loader.burst(running.port, "/webhooks/linear", connections=32, most=number, first=first)
            first += number
            table.add_row(f"after {first - 1:,} deliveries", f"{memory(running.process.pid):.0f}")
    return table


if __name__ == "__main__":
    main()
