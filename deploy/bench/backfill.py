"""Connect to a tracker with years behind it, kill the service in the middle, and tell what it took."""

import argparse
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from deploy.bench.children import ask, playing, service
from deploy.bench.old_workspace import POINTS, REQUESTS

_EVERY = 1.0
"""Seconds between two looks at how far it is."""
_KILL_AT = 0.2
"""The share of the items that are known when the service is killed."""
_CLOUD_A_SECOND = {"GET": 100, "POST": 100, "PUT": 50}
"""Calls of one kind that Jira Cloud takes in a second: https://developer.atlassian.com/cloud/jira/platform/rate-limiting/."""
_SEEN = "SELECT count(*) FROM items WHERE snapshot IS NOT NULL"
_LEFT = "SELECT count(*) FROM items WHERE snapshot IS NULL OR lease_until IS NOT NULL OR due_at <= ?"
_FLAGGED = "SELECT count(*) FROM reported WHERE stale_at IS NOT NULL"
_LETTERS = "SELECT count(*) FROM messages"


@dataclass(slots=True)
class Run:
    """Connect to the old workspace in that folder. `known` are the items known at the kill and at the end."""

    folder: Path
    tracker: str
    items: int
    mode: str
    known: list[int] = field(default_factory=list)
    spent: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    letters: int = 0
    flagged: int = 0
    left: int = 0

    @property
    def good(self) -> bool:
        """Tell whether everything is known, nobody was refused, and nobody was written to."""
        silent = not (self.letters or self.spent["comments"] or self.spent["refused"])
        return silent and not self.left and self.known[-1] == self.items

    def run(self, longest: float) -> None:
        """Fill the workspace, connect, kill, connect again and wait until everything was looked at."""
        jumps = str(self.folder / "jumps")
        with playing(self.tracker, jumps, module="old_workspace") as sandbox:
            ask(sandbox, {"do": "age", "number": self.items})
            hello = ask(sandbox, {"do": "hello", "grace": "1s"})
            policy = hello["policy"].replace("  tell_old: true\n", "")
            settings = hello["settings"] | {"FOLLOWTHROUGH_MODE": self.mode}
            program = sys.executable, "-m", "deploy.bench.jumping", jumps
            began = time.monotonic()
            with service(self.folder, settings, policy, "first", program) as running:
                self._wait(longest, lambda: self._ask(_SEEN) >= self.items * _KILL_AT)
                running.process.kill()
                running.process.wait()
            self.known.append(self._ask(_SEEN))
            with service(self.folder, settings, policy, "second", program):
                self._wait(longest, lambda: self._ask(_SEEN) == self.items and not self._due())
                self.seconds = time.monotonic() - began
            self.known.append(self._ask(_SEEN))
            self.spent = ask(sandbox, {"do": "spent"})
        self.letters, self.flagged, self.left = self._ask(_LETTERS), self._ask(_FLAGGED), self._due()

    def _due(self) -> int:
        return self._ask(_LEFT, int(time.time() * 1e6))

    def _wait(self, longest: float, done: Callable[[], bool]) -> None:
        end = time.monotonic() + longest
        while not done() and time.monotonic() < end:
            time.sleep(_EVERY)

    def _ask(self, query: str, *values: int) -> int:
        """Return the one number that the database answers, 0 before it is there."""
        file = self.folder / "followthrough.db"
        if not file.exists():
            return 0
        with closing(sqlite3.connect(file, timeout=60)) as database:
            try:
                return int(database.execute(query, values).fetchone()[0])
            except sqlite3.OperationalError:
                return 0

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yield what the table shows."""
        spent = self.spent
        yield "known when it was killed", f"{self.known[0]:,}"
        yield "known in the end", f"{self.known[1]:,} of {self.items:,}"
        yield "quiet for too long, by the report", f"{self.flagged:,}"
        yield "letters", str(self.letters)
        yield "comments", str(spent["comments"])
        yield (
            "calls",
            f"{spent['calls']:,}, {spent['calls'] / self.items:.2f} an item; {spent['writes']:,} of them writes",
        )
        yield "refused for coming too often", str(spent["refused"])
        yield "hours, skipped waits counted", f"{spent['hours']:.1f}"
        if self.tracker == "linear":
            yield "points", f"{spent['cost']:,}, {spent['cost'] / self.items:,.0f} an item"
            for name, limit in (("requests", REQUESTS), ("points", POINTS)):
                ever, later = spent[name]
                yield f"most {name} in an hour", f"{ever:,.0f}; after the first hour {later:,.0f} of {limit:,}"
                yield f"least {name} that were left", f"{spent['least'][name]:,.0f} of {limit:,}"
        busiest = sorted(spent["second"].items(), key=itemgetter(1))
        for name, number in {name.partition(" ")[0]: (name, number) for name, number in busiest}.values():
            yield f"most in a second: {name}", f"{number} of {_CLOUD_A_SECOND[name.partition(' ')[0]]}"
        yield "seconds that it really took", f"{self.seconds:.0f}"


def main() -> None:
    """Measure and print the table; end with status 1 where somebody was written to, or not all is known in the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=50_000)
    parser.add_argument("--tracker", choices=["linear", "jira"], default="linear")
    parser.add_argument("--mode", choices=["observe", "act"], default="act")
    parser.add_argument("--seconds", type=float, default=3600.0, help="the longest")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="followthrough-bench-") as made:
        run = Run(Path(made), asked.tracker, asked.items, asked.mode)
        run.run(asked.seconds)
    table = Table("", "value")
    for name, value in run.rows():
        table.add_row(name, value)
    Console().print(table)
    sys.exit(0 if run.good else 1)


if __name__ == "__main__":
    main()
