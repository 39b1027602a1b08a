"""`doctor`, as a person types it: what it prints, and its exit status."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app.assembly import manifests
from app.ports import Sandbox
from tests.cli.commands import CREDENTIALS, POLICY, run
from tests.running import running


@pytest.fixture
async def sandbox(tracker: str, tmp_path: Path) -> AsyncIterator[Sandbox]:
    """Run a sandbox, and write the settings and the policy that fit it."""
    make = manifests()[tracker].sandbox
    assert make is not None
    one = make()
    await one.start()
    (tmp_path / "followthrough.yaml").write_text(one.policy(), encoding="utf-8")
    settings = "".join(f"{name}={value}\n" for name, value in one.environment().items())
    (tmp_path / ".env").write_text(settings, encoding="utf-8")
    yield one
    await one.aclose()


async def test_a_sound_set_up_ends_with_0_and_shows_the_settings(sandbox: Sandbox, tracker: str) -> None:
    """Secrets are stars; what our account may not look at is told and is no fault."""
    ended = await asyncio.to_thread(run, "doctor")
    assert (ended.status, ended.err) == (0, "")
    assert ended.lines[-1] == "Mode observe. All is well."
    assert any(line.startswith(f"unchecked  {tracker}.webhook: ") for line in ended.lines)
    shown = next(line for line in ended.lines if line.startswith(f"FOLLOWTHROUGH_{tracker.upper()}_WEBHOOK_SECRETS"))
    assert shown.split()[1] == "***"
    assert not [value for name, value in sandbox.environment().items() if "SECRET" in name and value in ended.out]


async def test_a_mistake_ends_with_1_its_id_and_how_to_mend_it(sandbox: Sandbox, tracker: str, tmp_path: Path) -> None:
    """A person whom the tracker does not know, a setting that is none, a door without a secret."""
    file = tmp_path / "followthrough.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("ada@acme.test", "ida@acme.test"), encoding="utf-8")
    settings = {"FOLLOWTHROUGH_MOD": "act", f"FOLLOWTHROUGH_{tracker.upper()}_WEBHOOK_SECRETS": ","}
    ended = await asyncio.to_thread(run, "doctor", env=settings)
    assert ended.status == 1
    ids = [line.split()[1].rstrip(":") for line in ended.lines if line.startswith(("error  ", "warning  "))]
    assert {"people.unknown", f"{tracker}.no_secret", "settings.unknown"} <= set(ids)
    assert "did you mean FOLLOWTHROUGH_MODE?" in ended.out
    assert ended.lines[-1].endswith("to mend.")


async def test_json_holds_every_check_and_the_masked_settings(sandbox: Sandbox, tracker: str) -> None:
    """For a pipeline that starts nothing while something is wrong."""
    ended = await asyncio.to_thread(run, "doctor", "--format", "json", env={"FOLLOWTHROUGH_MOD": "act"})
    assert ended.status == 1
    told = json.loads(ended.out)
    assert (told["ok"], told["mode"]) == (False, "observe")
    assert [check["id"] for check in told["checks"]] == ["settings.unknown", f"{tracker}.webhook"]
    assert set(told["checks"][0]) == {"id", "level", "message", "hint", "link"}
    assert told["settings"][f"FOLLOWTHROUGH_{tracker.upper()}_WEBHOOK_SECRETS"] == "***"


async def test_a_secret_changed_on_one_side_is_told_within_one_delivery(
    sandbox: Sandbox, tracker: str, tmp_path: Path
) -> None:
    """Doctor asks the service that runs beside it, readiness and the metric say it too; a good one ends it."""
    async with running(tmp_path, sandbox.policy(), sandbox.environment()) as (service, address):
        async with httpx.AsyncClient(base_url=address) as client:
            assert (await client.post(f"/webhooks/{tracker}", content=b"{}")).status_code == 401
            told = (await client.get("/readyz")).json()
            metrics = (await client.get("/metrics")).text
        ended = await asyncio.to_thread(run, "doctor", env={"FOLLOWTHROUGH_PORT": address.rpartition(":")[2]})
        sandbox.send_webhooks_to(f"{address}/webhooks/{tracker}")
        await sandbox.create("grace@acme.test", "Alert on lag", ["post-mortem"])
        await sandbox.drain()
        assert not await service.readiness()
    assert (told["ready"], [check["id"] for check in told["checks"]]) == (True, [f"{tracker}.signature"])
    assert f'followthrough_webhooks_total{{outcome="forged",tracker="{tracker}"}} 1.0' in metrics
    assert ended.status == 1
    assert f"{tracker}.signature: the latest webhook call for {tracker}" in ended.out


def test_a_tracker_that_does_not_answer_is_a_finding(tmp_path: Path) -> None:
    """And no traceback."""
    (tmp_path / "followthrough.yaml").write_text(POLICY, encoding="utf-8")
    ended = run("doctor", env=CREDENTIALS)
    assert ended.status == 1
    assert "error  jira.unreachable: " in ended.out


def test_a_broken_policy_is_wrong_use() -> None:
    """Without a policy there is nothing to look over."""
    ended = run("doctor", env=CREDENTIALS)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("followthrough.yaml: there is no such file; ")
