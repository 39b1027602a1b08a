"""The service stops, and people go on meanwhile."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.running import running
from tests.story.emulators import SECRET, World, world
from tests.story.stage import LINUS, Policy, Stage, policy


@pytest.fixture(scope="module", params=["linear", "jira", "jira-dc"])
def tracker(request: pytest.FixtureRequest) -> Iterator[World]:
    """Start one emulator for the module."""
    with world(request.param) as one:
        yield one


@asynccontextmanager
async def at_work(tracker: World, folder: Path, rules: Policy) -> AsyncIterator[Stage]:
    """Run the service on what it kept in that folder; nothing is reset."""
    async with running(folder, json.dumps(rules), tracker.settings) as (service, address):
        await tracker.play("webhook", f"{address}/webhooks/{tracker.door}", SECRET)
        one = Stage(tracker, service, address)
        await one.rest()
        yield one


async def test_what_happened_while_it_was_down(tracker: World, tmp_path: Path) -> None:
    """What people did while nobody listened is caught up with at the start, and old questions are taken back."""
    rules = policy(tracker)
    await tracker.play("reset")
    async with at_work(tracker, tmp_path, rules) as one:
        names = ("answered", "labelled", "closed", "unwatched", "deleted")
        asked = {name: await one.create(name) for name in names}
        routed = {name: await one.create(name, "operational") for name in ("moved", "unlabelled", "untouched")}
        await one.rest()
    await one.comment(asked["answered"], "/strategic")
    await one.update(asked["labelled"], addLabels=["operational"])
    closed = {"state": "Done"} if tracker.door == "linear" else {"status": "Done", "resolution": "Done"}
    await one.update(asked["closed"], **closed)
    await one.update(asked["unwatched"], removeLabels=["post-mortem"])
    await one.play("delete", asked["deleted"], as_=LINUS)
    away = {"team": "ENG"} if tracker.door == "linear" else {"removeLabels": ["team-ops"]}
    await one.update(routed["moved"], **away)
    await one.update(routed["unlabelled"], removeLabels=["operational"])
    new = await one.create("New", "operational")
    async with at_work(tracker, tmp_path, rules) as one:
        await one.shows(asked["answered"], labels="strategic", no_labels="needs-class", ours=1, says="Nothing is open")
        await one.shows(asked["labelled"], on_board=True, no_labels="needs-class", ours=1, says="Nothing is open")
        await one.shows(asked["closed"], no_labels="needs-class", ours=1, says="is closed")
        await one.shows(asked["unwatched"], no_labels="needs-class", ours=1, says="not watched")
        await one.shows(routed["moved"], on_board=True, ours=0)
        await one.shows(routed["unlabelled"], labels="needs-class", ours=1, says="which of the two")
        await one.shows(new, on_board=True, assignee=LINUS, ours=0)
        assert len(await one.writes(routed["untouched"])) == 1
        stored = await one.service.store.find(tracker.door, asked["deleted"])
        assert stored is not None
        assert stored.memory.left is not None
        assert not stored.watched
        await one.fair(rejected=lambda refusal: asked["deleted"] in str(refusal))
