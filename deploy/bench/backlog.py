"""How fast a large backlog of due items is worked off: at the beginning, at the end, and in how much memory."""

import argparse
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from deploy.bench.children import bare, load
from deploy.bench.databases import databases
from deploy.bench.draining import Course, drain, working


def main() -> None:
    """Measure and print the table; end with status 1 where not all was done in time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--tracker", choices=["linear", "jira"], default="linear")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append", help="default both")
    parser.add_argument("--seconds", type=float, default=900.0, help="the longest for each database")
    asked = parser.parse_args()
    columns = (
        "done a second",
        "of the bare handler",
        "first tenth",
        "last tenth",
        "calls an item",
        "MB before",
        "MB at most",
        "MB after",
        "not done",
    )
    table, unfinished = Table("", *columns), 0
    with tempfile.TemporaryDirectory(prefix="followthrough-bench-") as made:
        with load() as loader, bare() as port:
            loader.burst(port, "/hook", connections=16, most=1000)
            plain = loader.burst(port, "/hook", connections=16, most=6000)["rate"]
        with databases(Path(made)) as urls:
            for kind, url in urls.items():
                if asked.database and kind.lower() not in asked.database:
                    continue
                folder = Path(made, f"on {kind}")
                folder.mkdir()
                with working(asked.tracker, folder, url, 1) as (sandbox, running):
                    course = drain(sandbox, running, asked.tracker, url, asked.items, asked.seconds)
                table.add_row(kind, *_told(course, plain), str(asked.items - course.done))
                unfinished += asked.items - course.done
    Console(width=130).print(f"{asked.items:,} items; bare handler: {plain:,.0f} a second", table)
    sys.exit(1 if unfinished else 0)


def _told(course: Course, plain: float) -> list[str]:
    held = [one.memory[0] for one in course.samples]
    memory = [f"{one:.0f}" for one in (held[0], max(held), held[-1])]
    rates = [f"{course.rate:,.0f}", f"{course.rate / plain:.1%}", f"{course.part(0, 0.1):,.0f}"]
    return [*rates, f"{course.part(0.9, 1):,.0f}", f"{course.calls / max(1, course.done):.2f}", *memory]


if __name__ == "__main__":
    main()
