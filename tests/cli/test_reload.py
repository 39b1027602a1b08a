"""A policy that changes under a running service: by itself, on SIGHUP, and broken."""

import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.assembly import manifests
from app.ports import Sandbox
from tests.cli.commands import serving
from tests.running import until


@pytest.fixture
def tracker() -> str:
    """Name the one tracker that is enough for this."""
    return "linear"


@pytest.fixture
async def sandbox(tracker: str, tmp_path: Path) -> AsyncIterator[Sandbox]:
    """Run a sandbox with an item whose label says nothing yet, and write the policy that fits it."""
    make = manifests()[tracker].sandbox
    assert make is not None
    one = make()
    await one.start()
    await one.create("grace@acme.test", "Alert on lag", ["post-mortem", "quick"])
    (tmp_path / "followthrough.yaml").write_text(one.policy(grace="1d"), encoding="utf-8")
    yield one
    await one.aclose()


async def test_a_policy_that_changes_is_in_force_without_a_restart(
    sandbox: Sandbox, tracker: str, cache: Path, tmp_path: Path
) -> None:
    """Every open item is looked at again; a broken file changes nothing and is told; SIGHUP reads it at once."""
    file = tmp_path / "followthrough.yaml"
    first = file.read_text(encoding="utf-8")
    async with serving(cache, tmp_path, sandbox.environment()) as service, httpx.AsyncClient() as client:

        async def told(path: str) -> Any:
            return (await client.get(f"{service.address}{path}")).json()

        async def item_is(item_class: str) -> bool:
            return [row["class"] for row in (await told("/items"))["items"]] == [item_class]

        async def checks() -> list[str]:
            return [check["id"] for check in (await told("/readyz"))["checks"]]

        async def broken() -> bool:
            return "policy.broken" in await checks()

        async def mended() -> bool:
            return not await broken()

        await until(lambda: item_is("missing"), "the item to be looked at", 30)
        file.write_text(first.replace("label: operational", "label: quick"), encoding="utf-8")
        await until(lambda: item_is("operational"), "the item to be judged by the new policy", 30)
        file.write_text(first.replace("version: 1", "version: 9"), encoding="utf-8")
        await until(broken, "the broken file to be told", 30)
        assert (await client.get(f"{service.address}/readyz")).status_code == 200
        assert await item_is("operational")
        file.write_text(first, encoding="utf-8")
        service.process.send_signal(signal.SIGHUP)
        await until(mended, "the mended file to be read", 30)
        await until(lambda: item_is("missing"), "the item to be judged by the first policy again", 30)
        assert await service.end() == 0
    assert any("policy changed" in line for line in service.log)
    assert any("the new policy is broken" in line for line in service.log)
