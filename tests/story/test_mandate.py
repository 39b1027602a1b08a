"""Mandates from the door to the sandbox's state, on both trackers: they end by themselves, and epics change hands."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.assembly import Service, SystemClock, manifests
from app.ports import Clock
from tests.running import quiet, running, until

MANY = 500
FAULT = "epic.owner_without_mandate"


@dataclass
class Shifted:
    """Tell a time that is so much later than the clock's."""

    clock: Clock
    by: timedelta = timedelta()

    def now(self) -> datetime:
        """Return the shifted time."""
        return self.clock.now() + self.by


@dataclass
class Stage:
    """Hold the sandbox, the service beside it and the clock that its rules and its worker go by."""

    sandbox: Any
    service: Service
    clock: Shifted

    async def findings(self, item: str) -> Mapping[str, str]:
        """Return what is found on an item now, by id."""
        (tracker,) = self.service.trackers
        stored = await self.service.store.find(tracker, item)
        found = stored.last.findings if stored and stored.last else ()
        return {finding.id: finding.sentence for finding in found}

    async def finds(self, item: str, *ids: str) -> None:
        """Wait until exactly these are found and everything is at rest."""

        async def found() -> bool:
            return list(await self.findings(item)) == list(ids)

        await until(found, f"{ids}")
        await self.sandbox.drain()
        await quiet(self.service)

    async def rests(self) -> None:
        """Wait until many items are done with."""

        async def done() -> bool:
            return (await self.service.store.counts(self.clock.now()))["due"] == 0 and not self.service.worker.busy

        await until(done, "many items to be done with", 90)

    def ours(self, item: str) -> list[str]:
        """Return the comments that the service made."""
        return [one["body"] for one in self.sandbox.view(item)["comments"] if one["by"].startswith("followthrough")]

    async def give_epic_to(self, email: str | None) -> None:
        """Let the route's epic change hands, as a person would do it."""
        if "linear" in self.service.trackers:
            await self.sandbox.update_project("Q4 Reliability", "grace@acme.test", lead=email)
        else:
            epic = next(issue.id for issue in self.sandbox.world.issues.values() if issue.key == "PLAT-7")
            await self.sandbox.update(epic, "grace@acme.test", assignee=email)


def policy_of(sandbox: Any, until_day: str) -> str:
    """Return the sandbox's policy in which Ada's mandate ends on that day, and nobody asks for business goals."""
    text: str = sandbox.policy(grace="1s")
    assert "mandate: {areas: [platform]}" in text
    text = re.sub(r"goals:\n(  .*\n)+", "", text)
    return text.replace("mandate: {areas: [platform]}", f"mandate: {{areas: [platform], until: {until_day}}}")


@pytest.fixture(params=["linear", "jira"])
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    """Run the service beside a sandbox, with a mandate of Ada's that ends tomorrow."""
    make = manifests()[request.param].sandbox
    assert make is not None
    sandbox: Any = make()
    await sandbox.start()
    clock = Shifted(SystemClock())
    tomorrow = (clock.now() + timedelta(days=1)).date().isoformat()
    async with running(tmp_path, policy_of(sandbox, tomorrow), sandbox.environment()) as (service, address):
        for handler in service.worker.handlers.values():
            handler.clock = clock
        service.worker.clock = clock
        sandbox.send_webhooks_to(f"{address}/webhooks/{request.param}")
        await quiet(service)
        yield Stage(sandbox, service, clock)
    await sandbox.aclose()


async def test_mandate_that_ends_overnight_is_found_without_any_webhook(stage: Stage) -> None:
    """The morning after the mandate ended its owner is told in a comment, though nothing was sent; a new owner ends it.

    The comment's question goes with the finding.
    """
    item = await stage.sandbox.create("grace@acme.test", "Shard the ledger", ["post-mortem", "strategic"])
    await until(lambda: stage.sandbox.view(item)["epic"], "the epic")
    await stage.finds(item)
    assert stage.ours(item) == []
    heard = await stage.service.store.counts(stage.clock.now())
    stage.clock.by = timedelta(days=2)
    await stage.finds(item, FAULT)
    assert "which ended on" in (await stage.findings(item))[FAULT]
    assert len(stage.ours(item)) == 1
    assert "The mandate for platform is held by Grace Hopper." in stage.ours(item)[0]
    after = await stage.service.store.counts(stage.clock.now())
    assert after["deliveries"] - heard["deliveries"] <= 1, "only the echo of our own comment may have come in"
    await stage.give_epic_to("grace@acme.test")
    await stage.finds(item)
    (closing,) = stage.ours(item)
    assert "Nothing is open" in closing


async def test_epic_that_loses_its_owner_is_found_at_once(stage: Stage) -> None:
    """An epic's own event makes its items looked at: no owner, an owner without a mandate, one with it."""
    item = await stage.sandbox.create("grace@acme.test", "Shard the ledger", ["post-mortem", "strategic"])
    await until(lambda: stage.sandbox.view(item)["epic"], "the epic")
    await stage.finds(item)
    await stage.give_epic_to(None)
    await stage.finds(item, "epic.no_owner")
    await stage.give_epic_to("linus@acme.test")
    await stage.finds(item, FAULT)
    assert "has the role engineer" in stage.ours(item)[0]
    await stage.give_epic_to("ada@acme.test")
    await stage.finds(item)
    assert len(stage.ours(item)) == 1


async def test_many_items_under_one_epic_cost_a_handful_of_calls(stage: Stage) -> None:
    """When an epic changes, the five hundred items under it are read together and its owner once for each page."""
    (tracker,) = stage.service.trackers
    stage.sandbox.hold_webhooks()
    for number in range(MANY):
        await stage.sandbox.create(
            "grace@acme.test",
            f"Change {number}",
            ["post-mortem", "strategic"],
            epic="Q4 Reliability" if tracker == "linear" else "PLAT-7",
        )
    stage.sandbox.release_webhooks(lose=True)
    await stage.service.reconciler.once(tracker)
    await stage.rests()
    before = len(stage.sandbox.calls())
    await stage.give_epic_to("grace@acme.test")
    await stage.sandbox.drain()
    await stage.rests()
    made = list(stage.sandbox.calls())[before:]
    assert len(made) <= MANY / 15, made
    page, _ = await stage.service.store.items(tracker=tracker, watched=True, after=None, limit=1)
    assert page[0].snapshot is not None
    assert page[0].snapshot.epics[0].owner is not None
    assert page[0].snapshot.epics[0].owner.name == "Grace Hopper"
