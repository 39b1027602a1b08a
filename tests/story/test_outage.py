"""The tracker is down, answers nonsense, or asks everybody to wait: everything is done after."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors._kit.http import Http
from tests.running import until
from tests.story.emulators import World, world
from tests.story.stage import LINUS, Stage, stage

JSON = {"content-type": "application/json"}
OUTAGES: list[dict[str, Any]] = [
    {"kind": "drop"},
    {"kind": "status", "status": 200, "body": "<!doctype html><title>Log in</title>"},
    {"kind": "status", "status": 200, "body": '{"data": {"issues": {"nodes": [{"id": "4', "headers": JSON},
    {"kind": "status", "status": 200, "body": ""},
    {"kind": "status", "status": 200, "body": "[]", "headers": JSON},
    {"kind": "status", "status": 200, "body": "{}", "headers": JSON},
    {"kind": "status", "status": 502, "body": "<html><h1>Bad gateway</h1></html>"},
    {"kind": "status", "status": 503},
]
"""Each kind of no answer, one after the other; the last one stays."""
SILENCES: list[dict[str, Any]] = [
    {"kind": "timeout", "only": "read", "count": 2},
    {"kind": "timeout_after", "only": "write", "count": 2},
    {"kind": "timeout", "only": "write", "count": 1},
]
"""Calls that are not answered: some writes have taken effect."""
PATIENCE = 0.5
"""Seconds for which an answer is waited for here."""
SHUT = 4.0
"""Seconds for which the budget is used up."""


@pytest.fixture(scope="module", params=["linear", "jira", "jira-dc"])
def tracker(request: pytest.FixtureRequest) -> Iterator[World]:
    """Start one emulator for the module."""
    with world(request.param) as one:
        yield one


async def _items(one: Stage) -> tuple[str, str, str]:
    return await one.create("What is it"), await one.create("Fix it", "operational"), await one.create("X", "strategic")


async def _done(one: Stage, items: tuple[str, str, str]) -> None:
    asked, routed, planned = items
    await one.shows(routed, 20, on_board=True, assignee=LINUS, due=True, ours=0)
    await one.shows(planned, 20, epic="Q4 Reliability" if one.world.door == "linear" else "PM-1", ours=0)
    await one.shows(asked, 20, labels="needs-class", ours=1)
    assert (await one.service.store.counts(one.service.clock.now()))["parked"] == 0
    assert await one.play("conformance") == await one.play("unsupported") == []
    assert [write for write in await one.play("service_writes") if write["noop"]] == []


async def test_tracker_is_out_for_a_while(tracker: World, tmp_path: Path) -> None:
    """Items that came during the outage are done after it, whatever it looked like; none is parked, none is lost."""
    async with stage(tracker, tmp_path) as one:
        await one.play("faults", *({**kind, "count": 2} for kind in OUTAGES[:-1]), OUTAGES[-1])
        items = await _items(one)

        async def each_was_seen() -> bool:
            return all(rule["fired"] for rule in await one.play("faults"))

        await until(each_was_seen, "every kind of outage", 20)
        await one.play("no_faults")
        await _done(one, items)


async def test_tracker_says_nothing(tracker: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that is never answered is given up and made again, a write only where it had no effect."""
    assert Http.__init__.__kwdefaults__ is not None
    monkeypatch.setitem(Http.__init__.__kwdefaults__, "timeout", PATIENCE)
    async with stage(tracker, tmp_path) as one:
        await one.play("faults", *SILENCES)
        await _done(one, await _items(one))
        assert [rule["fired"] for rule in await one.play("faults")] == [rule["count"] for rule in SILENCES]


async def test_tracker_asks_everybody_to_wait(tracker: World, tmp_path: Path) -> None:
    """While the budget is used up there is next to no call, and then everything is done."""
    async with stage(tracker, tmp_path) as one:
        await one.play("exhaust", SHUT)
        end = time.monotonic() + SHUT
        before = (await one.play("calls"))["total"]
        items = await _items(one)
        while time.monotonic() < end - 0.5:
            await asyncio.sleep(0.05)
            assert (await one.play("calls"))["total"] <= before + 3
        await _done(one, items)
