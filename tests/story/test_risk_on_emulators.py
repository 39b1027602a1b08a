"""A risk on independent emulators of all trackers: edited, quoted and deleted comments count for what they are."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from app.store import SqlStore
from tests.story.emulators import World, world
from tests.story.stage import ADA, GRACE, LINUS, stage

RISK = "/risk If we do not shard the ledger by end of Q1, we will lose"
EPIC = {"linear": "Q4 Reliability", "jira": "PM-1"}


@pytest.fixture(scope="module", params=["linear", "jira", "jira-dc"])
def tracker(request: pytest.FixtureRequest) -> Iterator[World]:
    """Start one emulator for the module."""
    with world(request.param) as one:
        yield one


async def test_edited_and_deleted_comments_decide_what_they_say(
    tracker: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An edit is a new version and a new command; a quote is none; what was decided stays when its comment goes."""
    monkeypatch.setattr("app.assembly.SqlStore", partial(SqlStore, settle=timedelta(milliseconds=100)))
    async with stage(tracker, tmp_path) as one:
        if tracker.door == "linear":
            await one.play("add", "label", name="risk")
        item = await one.create("One region", "risk")
        await one.shows(item, ours=1, says=RISK[:16])
        stated = await one.comment(item, f"{RISK} 30%")
        await one.shows(item, ours=1, says="lacks a metric and a decision")
        whole = f"{RISK} 30% of revenue. Decision: Linus Duty"
        await one.play("edit_comment", item, stated, whole, as_=GRACE)
        await one.shows(item, ours=1, says="please decide on this risk")
        await one.comment(item, f"> {whole}\n\n> /fund\n\nWell?", LINUS)
        await one.comment(item, "/fund\n/reject because no", ADA)
        await one.shows(item, epic=None, ours=1, says="Ada Admin cannot decide on this risk")
        decided = await one.comment(item, "Let me think about it", LINUS)
        await one.rest()
        assert await one.findings(item) == ["risk.undecided"]
        await one.play("edit_comment", item, decided, "/fund", as_=LINUS)
        await one.shows(item, epic=EPIC[tracker.door], ours=1, says="Nothing is open here any more")
        await one.play("delete_comment", item, decided, as_=LINUS)
        await one.play("delete_comment", item, stated, as_=GRACE)
        await one.shows(item, epic=EPIC[tracker.door], ours=1, says="Nothing is open here any more")
        assert await one.findings(item) == []
        await one.fair()
