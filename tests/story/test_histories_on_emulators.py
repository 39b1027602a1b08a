"""What was done to items is read from the trackers' own histories, by whomever it was."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.activity import ActivityKind
from app.core.clock import uncounted
from app.core.policy import Policy
from tests.story.emulators import World, world
from tests.story.stage import ADA, GRACE, stage

POLICY = Policy(())


@pytest.fixture(params=["linear", "jira", "jira-dc"])
def tracker(request: pytest.FixtureRequest) -> Iterator[World]:
    """Start one emulator for a test."""
    with world(request.param) as one:
        yield one


async def test_people_and_machines_are_told_apart(tracker: World, tmp_path: Path) -> None:
    """Our own routing is known as ours, and the latest sign of life is the person's comment with its address."""
    async with stage(tracker, tmp_path) as one:
        item = await one.create("Fix it", "operational", by=GRACE)
        await one.shows(item, on_board=True)
        await one.comment(item, "I am half through with it", by=ADA)
        await one.rest()
        ours = one.service.trackers[tracker.door]
        told = (await ours.history([item, item]))[item]
        counting = [activity for activity in told if uncounted(activity, POLICY) is None]
        assert [activity.at for activity in told] == sorted(activity.at for activity in told)
        assert counting[-1].kind is ActivityKind.COMMENT
        assert counting[-1].by is not None
        assert counting[-1].by.name.startswith("Ada")
        assert counting[-1].text == "I am half through with it"
        assert counting[-1].url.startswith("http")
        assert not any(activity.ours for activity in counting)
        if tracker.door == "jira":  # Linear keeps no history of the first three minutes
            assert any(activity.ours for activity in told)
        assert not ours.is_ours(counting[-1].by)
        await one.fair()
