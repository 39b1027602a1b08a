"""A first connection to a tracker that holds many items writes nothing until somebody approves."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from app.assembly import manifests
from app.flow.simulate import FEW
from tests.cli.commands import run
from tests.running import quiet, running, until

LABELS = ["post-mortem", "operational"]


@pytest.mark.parametrize("tracker", ["linear", "jira"])
async def test_a_first_connection_to_many_items_waits_for_an_approval(
    tracker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each item is looked at and nothing is written; once approved, all is done, and a restart asks no more."""
    monkeypatch.chdir(tmp_path)
    make = manifests()[tracker].sandbox
    assert make is not None
    sandbox: Any = make()
    await sandbox.start()
    policy, settings = sandbox.policy(grace="0s"), sandbox.environment()
    try:
        items = [await sandbox.create("grace@acme.test", f"Item {number}", LABELS) for number in range(FEW + 1)]
        async with running(tmp_path, policy, settings) as (service, _):
            assert service.policies
            policies = service.policies
            await until(lambda: policies.waits, "the policy to wait")
            await quiet(service)
            assert not sandbox.writes()
            (tmp_path / "env").replace(tmp_path / ".env")
            approved = await asyncio.to_thread(run, "approve")
            assert (approved.status, f"100 % of {FEW + 1} open items" in approved.out) == (0, True)
            await until(lambda: all(sandbox.view(one)["assignee"] for one in items), "every item to be routed")
        async with running(tmp_path, policy, settings) as (service, _):
            assert service.policies
            assert service.policies.writes
    finally:
        await sandbox.aclose()
