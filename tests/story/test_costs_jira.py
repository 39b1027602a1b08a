"""What Jira charges for: calls that nobody needs, writes that come too fast; and labels that it cannot hold."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.story.emulators import World, world
from tests.story.stage import GRACE, LINUS, Stage, policy, stage


@pytest.fixture(scope="module", params=["jira", "jira-dc"])
def tracker(request: pytest.FixtureRequest) -> Iterator[World]:
    """Start one emulator for the module."""
    with world(request.param) as one:
        yield one


async def _calls(one: Stage) -> int:
    return int((await one.play("calls"))["total"])


async def test_what_does_not_concern_us_costs_nothing(tracker: World, tmp_path: Path) -> None:
    """Webhooks of other projects and of tickets without the label are kept and cost no call."""
    rules = policy(tracker)
    rules["watch"] = [{"tracker": "jira", "projects": ["PM"], "label": "post-mortem"}]
    async with stage(tracker, tmp_path, rules) as one:
        before = await _calls(one)
        other = await one.play("create", "OPS", title="Not ours", labels=["post-mortem", "operational"], as_=GRACE)
        plain = await one.play("create", "PM", title="No action item", labels=["operational"], as_=GRACE)
        for made in (other, plain):
            for number in range(5):
                await one.play("update", made["key"], as_=GRACE, summary=f"Still {number}")
            await one.play("comment", made["key"], "/operational", as_=GRACE)
        await one.rest()
        assert await _calls(one) == before, (await one.play("calls"))["by_op"]
        assert (await one.service.store.counts(one.service.clock.now()))["deliveries"] >= 14
        await one.fair()


async def test_comment_costs_one_look(tracker: World, tmp_path: Path) -> None:
    """A comment on an item that is as it should be makes one look, on Data Center too, where it comes as two events."""
    async with stage(tracker, tmp_path) as one:
        item = await one.create("Fix it", "operational")
        await one.shows(item, on_board=True)
        before = await _calls(one)
        await one.comment(item, "I am on it")
        await one.rest()
        assert await _calls(one) == before + 1
        await one.fair()


async def test_writes_of_one_item_come_too_fast(tracker: World, tmp_path: Path) -> None:
    """An item that was written too often for Jira waits by itself; others go on."""
    async with stage(tracker, tmp_path, reset={"settings": {"issue_writes": [[1, 3]]}}) as one:
        item, other = await one.create("What is it"), await one.create("Fix it", "operational")
        await one.shows(other, on_board=True, assignee=LINUS)
        await one.shows(item, labels="needs-class", ours=1)
        assert len(await one.writes(item)) == 2
        assert await one.service.store.pauses(one.service.clock.now()) == {}
        await one.fair(rejected=lambda refusal: refusal["status"] == 429)


async def test_labels_with_spaces(tracker: World, tmp_path: Path) -> None:
    """A label that Jira cannot hold is said to be so, and everything else is done."""
    rules = policy(tracker)
    rules["classes"]["needs_class"] = "needs a class"
    rules["classes"]["operational"]["label"] = "small fix"
    rules["classes"]["operational"]["aliases"] = ["operational"]
    async with stage(tracker, tmp_path, rules) as one:
        asked, routed = await one.create("What is it"), await one.create("Fix it", "operational")
        await one.shows(asked, ours=1, says="has no spaces")
        await one.shows(routed, on_board=True, assignee=LINUS, ours=1, says="has no spaces")
        await one.fair()
