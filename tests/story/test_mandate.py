"""Mandates from the door to the sandbox's state, on both trackers: they end by themselves, and epics change hands."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.assembly import SystemClock
from tests.running import until
from tests.story.shifted import TRACKERS, Stage, shifted

MANY = 500
EPIC = "Q4 Reliability"
FAULT = "epic.owner_without_mandate"


def policy_of(sandbox: Any, until_day: str) -> str:
    """Return the sandbox's policy in which Ada's mandate ends on that day, and nobody asks for business goals."""
    text: str = sandbox.policy(grace="1s")
    assert "mandate: {areas: [platform]}" in text
    text = re.sub(r"goals:\n(  .*\n)+", "", text)
    return text.replace("mandate: {areas: [platform]}", f"mandate: {{areas: [platform], until: {until_day}}}")


@pytest.fixture(params=TRACKERS)
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    """Run the service beside a sandbox, with a mandate of Ada's that ends tomorrow."""
    tomorrow = (SystemClock().now() + timedelta(days=1)).date().isoformat()
    async with shifted(request.param, tmp_path, lambda sandbox: policy_of(sandbox, tomorrow)) as one:
        yield one


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
    news = after["deliveries"] - heard["deliveries"]
    came = await stage.service.store.deliveries(tracker=stage.tracker, hearing=None, limit=news) if news else []
    echoes = {one.heard.by.name for _, one in came if one.heard.by}
    assert echoes <= {"Followthrough"}, "only the echo of our own comment came in"
    await stage.sandbox.hand_over(EPIC, "grace@acme.test", "grace@acme.test")
    await stage.finds(item)
    (closing,) = stage.ours(item)
    assert "Nothing is open" in closing


async def test_epic_that_loses_its_owner_is_found_at_once(stage: Stage) -> None:
    """An epic's own event makes its items looked at: no owner, an owner without a mandate, one with it."""
    item = await stage.sandbox.create("grace@acme.test", "Shard the ledger", ["post-mortem", "strategic"])
    await until(lambda: stage.sandbox.view(item)["epic"], "the epic")
    await stage.finds(item)
    await stage.sandbox.hand_over(EPIC, "grace@acme.test", None)
    await stage.finds(item, "epic.no_owner")
    await stage.sandbox.hand_over(EPIC, "grace@acme.test", "linus@acme.test")
    await stage.finds(item, FAULT)
    assert "you have the role engineer" in stage.ours(item)[0]
    await stage.sandbox.hand_over(EPIC, "grace@acme.test", "ada@acme.test")
    await stage.finds(item)
    assert len(stage.ours(item)) == 1


@pytest.mark.parametrize("stage", ["linear", "jira"], indirect=True)
async def test_many_items_under_one_epic_cost_a_handful_of_calls(stage: Stage) -> None:
    """When an epic changes, the five hundred items under it are read together and its owner once for each page."""
    stage.sandbox.hold_webhooks()
    for number in range(MANY):
        await stage.sandbox.create(
            "grace@acme.test",
            f"Change {number}",
            ["post-mortem", "strategic"],
            epic=EPIC,
        )
    stage.sandbox.release_webhooks(lose=True)
    await stage.service.reconciler.once(stage.tracker)
    await stage.rests()
    before = len(stage.sandbox.calls())
    await stage.sandbox.hand_over(EPIC, "grace@acme.test", "grace@acme.test")
    await stage.sandbox.drain()
    await stage.rests()
    made = list(stage.sandbox.calls())[before:]
    assert len(made) <= MANY / 15, made
    page, _ = await stage.service.store.items(tracker=stage.tracker, watched=True, after=None, limit=1)
    assert page[0].snapshot is not None
    assert page[0].snapshot.epics[0].owner is not None
    assert page[0].snapshot.epics[0].owner.name == "Grace Hopper"
