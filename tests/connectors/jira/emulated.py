"""Start the independent emulator of Jira, as Cloud or as Data Center, and connect the tracker to it."""

import importlib.util
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from app.core.policy import Policy, Route, Watch
from app.core.snapshot import Snapshot
from connectors.jira.client import Client
from connectors.jira.settings import JiraSettings
from connectors.jira.tracker import JiraTracker
from tests.contracts import need_shared

TEAM = "36885b3c-1bf0-4f85-a357-c5b858c31de4"
OPS = {"board": 1, "set": {"labels": ["team-ops"]}}
SPRINT = {"board": 2, "set": {"team": TEAM}}
HIDDEN = {"board": 3, "set": {"labels": ["team-ops"]}}
SQUAD = {"board": 4, "set": {}}


def policy(*boards: Mapping[str, Any], projects: tuple[str, ...] = ("PM",)) -> Policy:
    """Return a policy that watches PM and whose routes name these boards."""
    routes = tuple(Route(f"route {number}", boards={"jira": board}) for number, board in enumerate(boards))
    return Policy(watch=(Watch("jira", "post-mortem", projects=projects),), routes=routes)


@dataclass
class Now:
    """Count seconds by hand."""

    seconds: float = 0.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.seconds


@dataclass
class Emulated:
    """Hold an emulator of one kind of Jira, and the trackers that were connected to it."""

    control: Any
    data_center: bool
    clock: Now = field(default_factory=Now)
    trackers: list[JiraTracker] = field(default_factory=list)

    def settings(self, **more: Any) -> JiraSettings:
        """Return the settings of the account that the service uses."""
        own = {"pat": "jira-pat"} if self.data_center else {"email": "enforcer@acme.test", "api_token": "jira-token"}
        return JiraSettings(base_url=self.control.base, **{**own, **more})

    def connect(self, wanted: Policy | None = None, **more: Any) -> JiraTracker:
        """Return a tracker; its clock is `clock`."""
        tracker = JiraTracker(Client(self.settings(**more), self.clock), wanted or policy(OPS, SPRINT), self.clock)
        self.trackers.append(tracker)
        return tracker

    def id_of(self, key: str) -> str:
        """Return an issue's id."""
        return str(self.control.get(key)["id"])

    async def look(self, tracker: JiraTracker, key: str) -> Snapshot:
        """Return an issue's snapshot."""
        id_ = self.id_of(key)
        return (await tracker.look([id_]))[id_]

    def writes(self) -> list[str]:
        """Return the names of the calls that changed something, or would have."""
        return [write["op"] for write in self.control.service_writes()]

    def count(self, operation: str) -> int:
        """Return how often an operation was called."""
        return int(self.control.calls()["by_op"].get(operation, 0))


@contextmanager
def running(*, data_center: bool) -> Iterator[Any]:
    """Run an emulator; the test is skipped where they are absent."""
    path = need_shared("emulators/control.py")
    spec = importlib.util.spec_from_file_location("emulators_control", path)
    assert spec is not None
    assert spec.loader is not None
    control = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(spec.name, control)
    spec.loader.exec_module(control)
    with control.start("jira", data_center=data_center) as process:
        yield process
    process.process.stdout.close()
