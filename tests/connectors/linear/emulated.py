"""Start the independent emulator of Linear and connect the tracker to it."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.core.policy import Classes, Policy, Route, Watch
from app.core.snapshot import Snapshot
from connectors.linear.refusals import now_utc
from connectors.linear.settings import LinearSettings
from connectors.linear.tracker import LinearTracker
from tests.contracts import need_shared

ADA, GRACE, LINUS, OLGA = "ada@acme.test", "grace@acme.test", "linus@acme.test", "olga@acme.test"
OPS: dict[str, Any] = {"team": "OPS"}
ENG_TODO: dict[str, Any] = {"team": "ENG", "state": "Todo", "cycle": "active"}


def policy(*routes: Route) -> Policy:
    """Return a policy that watches post-mortem items of ENG and OPS."""
    watch = (Watch("linear", "post-mortem", teams=("ENG", "OPS")),)
    return Policy(watch=watch, routes=routes, classes=Classes(needs_class="needs-class"))


@dataclass
class Now:
    """Count seconds by hand."""

    seconds: float = 0.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.seconds


@dataclass
class Emulated:
    """Hold the emulator, and the trackers that were connected to it.

    `may_repeat`: the test makes the service write what holds already.
    """

    control: Any
    clock: Now = field(default_factory=Now)
    trackers: list[LinearTracker] = field(default_factory=list)
    may_repeat: bool = False

    def connect(
        self, wanted: Policy | None = None, now: Callable[[], datetime] = now_utc, **settings: str
    ) -> LinearTracker:
        """Return a tracker; its clock is `clock`."""
        own: dict[str, Any] = {"api_url": self.control.api_url, **(settings or {"api_key": "lin_api_service"})}
        made = LinearTracker(LinearSettings(**own), wanted or policy(), self.clock, now)
        self.trackers.append(made)
        return made

    def id_of(self, key: str) -> str:
        """Return an issue's id."""
        return str(self.control.get(key)["id"])

    def create(self, team: str = "ENG", by: str = ADA, **fields: Any) -> str:
        """Create an issue as a person would; return its id."""
        return str(self.control.create(team, as_=by, **{"title": "Fix it", **fields})["id"])

    async def look(self, tracker: LinearTracker, reference: str) -> Snapshot:
        """Return an issue's snapshot, by key or id."""
        id_ = self.id_of(reference)
        return (await tracker.look([id_]))[id_]

    def writes(self) -> list[str]:
        """Return the names of the calls that changed something, or would have."""
        return [write["op"] for write in self.control.service_writes()]

    def count(self, operation: str = "") -> int:
        """Return how often an operation was called; without one, how many calls there were."""
        calls = self.control.calls()
        return int(calls["by_op"].get(operation, 0) if operation else calls["total"])


@contextmanager
def running() -> Iterator[Any]:
    """Run the emulator; the test is skipped where it is absent."""
    path = need_shared("emulators/control.py")
    spec = importlib.util.spec_from_file_location("emulators_control", path)
    assert spec is not None
    assert spec.loader is not None
    control = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(spec.name, control)
    spec.loader.exec_module(control)
    with control.start("linear") as process:
        yield process
    process.process.stdout.close()
