"""An item goes quiet, is reported the second its window ends, and leaves the report when a person does something."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from app.assembly import Service, manifests
from app.ports import Sandbox
from tests.running import quiet, running, until

WINDOW = "2s"


@pytest.fixture(params=["linear", "jira"])
async def sandbox(request: pytest.FixtureRequest) -> AsyncIterator[Sandbox]:
    """Start a sandbox tracker."""
    make = manifests()[request.param].sandbox
    assert make is not None
    one = make()
    await one.start()
    yield one
    await one.aclose()


@pytest.fixture
async def at_work(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[tuple[Service, str]]:
    """Run the service under a policy that lets no item be quiet for longer than two seconds."""
    policy = yaml.safe_load(sandbox.policy(grace="1s"))
    policy |= {
        "stale": {"operational": {"default": WINDOW}, "ladder": [{"after": "0d", "tell": "owner"}]},
        "postmortem": [{"from": "label", "prefix": "pm/"}],
    }
    async with running(tmp_path, yaml.safe_dump(policy), sandbox.environment()) as (service, address):
        await quiet(service)
        sandbox.send_webhooks_to(f"{address}/webhooks/{next(iter(service.desks))}")
        yield service, address


async def test_quiet_item_is_reported_until_a_person_does_something(
    sandbox: Sandbox, at_work: tuple[Service, str]
) -> None:
    """With the proof from the tracker's history, whatever we wrote on it meanwhile; then why rests on what was done."""
    service, address = at_work
    item = await sandbox.create("grace@acme.test", "Alert on lag", ["post-mortem", "operational", "pm/42"])
    await until(lambda: sandbox.view(item)["due"], "the item to be routed")
    tracker = next(iter(service.trackers))
    async with httpx.AsyncClient(base_url=address) as client:

        async def ask(path: str) -> Any:
            return (await client.get(path)).raise_for_status().json()

        async def reported() -> list[str]:
            return [row["key"] for row in (await ask("/reports/stale"))["items"]]

        async def told() -> bool:
            found = await service.store.find(tracker, item)
            return bool(found and found.last and "stale.quiet" in {one.id for one in found.last.findings})

        await until(reported, "the item to be reported")
        await until(told, "the look that confirms it")
        await quiet(service)
        page = await ask("/reports/stale")
        (row,) = page["items"]
        assert (page["total"], page["evaluated"], page["complete"]) == (1, 1, True)
        assert (row["last_activity"]["kind"], row["bucket"]) == ("created", "0")
        assert "past its window of 2s; the clock rests on its creation on " in row["reason"]
        (known,) = (await ask("/reports/postmortems"))["items"]
        assert (known["postmortem"], known["open"], known["stale"]) == ("pm/42", 1, 1)
        why = await ask(f"/items/{tracker}/{row['key']}/why")
        assert why["clock"].startswith("quiet for ")

        await sandbox.comment(item, "grace@acme.test", "I am looking into the replica.")

        async def alive() -> bool:
            shown = await ask(f"/items/{tracker}/{row['key']}")
            return bool(shown["last_activity"]["kind"] == "comment")

        await until(alive, "the comment to count")
        shown = await ask(f"/items/{tracker}/{row['key']}")
        assert shown["last_activity"]["by"] == "Grace Hopper"
