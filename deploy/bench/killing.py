"""Let a service work for a sandbox, and kill it in the middle."""

import contextlib
import random
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, or_, select

from app.store.address import read_address
from app.store.engine import connect
from app.store.tables import deliveries, items
from deploy.bench.children import Serving, ask, service
from deploy.bench.post import Poster, requests_in

GRACE = "1s"
ITEMS, ASKED = 10, 3
"""Items of a round, and how many of them have no class."""
LOST, TWICE, AGAIN = 0.05, 0.2, 3
"""Shares of a round's webhooks that are never sent, and that come twice; and how many come again from rounds before."""
SOON, WRITES, LATER = 1.2, 8, 0.05
"""When to kill: within so many seconds, at one of so many writes, so many seconds after it at the most."""
NO_WRITE = 4.0
"""Seconds after which the service is killed though it has not come as far."""
PATIENCE = 300.0
"""Seconds until what is not done in the end counts as lost."""


@dataclass(slots=True)
class Trial:
    """Hold one sandbox and one database through all rounds."""

    tracker: str
    sandbox: "subprocess.Popen[str]"
    folder: Path
    url: str
    chance: random.Random
    answered: set[str] = field(default_factory=set)
    items: int = 0
    moments: dict[str, int] = field(default_factory=dict)
    _sent: list[bytes] = field(default_factory=list)

    def calm(self) -> None:
        """Let the service do one round's work in peace."""
        with self._serving() as running:
            self.answered |= Poster(running.port, self._create()).finish()
            self._settle()

    def round(self) -> None:
        """Let webhooks come late, twice, in disorder or never, and kill the service in the middle of it."""
        with self._serving() as running:
            fresh = self._create()
            sent = [one for one in fresh if self.chance.random() >= LOST]
            sent += [one for one in fresh if self.chance.random() < TWICE]
            sent += self.chance.sample(self._sent, min(AGAIN, len(self._sent)))
            self.chance.shuffle(sent)
            self._sent += fresh
            self._kill(running, sent)

    def _kill(self, running: Serving, sent: list[bytes]) -> None:
        moment = self.chance.choice(["any", "before", "after", "later"])
        pid, number = running.process.pid, self.chance.randint(1, WRITES)
        later = self.chance.uniform(0, LATER) if moment == "later" else 0.0
        if moment != "any":
            where = "before" if moment == "before" else "after"
            ask(self.sandbox, {"do": "aim", "pid": pid, "moment": where, "number": number, "later": later})
        poster = Poster(running.port, sent)
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.process.wait(self.chance.uniform(0, SOON) if moment == "any" else NO_WRITE)
        ask(self.sandbox, {"do": "spare"})
        if running.process.poll() is None:
            moment = "any"
            running.process.kill()
        running.process.wait()
        self.moments[moment] = self.moments.get(moment, 0) + 1
        self.answered |= poster.finish()

    @contextlib.contextmanager
    def _serving(self) -> Iterator[Serving]:
        hello = ask(self.sandbox, {"do": "hello", "grace": GRACE})
        ask(self.sandbox, {"do": "lift"})
        own = {"FOLLOWTHROUGH_DATABASE_URL": self.url, "FOLLOWTHROUGH_MODE": "act"}
        with service(self.folder, hello["settings"] | own, hello["policy"]) as running:
            door = f"http://127.0.0.1:{running.port}/webhooks/{self.tracker}"
            ask(self.sandbox, {"do": "target", "url": door})
            yield running

    def _create(self) -> list[bytes]:
        file = self.folder / "burst"
        ask(self.sandbox, {"do": "create", "number": ITEMS, "asked": ASKED, "file": str(file)})
        self.items += ITEMS
        return requests_in(file)

    def _settle(self) -> None:
        """Wait until all is done, nothing is due or on loan, and nobody calls the tracker any more."""
        end, calls = time.monotonic() + PATIENCE, -1
        with self._database() as engine:
            while time.monotonic() < end:
                time.sleep(0.5)
                seen = ask(self.sandbox, {"do": "count"})["calls"]
                if seen == calls and self._all_done() and not _waiting(engine):
                    return
                calls = seen

    def _all_done(self) -> bool:
        return all(view["assignee"] or view["comments"] for view in self.views())

    @contextlib.contextmanager
    def _database(self) -> Iterator[Engine]:
        engine = connect(read_address(self.url), writes=False)
        yield engine
        engine.dispose()

    def views(self) -> list[dict[str, Any]]:
        """Show every item, without what is its own alone."""
        views: list[dict[str, Any]] = ask(self.sandbox, {"do": "views"})["views"]
        return [{name: value for name, value in view.items() if name not in {"key", "title"}} for view in views]

    def effects(self) -> int:
        """Count the changes that the tracker told of: one that a repeated write did not make is none."""
        return int(ask(self.sandbox, {"do": "look"})["effects"])

    def kept(self) -> set[str]:
        """Return the digests of the deliveries on disk."""
        with self._database() as engine, engine.begin() as connection:
            return set(connection.scalars(select(deliveries.c.digest)))


def _waiting(engine: Engine) -> int:
    """Count the items that are due or on loan."""
    waits = or_(items.c.due_at <= datetime.now(UTC), items.c.lease_until.is_not(None))
    with engine.begin() as connection:
        return connection.scalar(select(func.count()).select_from(items).where(waits)) or 0
