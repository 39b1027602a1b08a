"""`followthrough serve` as a program of its own: it answers, takes signed webhooks, and ends in good order."""

import json
import signal
import socket
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from app.assembly import manifests
from app.ports import Sandbox
from tests.cli.commands import serving
from tests.running import until


@pytest.fixture
async def sandbox(tracker: str, tmp_path: Path) -> AsyncIterator[Sandbox]:
    """Run a sandbox, and write the policy that fits it."""
    make = manifests()[tracker].sandbox
    assert make is not None
    one = make()
    await one.start()
    (tmp_path / "followthrough.yaml").write_text(one.policy(), encoding="utf-8")
    yield one
    await one.aclose()


@pytest.fixture
def deaf() -> Iterator[str]:
    """Return the address of somebody who takes calls and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/graphql"


def query(folder: Path, sql: str) -> int:
    """Return the number that a query of the service's database gives."""
    with sqlite3.connect(f"file:{folder / 'followthrough.db'}?mode=ro", uri=True) as connection:
        return int(connection.execute(sql).fetchone()[0])


async def test_it_answers_and_takes_a_signed_webhook(
    sandbox: Sandbox, tracker: str, cache: Path, tmp_path: Path
) -> None:
    """A ticket of the tracker's is known within moments; a forged call is refused; observe mode writes nothing."""
    async with serving(cache, tmp_path, sandbox.environment()) as service, httpx.AsyncClient() as client:
        assert (await client.get(f"{service.address}/healthz")).json() == {"status": "alive"}
        door = f"{service.address}/webhooks/{tracker}"
        assert (await client.post(door, content=b"{}")).status_code == 401
        sandbox.send_webhooks_to(door)
        item = await sandbox.create("grace@acme.test", "Alert on lag", ["post-mortem", "operational"])
        key = sandbox.view(item)["key"]

        async def known() -> bool:
            answer = await client.get(f"{service.address}/items/{tracker}/{key}")
            return answer.status_code == 200 and answer.json()["class"] == "operational"

        await until(known, "the item to be known", 60)
        assert await service.end() == 0
    assert sandbox.view(item)["assignee"] is None
    lines = [json.loads(line) for line in service.log]
    told = next(line for line in lines if line["event"].startswith("serving at "))
    assert (told["mode"], told["trackers"], told["doors"]) == ("observe", [tracker], [tracker])
    assert not [line for line in lines if line["level"] not in {"info", "warning"}]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_with_0_and_hands_items_back(
    sandbox: Sandbox, cache: Path, tmp_path: Path, deaf: str, number: signal.Signals
) -> None:
    """An item that is being looked at is due again at once, for whoever comes next, and its lease is over."""
    env = {
        name: deaf if name.endswith(("API_URL", "BASE_URL")) else value for name, value in sandbox.environment().items()
    }
    async with serving(cache, tmp_path, env) as service:
        sandbox.send_webhooks_to(f"{service.address}/webhooks/{type(sandbox).__name__.removesuffix('Sandbox').lower()}")
        await sandbox.create("grace@acme.test", "Alert on lag", ["post-mortem"])
        lent = "SELECT count(*) FROM items WHERE lease_until IS NOT NULL"
        await until(lambda: query(tmp_path, lent) == 1, "the item to be on loan", 60)
        assert await service.end(number) == 0
    assert query(tmp_path, lent) == 0
    assert query(tmp_path, "SELECT count(*) FROM items WHERE due_at IS NOT NULL") == 1
    assert not [line for line in service.log if "Traceback" in line]


async def test_warnings_are_lines_of_the_log(cache: Path, sandbox: Sandbox, tmp_path: Path) -> None:
    """A slip in a setting's name and a door without a secret are told where everything else is."""
    env = {name: value for name, value in sandbox.environment().items() if "WEBHOOK" not in name}
    async with serving(cache, tmp_path, {**env, "FOLLOWTHROUGH_WOKERS": "2"}) as service:
        assert await service.end() == 0
    warned = [line["event"] for line in map(json.loads, service.log) if line["level"] == "warning"]
    assert "FOLLOWTHROUGH_WOKERS: there is no such setting; did you mean FOLLOWTHROUGH_WORKERS?" in warned
    assert any("WEBHOOK_SECRETS: not set; webhooks are refused until" in event for event in warned)
