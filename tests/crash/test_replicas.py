"""One replica is killed, one is frozen past its lease and woken again; a third does the work of both."""

import contextlib
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from subprocess import Popen
from typing import Any

import psycopg
import pytest

from deploy.bench.children import Serving, ask, playing, service
from deploy.bench.post import Poster, requests_in
from tests.database import Postgres, empty

ITEMS, ASKED = 8, 3
"""Items that each replica takes, and how many of them have no class."""
PROMISED = 15.0
"""Seconds within which a dead replica's items are done by another."""
PATIENCE = 40.0

pytestmark = pytest.mark.timeout(150)


@dataclass
class Scene:
    """Hold a sandbox and a database; freeze and wake processes; count what is on loan and what is done."""

    sandbox: "Popen[str]"
    url: str
    folder: Path

    def make(self) -> list[bytes]:
        """Make items; return what tells of them."""
        file = self.folder / "burst"
        ask(self.sandbox, {"do": "create", "number": ITEMS, "asked": ASKED, "file": str(file)})
        return requests_in(file)

    def take(self, replica: Serving, requests: list[bytes], on_loan: int) -> None:
        """Let a replica take items while the tracker does not answer, until so many are on loan."""
        self.send(replica, requests)
        _until(lambda: self._lent() == on_loan, f"{on_loan} items to be on loan")

    @staticmethod
    def send(replica: Serving, requests: list[bytes]) -> None:
        """Send webhooks; all are kept."""
        assert len(Poster(replica.port, requests).finish()) == len(requests)

    def settle(self) -> None:
        """Wait until every item is as it should be and nobody calls the tracker any more."""
        _until(self.is_done, "all items to be done")
        calls = -1
        while calls != (calls := self.look()["calls"]):
            time.sleep(0.7)

    def is_done(self) -> bool:
        """Tell whether every item has somebody assigned or is asked about."""
        return all(view["assignee"] or view["comments"] for view in self.views())

    def look(self) -> dict[str, Any]:
        """Return what the tracker counted."""
        return ask(self.sandbox, {"do": "look"})

    def views(self) -> list[dict[str, Any]]:
        """Show every item, without what is its own alone."""
        views = ask(self.sandbox, {"do": "views"})["views"]
        return [{name: value for name, value in view.items() if name not in {"key", "title"}} for view in views]

    def _lent(self) -> int:
        with psycopg.connect(self.url) as connection:
            row = connection.execute("SELECT count(*) FROM items WHERE lease_until IS NOT NULL").fetchone()
        return int(row[0]) if row else 0


def _reconciled(replica: Serving) -> bool:
    return "reconciled" in replica.log.read_text(encoding="utf-8")


def _until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.05)


@dataclass
class Seen:
    """Hold what was seen. `calm` is how items end where nothing happens, `effects` the changes that a batch takes."""

    calm: list[dict[str, Any]] = field(default_factory=list)
    disturbed: list[dict[str, Any]] = field(default_factory=list)
    effects: list[int] = field(default_factory=list)
    took: float = 0.0
    late: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def seen(postgres: Postgres, postgres_tables: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    """Play it through once: a batch undisturbed, one for the replica that freezes, one for the one that dies."""
    empty(postgres_tables)
    folder, found = tmp_path_factory.mktemp("replicas"), Seen()
    with contextlib.ExitStack() as stack:
        sandbox = stack.enter_context(playing("linear"))
        hello = ask(sandbox, {"do": "hello", "grace": "0s"})
        own = {"FOLLOWTHROUGH_DATABASE_URL": postgres_tables, "FOLLOWTHROUGH_MODE": "act"}
        settings = {**hello["settings"], **own}
        replicas = [
            stack.enter_context(service(folder, settings, hello["policy"], name))
            for name in ("frozen", "killed", "heir")
        ]
        for replica in replicas:
            stack.callback(_signal, signal.SIGCONT, replica.process)  # who is frozen does not end when asked to
            _until(partial(_reconciled, replica), "the first reconcile")
        stack.callback(_signal, signal.SIGCONT, sandbox)
        _play(Scene(sandbox, postgres_tables, folder), found, *replicas)
        yield found


def _play(scene: Scene, found: Seen, frozen: Serving, killed: Serving, heir: Serving) -> None:
    ask(scene.sandbox, {"do": "target", "url": f"http://127.0.0.1:{heir.port}/webhooks/linear"})
    scene.send(heir, scene.make())
    scene.settle()
    found.calm = scene.views()
    found.effects.append(scene.look()["effects"])
    first, second = scene.make(), scene.make()
    _signal(signal.SIGSTOP, killed.process, heir.process, scene.sandbox)
    scene.take(frozen, first, ITEMS)
    _signal(signal.SIGSTOP, frozen.process)
    _signal(signal.SIGCONT, killed.process)
    scene.take(killed, second, 2 * ITEMS)
    killed.process.kill()
    died = time.monotonic()
    _signal(signal.SIGCONT, scene.sandbox, heir.process)
    _until(scene.is_done, "another replica to do it all")
    found.took = time.monotonic() - died
    scene.settle()
    ask(scene.sandbox, {"do": "clear"})
    _signal(signal.SIGCONT, frozen.process)
    time.sleep(1)
    scene.settle()
    found.late = sorted(scene.look()["names"])
    found.effects.append(scene.look()["effects"])
    found.disturbed = scene.views()
    heir.process.terminate()
    heir.process.wait()
    scene.send(frozen, scene.make())
    scene.settle()


def _signal(number: signal.Signals, *processes: "Popen[str]") -> None:
    for process in processes:
        process.send_signal(number)


def test_dead_replicas_items_are_done_by_another(seen: Seen) -> None:
    """What a killed replica had on loan is done by another within what is promised."""
    assert seen.took <= PROMISED


def test_woken_replica_writes_nothing_that_it_planned_before(seen: Seen) -> None:
    """Who slept past its lease leaves alone what it had on loan, though it holds what it read then, and works on."""
    assert not {name for name in seen.late if "Create" in name or "Update" in name}


def test_items_end_as_if_nothing_had_happened(seen: Seen) -> None:
    """Every item is as it would be, and the tracker told of no change more than it takes."""
    calm, disturbed = seen.effects
    assert [view for view in seen.disturbed if view not in seen.calm] == []
    assert (len(seen.disturbed), disturbed) == (3 * len(seen.calm), 3 * calm)
