"""How much more several replicas on one PostgreSQL get done than one, with a burst of due items.

Sandbox, database and replicas share the machine: on two cores there is little to be gained, and nothing may be lost.
"""

import argparse
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from app.store import upgrade
from deploy.bench.children import bare, load
from deploy.bench.databases import postgres
from deploy.bench.draining import drain, working


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=4_000)
    parser.add_argument("--replicas", type=int, action="append", help="default 1, 2 and 4")
    parser.add_argument("--tracker", choices=["linear", "jira"], default="linear")
    parser.add_argument("--seconds", type=float, default=120.0, help="the longest for each")
    asked = parser.parse_args()
    table = Table("replicas", "done a second", "of the bare handler", "of the first", "calls an item", "not done")
    first = 0.0
    with tempfile.TemporaryDirectory(prefix="followthrough-bench-") as made, postgres() as server:
        with load() as loader, bare() as port:
            loader.burst(port, "/hook", connections=16, most=1000)
            plain = loader.burst(port, "/hook", connections=16, most=6000)["rate"]
        for number in asked.replicas or [1, 2, 4]:
            folder, url = Path(made, str(number)), server.create()
            folder.mkdir()
            upgrade(url)
            with working(asked.tracker, folder, url, number) as (sandbox, running):
                course = drain(sandbox, running, asked.tracker, url, asked.items, asked.seconds)
            first = first or course.rate
            shares = f"{course.rate / plain:.1%}", f"{course.rate / first:.0%}"
            calls = f"{course.calls / max(1, course.done):.2f}"
            table.add_row(str(number), f"{course.rate:,.0f}", *shares, calls, str(asked.items - course.done))
    Console().print(f"bare handler: {plain:,.0f} a second", table)


if __name__ == "__main__":
    main()
