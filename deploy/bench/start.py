"""From the start of the program to its first accepted webhook, and its memory when idle and after load."""

import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from app.store import upgrade
from deploy.bench.accept import POLICY, settings
from deploy.bench.children import bare, load, service
from deploy.bench.databases import leave_alone
from deploy.bench.events import issue_event
from deploy.bench.post import answer

FEW, MANY = 2_000, 20_000
"""Deliveries after which the memory is looked at."""


def memory(pid: int) -> float:
    """Return a process's resident memory in MB."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1000


def main() -> None:
    """Measure and print the table."""
    table = Table("", "value")
    with tempfile.TemporaryDirectory(prefix="followthrough-bench-") as made, load() as loader:
        url = f"sqlite:///{made}/followthrough.db"
        upgrade(url)
        leave_alone(url, "linear")
        began = time.perf_counter()
        with bare():
            table.add_row("bare handler: start to listening", f"{time.perf_counter() - began:.2f} s")
        began = time.perf_counter()
        with service(Path(made), settings(url), POLICY) as running:
            answer(running.port, issue_event(0).request("/webhooks/linear"))
            table.add_row("start to first accepted webhook", f"{time.perf_counter() - began:.2f} s")
            time.sleep(1)
            table.add_row("idle memory", f"{memory(running.process.pid):.0f} MB")
            first = 1
            for number in (FEW, MANY):
                loader.burst(running.port, "/webhooks/linear", connections=32, most=number, first=first)
                first += number
                table.add_row(f"memory after {first:,} deliveries", f"{memory(running.process.pid):.0f} MB")
    Console().print(table)


if __name__ == "__main__":
    main()
