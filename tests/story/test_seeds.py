"""A team's backlog at the first start: first it is only looked at, then every old item goes where it belongs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.story.emulators import World, world
from tests.story.stage import LINUS, OLGA, stage

ASKED = {"labels": "needs-class", "says": "which of the two"}
OLD: dict[str, dict[str, tuple[tuple[str, ...], dict[str, Any]]]] = {
    "linear": {
        "ENG-1": (("class.missing",), ASKED),
        "ENG-2": ((), {"epic": "Q4 Reliability", "ours": 0}),
        "OPS-1": ((), {"on_board": True, "assignee": LINUS, "due": True, "labels": "runbook", "ours": 0}),
    },
    "jira": {
        "OPS-2": (("class.missing",), ASKED),
        "PLAT-2": (("epic.cannot_be_parent",), {"epic": None, "says": "cannot be its parent"}),
        "PM-6": (("class.missing",), ASKED),
        "PM-7": ((), {"on_board": True, "assignee": LINUS, "due": True, "ours": 0}),
        "PM-8": ((), {"epic": "PM-1", "ours": 0}),
        "PM-9": (("epic.closed",), {"epic": "PM-2", "ours": 1}),
        "PM-10": ((), {"on_board": True, "assignee": LINUS, "labels": "operational", "no_labels": "Operational"}),
        "PM-11": (("owner.inactive",), {"assignee": OLGA, "says": "is deactivated"}),
        "PM-12": ((), {"on_board": True, "assignee": LINUS, "state": "In Progress", "ours": 0}),
        "PM-13": (("class.conflict",), {"on_board": False, "epic": None, "says": "which one holds?"}),
        "PM-14": ((), {"on_board": False, "assignee": None, "ours": 0}),
        "PM-15": (("board.not_visible",), {"on_board": True, "assignee": LINUS, "says": "Parked"}),
        "PM-17": (("class.missing",), ASKED),
    },
}
"""What is found on each old item, and where it ends; what is not watched is left alone."""
LEFT_ALONE = {"linear": ("ENG-3", "SEC-1"), "jira": ("PM-16", "PM-18", "OPS-1", "SEC-1", "PM-1")}


@pytest.fixture(scope="module", params=["linear", "jira", "jira-dc"])
def tracker(request: pytest.FixtureRequest) -> Iterator[World]:
    """Start one emulator for the module."""
    with world(request.param) as one:
        yield one


def _old(tracker: World) -> dict[str, tuple[tuple[str, ...], dict[str, Any]]]:
    """Return what is expected here: Data Center has no team-managed projects."""
    found = OLD[tracker.door]
    return {**found, "PLAT-2": ((), {"epic": "PM-1", "ours": 0})} if tracker.name == "jira-dc" else found


async def test_observing_writes_nothing(tracker: World, tmp_path: Path) -> None:
    """In observe mode the findings are told and the tracker is as it was, whatever comes in."""
    async with stage(tracker, tmp_path, settings={"MODE": "observe"}) as one:
        before = await one.play("state")
        for key, (findings, _) in _old(tracker).items():
            assert tuple(await one.findings(key)) == findings, key
        for key in LEFT_ALONE[tracker.door]:
            assert await one.service.store.find(tracker.door, key) is None
        assert await one.play("state") == before
        new = await one.create("Fix it", "operational")
        await one.comment(new, "/strategic")
        await one.rest()
        assert await one.play("service_writes") == []
        assert tuple(await one.findings(new)) == ()


async def test_acting_brings_every_old_item_where_it_belongs(tracker: World, tmp_path: Path) -> None:
    """In act mode each old item ends where the policy wants it, and is spoken to once where a person must know."""
    async with stage(tracker, tmp_path) as one:
        for key, (findings, ends) in _old(tracker).items():
            await one.shows(key, 0.1, **ends)
            assert tuple(await one.findings(key)) == findings, key
            assert len((await one.get(key))["ours"]) <= 1 + (key == "PM-11")  # the seed has one of the bot's already
        for key in LEFT_ALONE[tracker.door]:
            assert await one.writes(key) == []
        written = len(await one.play("service_writes"))
        await one.service.reconciler.once(tracker.door)
        await one.rest()
        assert len(await one.play("service_writes")) == written
        await one.fair()
