"""A policy change that moves most items waits, over a reload and a restart; once approved, it is done."""

import asyncio
from pathlib import Path

import httpx
import pytest

from app.assembly import Service, manifests
from app.flow.simulate import FEW
from app.ports import Sandbox
from tests.cli.commands import run
from tests.running import quiet, running, until

ITEMS = FEW + 1


def sentence(items: int) -> str:
    """Return what is said where all of so many items would be written to."""
    return f"would write to 100 % of {items} open items, more than the 20 % of limits.largest_change"


async def test_a_change_that_moves_most_items_waits_for_its_approval(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then the policy before holds, and after a restart nothing is written; then every item moves."""
    monkeypatch.chdir(tmp_path)
    make = manifests()["jira"].sandbox
    assert make is not None
    sandbox = make()
    await sandbox.start()
    try:
        labels = ["post-mortem", "operational"]
        old = sandbox.policy(grace="0s")
        new = old.replace("[team-ops]", "[team-plat]")
        assert new != old
        async with running(tmp_path, old, sandbox.environment()) as (service, address):
            items = [await sandbox.create("grace@acme.test", f"Item {number}", labels) for number in range(ITEMS)]
            await service.reconciler.once("jira")
            await until(lambda: all(sandbox.view(one)["due"] for one in items), "the items to be routed")
            await quiet(service)
            first = seen(sandbox, items)
            (tmp_path / "followthrough.yaml").write_text(new, encoding="utf-8")
            service.read_policy_again()
            await told(service, address, ITEMS, "stays in force")
            late = await sandbox.create("grace@acme.test", "Late", labels)
            await service.reconciler.once("jira")
            await until(lambda: sandbox.view(late)["due"], "the policy before to hold for a new item")
            await quiet(service)
            assert (seen(sandbox, items), place(sandbox, late)) == (first, first[0][0])
            first = seen(sandbox, [*items, late])
        items.append(late)
        async with running(tmp_path, new, sandbox.environment()) as (service, address):
            await told(service, address, ITEMS + 1, "nothing is written")
            await quiet(service)
            assert seen(sandbox, items) == first
            (tmp_path / "env").replace(tmp_path / ".env")
            approved = await asyncio.to_thread(run, "approve")
            assert (approved.status, sentence(ITEMS + 1) in approved.out) == (0, True)
            await until(lambda: all(place(sandbox, one) != first[0][0] for one in items), "every item to be moved")
            assert service.policies
            assert service.policies.waits is None
        async with running(tmp_path, new, sandbox.environment()) as (service, _):
            assert service.policies
            assert (service.policies.writes, service.policies.waits) == (True, None)
        assert (await asyncio.to_thread(run, "approve")).status == 1
    finally:
        await sandbox.aclose()


def place(sandbox: Sandbox, item: str) -> str:
    """Return where an item is worked on, which the policy decides."""
    view = sandbox.view(item)
    return " ".join([str(view["team"]), *(label for label in view["labels"] if label.startswith("team-"))])


def seen(sandbox: Sandbox, items: list[str]) -> list[tuple[str, object]]:
    """Return where each item is and what was said on it."""
    return [(place(sandbox, one), sandbox.view(one)["comments"]) for one in items]


async def told(service: Service, address: str, number: int, meanwhile: str) -> None:
    """Wait until the policy waits; then readiness, the policy, and its page and the overview say so."""
    assert service.policies
    policies = service.policies
    await until(lambda: policies.waits, "the policy to wait")
    async with httpx.AsyncClient(base_url=address) as client:
        ready = await client.get("/readyz")
        waiting = (await client.get("/policy")).json()["waiting"]
        pages = [(await client.get(path, headers={"accept": "text/html"})).text for path in ("/", "/policy")]
    (check,) = [check for check in ready.json()["checks"] if check["id"] == "policy.waits"]
    assert (ready.status_code, sentence(number) in check["message"], meanwhile in check["message"]) == (200, True, True)
    assert (waiting["written"], waiting["items"], waiting["largest_change"]) == (number, number, 0.2)
    assert all(sentence(number) in page and meanwhile in page for page in pages)
