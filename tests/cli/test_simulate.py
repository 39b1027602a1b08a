"""`simulate`: what another policy would change, told before it does, and then come true."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.assembly import build, manifests
from app.flow.simulate import Simulator
from app.policy_file import parse_policy
from app.ports import Sandbox, Stored
from tests.cli.commands import run


@pytest.fixture
async def sandbox(tracker: str, tmp_path: Path) -> AsyncIterator[Sandbox]:
    """Run a sandbox with a few tickets that were looked at under a policy that writes."""
    make = manifests()[tracker].sandbox
    assert make is not None
    one = make()
    await one.start()
    for number, labels in enumerate((["operational"], ["strategic"], ["quick"], [])):
        await one.create("grace@acme.test", f"Item | {number}", ["post-mortem", *labels])
    (tmp_path / "followthrough.yaml").write_text(one.policy(grace="0s"), encoding="utf-8")
    settings = {**one.environment(), "FOLLOWTHROUGH_MODE": "act"}
    (tmp_path / ".env").write_text("".join(f"{k}='{v}'\n" for k, v in settings.items()), encoding="utf-8")
    assert (await asyncio.to_thread(run, "reconcile", "--look")).status == 0
    yield one
    await one.aclose()


def other(folder: Path, before: str, after: str) -> str:
    """Write another policy and return its name."""
    text = (folder / "followthrough.yaml").read_text(encoding="utf-8")
    assert before in text
    (folder / "new.yaml").write_text(text.replace(before, after), encoding="utf-8")
    return "new.yaml"


async def forecast(name: str) -> dict[str, Any]:
    """Return the forecast as JSON."""
    ended = await asyncio.to_thread(run, "simulate", name, "--format", "json")
    told: dict[str, Any] = json.loads(ended.out)
    assert ended.status == bool(told["differ"])
    return told


async def test_the_same_policy_changes_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    """Not even for items that were just written to, nor where it is not known by what; the exit status says so."""
    told = await forecast(other(tmp_path, "grace: 0s", "grace: 0s"))
    assert told["differences"] == []
    assert (told["items"], told["differ"], told["written"], told["unsure"]) == (4, 0, 0, 0)
    service = build()
    await service.store.open()
    rotas = next(iter(service.worker.handlers.values())).rotas
    nobody_knows = Simulator(service.store, service.trackers, rotas, None)
    found = await nobody_knows.run(service.policy, service.clock.now(), listed=False)
    await service.aclose()
    assert (found.items, found.written, found.unsure, found.differences) == (4, 0, 0, [])


async def test_two_files_that_mean_the_same_are_said_to(sandbox: Sandbox, tmp_path: Path) -> None:
    """Who wants to know what a policy that waits would change has its own file before them twice."""
    ended = await asyncio.to_thread(run, "simulate", other(tmp_path, "grace: 0s", "grace: 0s"))
    assert "Both files mean the same; to see what one changed, compare with its version before." in ended.out


async def test_items_that_would_be_stale_count_before_their_history_was_read(sandbox: Sandbox, tmp_path: Path) -> None:
    """By all that is known each will be told about; that its history is read before changes nothing in that."""
    text = (tmp_path / "followthrough.yaml").read_text(encoding="utf-8")
    shorter = parse_policy(re.sub(r"default: \d+d", "default: 1d", text), "new.yaml", manifests())
    service = build()
    await service.store.open()
    rotas = next(iter(service.worker.handlers.values())).rotas
    simulator = Simulator(service.store, service.trackers, rotas, service.policy)
    found = await simulator.run(shorter, service.clock.now() + timedelta(days=2))
    await service.aclose()
    assert found.comes == {"stale.quiet": 4}
    assert found.written == 4


async def test_a_new_alias_is_forecast_and_comes_true(sandbox: Sandbox, tracker: str, tmp_path: Path) -> None:
    """An item that nobody could class becomes operational; what was foreseen is what is then written."""
    told = await forecast(other(tmp_path, "quick-fix]", "quick]"))
    (one,) = told["differences"]
    assert (told["differ"], told["written"], told["waits"]) == (1, 1, False)
    assert one["class"] == {"today": "missing", "other": "operational"}
    assert (one["comes"], one["goes"]) == ([], ["class.missing"])
    (tmp_path / "new.yaml").replace(tmp_path / "followthrough.yaml")
    check = await asyncio.to_thread(run, "check", tracker, one["key"])
    assert check.status == 0
    assert (await asyncio.to_thread(run, "reconcile", "--look")).status == 0
    assert sorted(await writes(one["title"])) == sorted(one["writes"])


async def test_many_changes_at_once_come_true_item_by_item(sandbox: Sandbox, tracker: str, tmp_path: Path) -> None:
    """A new alias and another board: each item is written what was foretold for it, also where it stands already."""
    before, after = {"linear": ("team: OPS, state", "team: ENG, state"), "jira": ("[team-ops]", "[team-plat]")}[tracker]
    other(tmp_path, before, after)
    (tmp_path / "new.yaml").replace(tmp_path / "both.yaml")
    text = (tmp_path / "both.yaml").read_text(encoding="utf-8").replace("quick-fix]", "quick]")
    (tmp_path / "both.yaml").write_text(text, encoding="utf-8")
    told = await forecast("both.yaml")
    assert {one["title"] for one in told["differences"]} == {"Item | 0", "Item | 2"}
    (tmp_path / "both.yaml").replace(tmp_path / "followthrough.yaml")
    for one in told["differences"]:
        assert (await asyncio.to_thread(run, "check", tracker, one["key"])).status == 0
    assert (await asyncio.to_thread(run, "reconcile", "--look")).status == 0
    for one in told["differences"]:
        assert sorted(await writes(one["title"])) == sorted(one["writes"])


async def test_class_route_and_whom_it_asks_come_true(sandbox: Sandbox, tracker: str, tmp_path: Path) -> None:
    """Another label for strategic work and another name for the route; who is asked is whom our comment mentions."""
    text = (tmp_path / "followthrough.yaml").read_text(encoding="utf-8").replace("label: strategic", "label: bug")
    (tmp_path / "new.yaml").write_text(re.sub(r"(routes:\n  - name: )\w+", r"\1renamed", text), encoding="utf-8")
    told = (await forecast("new.yaml"))["differences"]
    assert {one["title"]: (one["route"]["other"], one["asks"]) for one in told} == {
        "Item | 0": ("renamed", []),
        "Item | 1": (None, ["Grace Hopper"]),
        "Item | 2": (None, ["Grace Hopper"]),
        "Item | 3": (None, ["Grace Hopper"]),
    }
    assert "ada" in mentioned(sandbox, "Item | 1")
    (tmp_path / "new.yaml").replace(tmp_path / "followthrough.yaml")
    for one in told:
        assert (await asyncio.to_thread(run, "check", tracker, one["key"])).status == 0
    assert (await asyncio.to_thread(run, "reconcile", "--look")).status == 0
    for one in told:
        found = await stored(one["title"])
        assert (found.item_class, found.route) == (one["class"]["other"], one["route"]["other"])
        assert mentioned(sandbox, one["title"]) == [name.split()[0].lower() for name in one["asks"]]


def mentioned(sandbox: Sandbox, title: str) -> list[str]:
    """Return the first names of Acme's people that stand in the item's comments, as the tracker has them."""
    bodies = " ".join(comment["body"].lower() for comment in sandbox.view(title)["comments"])
    return [name for name in ("ada", "grace", "linus") if name in bodies]


async def writes(title: str) -> Sequence[str]:
    """Return what the last run wrote to an item."""
    last = (await stored(title)).last
    assert last is not None
    return last.writes


async def stored(title: str) -> Stored:
    """Return an item as the store has it; its key may have changed with a move."""
    service = build()
    await service.store.open()
    page, _ = await service.store.items(tracker=None, watched=None, after=None, limit=100)
    await service.aclose()
    (found,) = [one for one in page if one.snapshot is not None and one.snapshot.title == title]
    return found


async def test_another_board_moves_what_stands_on_the_old_one(sandbox: Sandbox, tracker: str, tmp_path: Path) -> None:
    """The table names the item, where it would go, and how many are written to."""
    before, after = {"linear": ("team: OPS, state", "team: ENG, state"), "jira": ("[team-ops]", "[team-plat]")}[tracker]
    ended = await asyncio.to_thread(run, "simulate", other(tmp_path, before, after))
    assert ended.status == 1
    assert "move to the board of route " in ended.lines[1]
    assert ended.lines[-1] == "1 item of 4 would be judged otherwise, 1 item written to."


async def test_markdown_is_ready_for_a_review(sandbox: Sandbox, tmp_path: Path) -> None:
    """Titles are text there, whatever they hold; findings are counted."""
    ended = await asyncio.to_thread(
        run, "simulate", other(tmp_path, "needs_class: needs-class", "# no"), "--format", "markdown"
    )
    assert ended.lines[0] == "### new.yaml: what would change"
    told = await asyncio.to_thread(
        run, "simulate", other(tmp_path, "label: strategic", "label: bug"), "--format", "markdown"
    )
    assert "| `class.missing` | 1 | 0 |" in told.lines
    assert "Item \\| 1" in told.out


async def test_a_tracker_that_is_gone_leaves_the_forecast_unsure(
    sandbox: Sandbox, tracker: str, tmp_path: Path
) -> None:
    """What could not be asked is told and not made up."""
    before, after = {"linear": ("Q4 Reliability", "Shared work"), "jira": ("PLAT-7", "PLAT-8")}[tracker]
    name = other(tmp_path, before, after)
    await sandbox.aclose()
    told = await forecast(name)
    assert told["unsure"] == 1


@pytest.mark.parametrize("text", ["version: 2\n", ""])
async def test_a_broken_policy_is_told_with_its_place(sandbox: Sandbox, tmp_path: Path, text: str) -> None:
    """And nothing is compared."""
    (tmp_path / "new.yaml").write_text(text, encoding="utf-8")
    ended = await asyncio.to_thread(run, "simulate", "new.yaml")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("new.yaml")
