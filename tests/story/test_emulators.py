"""The main job on independent emulators of both trackers, in calm and in disorder."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.running import quiet, running, until
from tests.story.emulators import SECRET, World, world

Faults = list[dict[str, Any]]

NAMES = ("linear", "jira", "jira-dc")
PATIENCE = 120
"""Seconds: where four calls in ten fail, pauses between tries grow to half a minute."""
DISORDER: dict[str, tuple[dict[str, Any], Faults]] = {
    "calm": ({}, []),
    "doubled and reordered": ({"duplicate": 0.6, "reorder": 0.6, "reorder_hold": 0.3}, []),
    "late": ({"delay": [0.2, 1.2], "duplicate": 0.2}, []),
    "half of them lost": ({"lose": 0.5}, []),
    "all of them lost": ({"lose": 1.0}, []),
    "answers lost after the write": ({}, [{"only": "write", "kind": "drop_after", "share": 0.4}]),
    "errors before and after": (
        {"duplicate": 0.3},
        [
            {"kind": "status", "status": 503, "share": 0.15},
            {"kind": "status_after", "status": 500, "share": 0.15},
            {"kind": "drop", "share": 0.1},
        ],
    ),
    "told to slow down": ({}, [{"kind": "ratelimit", "share": 0.2, "seconds": 1}]),
}


@pytest.fixture(scope="module", params=NAMES)
def tracker(request: pytest.FixtureRequest) -> Iterator[World]:
    """Start one emulator for the module."""
    with world(request.param) as one:
        yield one


@pytest.mark.timeout(400)
@pytest.mark.parametrize("disorder", DISORDER)
async def test_every_item_ends_where_the_policy_wants_it(tracker: World, disorder: str, tmp_path: Path) -> None:
    """Whatever happens on the way, each item ends in its place, is asked about once, and no call is off contract."""
    delivery, faults = DISORDER[disorder]
    await tracker.play("reset", delivery=delivery)
    settings = {**tracker.settings, "FOLLOWTHROUGH_RECONCILE_EVERY": "2s"}
    async with running(tmp_path, tracker.policy, settings) as (service, address):
        await tracker.play("webhook", f"{address}/webhooks/{tracker.door}", SECRET)
        if faults:
            await tracker.play("faults", *faults)
        items = await _people_work(tracker)
        await _answer_the_question(tracker, items["asked"])
        for name, item in items.items():
            await until(partial(_as_wanted, tracker, name, item), f"{name} in {disorder}", PATIENCE)
        await tracker.play("no_faults")
        await quiet(service)
        for name, item in items.items():
            await until(partial(_as_wanted, tracker, name, item), f"{name} after {disorder}", 5)
        await _nothing_was_doubled(tracker, items)


async def _people_work(tracker: World) -> dict[str, str]:
    """Let Grace create one item of each kind."""
    return {
        "operational": await tracker.create("Alert on replica lag again", ["post-mortem", "operational"]),
        "alias": await tracker.create("Rotate the pager key", ["post-mortem", "operational"], assignee="ada@acme.test"),
        "strategic": await tracker.create("Shard the ledger at last", ["post-mortem", "strategic"]),
        "both": await tracker.create("Both at once again", ["post-mortem", "operational", "strategic"]),
        "asked": await tracker.create("Nobody said what this is", ["post-mortem"]),
        "foreign": await tracker.create("Not from a post-mortem", ["operational"]),
    }


async def _answer_the_question(tracker: World, item: str) -> None:
    async def asked() -> bool:
        return len((await tracker.get(item))["ours"]) == 1

    await until(asked, "the question about the class", PATIENCE)
    await tracker.play("comment", item, "/operational\nit is small", as_="grace@acme.test")


async def _as_wanted(tracker: World, name: str, item: str) -> bool:
    now = await tracker.get(item)
    placed = now["on_board"] and bool(now["due"]) and "needs-class" not in now["labels"]
    epic = "Q4 Reliability" if tracker.door == "linear" else "PM-1"
    match name:
        case "operational" | "asked":
            return placed and "operational" in now["labels"] and now["assignee"] == "linus@acme.test"
        case "alias":
            return placed and now["assignee"] == "ada@acme.test"
        case "strategic":
            return bool(now["epic"] == epic and not now["on_board"])
        case "both":
            return bool(len(now["ours"]) == 1 and not now["on_board"] and not now["epic"])
        case _:
            return bool(not now["on_board"] and not now["ours"] and now["assignee"] is None)


async def _nothing_was_doubled(tracker: World, items: dict[str, str]) -> None:
    for name, item in items.items():
        ours = (await tracker.get(item))["ours"]
        assert len(ours) == (1 if name in {"both", "asked"} else 0), (name, ours)
    assert await tracker.play("conformance") == []
    assert await tracker.play("unsupported") == []
    writes = await tracker.play("service_writes")
    assert [write for write in writes if write["noop"]] == []
