"""A scoped token, which Jira Cloud takes on its gateway alone, and which may not read how boards are set up."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.story.emulators import World, world
from tests.story.stage import LINUS, stage


@pytest.fixture(scope="module")
def tracker() -> Iterator[World]:
    """Start one emulator for the module."""
    with world("jira") as one:
        yield one


async def test_scoped_token_on_the_gateway(tracker: World, tmp_path: Path) -> None:
    """Items are routed and asked about; a board that cannot be read is asked whether it shows the item."""
    cloud = (await tracker.play("health"))["cloudId"]
    settings = {
        "JIRA_API_TOKEN": "jira-scoped-token",
        "JIRA_CLOUD_ID": cloud,
        "JIRA_GATEWAY_URL": tracker.emulator.base,
    }
    async with stage(tracker, tmp_path, settings=settings) as one:
        items = {label: await one.create("Fix it", *label.split()) for label in ("operational", "strategic", "")}
        parked = await one.create("Fix it", "operational", status="Parked")
        await one.shows(items["operational"], on_board=True, assignee=LINUS, ours=0)
        await one.shows(items["strategic"], epic="PM-1", ours=0)
        await one.shows(items[""], labels="needs-class", ours=1)
        await one.shows(parked, on_board=True, ours=1, says="does not list it")
        problems = [problem.message for problem in await one.service.readiness()]
        assert any("board" in problem for problem in problems), problems
        await one.fair(rejected=lambda one: "PM-9999" in one["path"] or "board/ID/configuration" in one["op"])
