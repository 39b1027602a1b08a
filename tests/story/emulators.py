"""Play the same people on the independent emulators of both trackers."""

import asyncio
import importlib.util
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from tests.contracts import need_shared

SECRET = "emulated-secret"
RULES = """
classes:
  operational: {label: operational, aliases: [ops, quick-fix], due: {urgent: 7d, default: 30d}}
  strategic: {label: strategic, aliases: [long-term]}
  risk: {label: risk}
  needs_class: needs-class
  grace: 1s
  on_conflict: wait
people:
  - {name: Linus Duty, email: linus@acme.test, role: engineer}
"""


def control() -> ModuleType:
    """Return the emulators' control client; skip where the folder is absent."""
    name = "emulator_control"
    if name not in sys.modules:
        path = need_shared("emulators") / "control.py"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


@dataclass
class World:
    """One emulated tracker: `play` runs a call of its control client off the event loop."""

    name: str
    door: str
    where: str
    emulator: Any
    settings: Mapping[str, str]
    policy: str

    async def play(self, verb: str, *arguments: Any, **named: Any) -> Any:
        """Call the control client."""
        return await asyncio.to_thread(getattr(self.emulator, verb), *arguments, **named)

    async def create(self, title: str, labels: Sequence[str], **more: Any) -> str:
        """Create an item as Grace."""
        made = await self.play("create", self.where, title=title, labels=list(labels), as_="grace@acme.test", **more)
        return str(made["id"])

    async def get(self, item: str) -> dict[str, Any]:
        """Return an item in plain words that both trackers share."""
        found = await self.play("get", item)
        linear = self.door == "linear"
        mine = [c for c in found["comments"] if c["user"] == "enforcer@acme.test"]
        return {
            "labels": sorted(found["labels"]),
            "on_board": found["team"] == "OPS" if linear else "team-ops" in found["labels"],
            "assignee": found["assignee"],
            "epic": found["project"] if linear else found["epic"],
            "due": found["dueDate" if linear else "duedate"],
            "ours": [c["body"] for c in mine],
        }


def _linear(emulator: Any) -> World:
    policy = f"""
version: 1
watch: [{{tracker: linear, teams: [ENG, OPS], label: post-mortem}}]
{RULES}
on_call:
  ops: [{{source: linear, team: ENG}}]
routes:
  - name: everything
    operational: {{on_call: ops, linear: {{team: OPS, state: Todo, cycle: active}}}}
    strategic: {{linear: {{project: Q4 Reliability}}}}
"""
    settings = {
        "FOLLOWTHROUGH_LINEAR_API_KEY": "lin_api_service",
        "FOLLOWTHROUGH_LINEAR_API_URL": emulator.api_url,
        "FOLLOWTHROUGH_LINEAR_WEBHOOK_SECRETS": SECRET,
    }
    return World("linear", "linear", "ENG", emulator, settings, policy)


def _jira(emulator: Any, *, data_center: bool) -> World:
    policy = f"""
version: 1
watch: [{{tracker: jira, projects: [PM], label: post-mortem}}]
{RULES}
on_call:
  ops: [{{source: static, people: [linus@acme.test], starts: 2026-01-05T09:00:00+00:00}}]
routes:
  - name: everything
    operational: {{on_call: ops, jira: {{board: 1, set: {{labels: [team-ops]}}}}}}
    strategic: {{jira: {{parent: PM-1}}}}
"""
    account = (
        {"FOLLOWTHROUGH_JIRA_PAT": "jira-pat"}
        if data_center
        else {"FOLLOWTHROUGH_JIRA_EMAIL": "enforcer@acme.test", "FOLLOWTHROUGH_JIRA_API_TOKEN": "jira-token"}
    )
    settings = {
        **account,
        "FOLLOWTHROUGH_JIRA_BASE_URL": emulator.base,
        "FOLLOWTHROUGH_JIRA_WEBHOOK_SECRETS": SECRET,
    }
    return World("jira-dc" if data_center else "jira", "jira", "PM", emulator, settings, policy)


@contextmanager
def world(name: str) -> Iterator[World]:
    """Start an emulator as a child process: linear, jira or jira-dc."""
    data_center = name == "jira-dc"
    with control().start(name.removesuffix("-dc"), data_center=data_center) as emulator:
        yield _linear(emulator) if name == "linear" else _jira(emulator, data_center=data_center)
    emulator.process.stdout.close()
