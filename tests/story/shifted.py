"""A running service beside a sandbox tracker, by a clock that tests move."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.assembly import Service, SystemClock, manifests
from app.ports import Clock
from connectors.jira.sandbox import JiraSandbox
from tests.running import quiet, running, until

TRACKERS = ("linear", "jira", "jira-dc")
GRACE, ADA, LINUS = "grace@acme.test", "ada@acme.test", "linus@acme.test"

SOON = timedelta(milliseconds=500)


@dataclass
class Shifted:
    """Tell a time that is so much later than the clock's."""

    clock: Clock
    by: timedelta = timedelta()

    def now(self) -> Any:
        """Return the shifted time."""
        return self.clock.now() + self.by


@dataclass
class Stage:
    """Hold the sandbox, the service beside it and the clock that its rules and its worker go by; `name` is its own."""

    sandbox: Any
    service: Service
    clock: Shifted
    address: str
    name: str

    @property
    def tracker(self) -> str:
        """Return the tracker's name."""
        (name,) = self.service.trackers
        return name

    async def findings(self, item: str) -> Mapping[str, str]:
        """Return what is found on an item now, by id."""
        stored = await self.service.store.find(self.tracker, item)
        found = stored.last.findings if stored and stored.last else ()
        return {finding.id: finding.sentence for finding in found}

    async def finds(self, item: str, *ids: str) -> None:
        """Wait until exactly these are found and everything is at rest."""

        async def found() -> bool:
            return list(await self.findings(item)) == list(ids)

        await until(found, f"{ids}")
        await self.settles()

    async def settles(self) -> None:
        """Wait until webhooks are in, and nothing is due or will be in a moment."""

        async def nothing_soon() -> bool:
            await self.sandbox.drain()
            await quiet(self.service)
            now = self.clock.now()
            due = await self.service.store.next_due(now, [self.tracker])
            return due is None or due - now > SOON

        await until(nothing_soon, "nothing to be due soon")

    async def says(self, item: str, *words: str) -> str:
        """Wait until our only comment holds all these words; return it."""
        await until(
            lambda: all(word in self.our_words(item) for word in words), f"{words} in {self.our_words(item)!r}", 10
        )
        await self.settles()
        return self.our_words(item)

    async def rests(self) -> None:
        """Wait until many items are done with."""

        async def done() -> bool:
            # What was looked at a moment ago and touched since is due only at the end of its second.
            soon = self.clock.now() + timedelta(seconds=1)
            return (await self.service.store.counts(soon))["due"] == 0 and not self.service.worker.busy

        await until(done, "many items to be done with", 90)

    def ours(self, item: str) -> list[str]:
        """Return the comments that the service made."""
        return [one["body"] for one in self.sandbox.view(item)["comments"] if one["by"].startswith("followthrough")]

    def our_words(self, item: str) -> str:
        """Return what our comment says, without the marks of Markdown; there is at most one."""
        ours = self.ours(item)
        assert len(ours) <= 1, ours
        return " ".join(ours[0].replace("\\", "").split()) if ours else ""

    async def verdict(self, item: str, rule: str) -> Any:
        """Return a rule's verdict on an item."""
        stored = await self.service.store.find(self.tracker, item)
        assert stored is not None
        assert stored.last is not None
        return next(one for one in stored.last.verdicts if one.rule == rule)


@asynccontextmanager
async def shifted(name: str, folder: Path, policy_of: Callable[[Any], str]) -> AsyncIterator[Stage]:
    """Run the service beside a sandbox with the policy that is made for it; `jira-dc` is Jira Data Center."""
    door = name.partition("-")[0]
    make: Any = manifests()[door].sandbox
    sandbox = JiraSandbox(data_center=True) if name == "jira-dc" else make()
    await sandbox.start()
    try:
        async with running(folder, policy_of(sandbox), sandbox.environment()) as (service, address):
            clock = Shifted(SystemClock())
            for handler in service.worker.handlers.values():
                handler.clock = clock
            service.worker.clock = clock
            sandbox.send_webhooks_to(f"{address}/webhooks/{door}")
            await quiet(service)
            yield Stage(sandbox, service, clock, address, name)
    finally:
        await sandbox.aclose()
