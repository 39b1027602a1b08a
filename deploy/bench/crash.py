"""Kill the service with SIGKILL at random moments under load, again and again, and look what is left of its work.

Each delivery that was answered with 200 must be on disk; in the end every item must be as it would be had nothing
happened, and nothing may be written twice.
"""

import argparse
import contextlib
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from subprocess import Popen
from typing import Any

from deploy.bench.children import ask, playing, service
from deploy.bench.post import Poster, requests_in

GRACE = "1s"
ITEMS, ASKED = 10, 3
"""Items of a round, and how many of them have no class."""
PATIENCE = 60.0
"""Seconds until what is not done in the end counts as lost."""


class Trial:
    """Hold one sandbox and one database through all rounds."""

    def __init__(self, tracker: str, sandbox: "Popen[str]", folder: Path, chance: random.Random) -> None:
        self._tracker, self._sandbox, self._folder, self._chance = tracker, sandbox, folder, chance
        hello = ask(sandbox, {"do": "hello", "grace": GRACE})
        database = {"FOLLOWTHROUGH_DATABASE_URL": f"sqlite:///{folder / 'followthrough.db'}"}
        self._settings: Mapping[str, str] = {**hello["settings"], **database, "FOLLOWTHROUGH_MODE": "act"}
        self._policy = hello["policy"]
        self.answered: set[str] = set()
        self.items = 0

    def round(self, *, kill: bool) -> None:
        """Run the service under load; kill it in the middle, or let it do what there is."""
        with contextlib.ExitStack() as stack:
            running = stack.enter_context(service(self._folder, self._settings, self._policy))
            self._target(running.port)
            file = self._folder / "burst"
            ask(self._sandbox, {"do": "create", "number": ITEMS, "asked": ASKED, "file": str(file)})
            self.items += ITEMS
            poster = Poster(running.port, requests_in(file))
            if kill:
                time.sleep(self._chance.uniform(0, 1.2))
                running.process.kill()
                running.process.wait()
            self.answered |= poster.finish()
            if not kill:
                self._wait()

    def _wait(self) -> None:
        end, calls = time.monotonic() + PATIENCE, -1
        while time.monotonic() < end:
            time.sleep(0.5)
            seen = ask(self._sandbox, {"do": "look"})
            if self._all_done() and seen["calls"] == calls:
                return
            calls = seen["calls"]

    def _all_done(self) -> bool:
        return all(view["assignee"] or view["comments"] for view in self.views())

    def _target(self, port: int) -> None:
        ask(self._sandbox, {"do": "target", "url": f"http://127.0.0.1:{port}/webhooks/{self._tracker}"})

    def views(self) -> list[dict[str, Any]]:
        """Show every item, without what is its own alone."""
        views: list[dict[str, Any]] = ask(self._sandbox, {"do": "views"})["views"]
        return [{name: value for name, value in view.items() if name not in {"key", "title"}} for view in views]

    def effects(self) -> int:
        """Count the changes that the tracker told of: one that a repeated write did not make is none."""
        return int(ask(self._sandbox, {"do": "look"})["effects"])

    def kept(self) -> set[str]:
        """Return the digests of the deliveries on disk."""
        with contextlib.closing(sqlite3.connect(self._folder / "followthrough.db")) as connection:
            return {digest for (digest,) in connection.execute("SELECT digest FROM deliveries")}


def trial(tracker: str, rounds: int, seed: int) -> dict[str, Any]:
    """Kill that often; return what was lost, what is not as it should be, and how many writes were too many."""
    with tempfile.TemporaryDirectory(prefix="followthrough-crash-") as made, contextlib.ExitStack() as stack:
        trials = []
        for name in ("calm", "killed"):
            folder = Path(made, name)
            folder.mkdir()
            sandbox = stack.enter_context(playing(tracker))
            trials.append(Trial(tracker, sandbox, folder, random.Random(seed)))  # noqa: S311  it picks moments
        calm, killed = trials
        calm.round(kill=False)
        for _ in range(rounds):
            killed.round(kill=True)
        killed.round(kill=False)
        expected = calm.views()
        strange = [view for view in killed.views() if view not in expected]
        return {
            "answered": len(killed.answered),
            "lost": len(killed.answered - killed.kept()),
            "items": killed.items,
            "strange": strange,
            "too_many": killed.effects() - calm.effects() * killed.items // calm.items,
        }


def main() -> None:
    """Run all rounds and say what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--tracker", choices=["linear", "jira"], default="linear")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    found = trial(asked.tracker, asked.rounds, asked.seed)
    sys.stdout.write(
        f"{asked.rounds} times killed: {found['answered']} deliveries answered with 200, {found['lost']} of them lost; "
        f"{found['items']} items, {len(found['strange'])} not as they should be; "
        f"{found['too_many']} writes too many\n"
    )
    sys.exit(1 if found["lost"] or found["strange"] or found["too_many"] else 0)


if __name__ == "__main__":
    main()
