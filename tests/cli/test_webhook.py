"""`webhook register|status`, as a person types them."""

import asyncio
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest

from app.ports import Sandbox
from connectors.jira.sandbox import JiraSandbox
from connectors.linear.sandbox import LinearSandbox
from tests.cli.commands import run


@pytest.fixture
async def sandbox(tracker: str, tmp_path: Path) -> AsyncIterator[Sandbox]:
    """Run a sandbox in which the service's account is no administrator; its webhook has no secret yet."""
    one: Sandbox = cast("Sandbox", LinearSandbox() if tracker == "linear" else JiraSandbox())
    await one.start()
    (tmp_path / "followthrough.yaml").write_text(one.policy(), encoding="utf-8")
    kept = {name: value for name, value in one.environment().items() if not name.endswith("_SECRETS")}
    (tmp_path / ".env").write_text("".join(f"{name}='{value}'\n" for name, value in kept.items()), encoding="utf-8")
    yield one
    await one.aclose()


async def test_whoever_may_not_is_told_what_to_click(sandbox: Sandbox, tracker: str, tmp_path: Path) -> None:
    """With the address that belongs there; no secret is made for nothing."""
    before = (tmp_path / ".env").read_text(encoding="utf-8")
    ended = await asyncio.to_thread(run, "webhook", "register", "--url", "https://ft.acme.test/")
    assert ended.status == 1
    assert ended.lines[0] == f"{tracker}: what somebody with more rights clicks:"
    assert any(f"https://ft.acme.test/webhooks/{tracker}" in line for line in ended.lines)
    assert (tmp_path / ".env").read_text(encoding="utf-8") == before
    assert (await asyncio.to_thread(run, "webhook", "status")).status == 1


@pytest.mark.parametrize("tracker", ["linear"])
async def test_an_administrators_key_is_taken_beside_an_app(sandbox: Sandbox, tmp_path: Path) -> None:
    """As the README writes it: the file names an app, and the key in the environment holds for this call only."""
    assert isinstance(sandbox, LinearSandbox)
    name, app = "FOLLOWTHROUGH_LINEAR_API_KEY", sandbox.environment(oauth=True)
    app = {**app, "FOLLOWTHROUGH_LINEAR_CLIENT_SECRET": "ended"}
    (tmp_path / ".env").write_text("".join(f"{name}='{value}'\n" for name, value in app.items()), encoding="utf-8")
    key = {name: sandbox.environment()[name]}
    ended = await asyncio.to_thread(run, "webhook", "register", "--url", "https://ft.acme.test", env=key)
    assert (ended.status, ended.lines[0]) == (1, "linear: what somebody with more rights clicks:")


async def test_a_secret_is_made_once_and_written_down_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Registered twice, it is the same; it is never shown."""
    jira = JiraSandbox()
    await jira.start()
    got: list[dict[str, Any]] = []

    async def call(self: Any, method: str, path: str, **request: Any) -> Any:
        if "webhook" in path and method == "POST":
            got.append(request["json"])
            jira.world.hooks = ({**request["json"], "isSigned": True, "self": f"{path}/1"},)
            return None
        return await real(self, method, path, **request)

    from connectors.jira.client import Client  # noqa: PLC0415  only to stand in front of it

    real = Client.call
    monkeypatch.setattr(Client, "call", call)
    jira.world.hooks = ()
    (tmp_path / "followthrough.yaml").write_text(jira.policy(), encoding="utf-8")
    settings = {name: value for name, value in jira.environment().items() if not name.endswith("_SECRETS")}
    (tmp_path / ".env").mkdir()
    refused = await asyncio.to_thread(run, "webhook", "register", "--url", "https://ft.acme.test", env=settings)
    assert refused.err.startswith(".env: cannot be written (Is a directory); ")
    assert (refused.status, got) == (2, [])
    (tmp_path / ".env").rmdir()
    first = await asyncio.to_thread(run, "webhook", "register", "--url", "https://ft.acme.test", env=settings)
    again = await asyncio.to_thread(run, "webhook", "register", "--url", "https://ft.acme.test", env=settings)
    await jira.aclose()
    assert (first.status, again.status) == (0, 0), first.err + again.err
    assert first.lines[-1] == "jira: made the webhook."
    assert again.out == "jira: the webhook is there already and nothing is to be done.\n"
    (made,) = got
    assert (tmp_path / ".env").read_text(encoding="utf-8") == f"FOLLOWTHROUGH_JIRA_WEBHOOK_SECRETS={made['secret']}\n"
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    assert made["secret"] not in first.out + first.err + again.out


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("register",), "--url: say where the tracker reaches this service"),
        (("register", "--url", "ft.acme.test"), "--url ft.acme.test: begins with https://"),
        (("register", "--url", "http://ft.acme.test"), "--url http://ft.acme.test: begins with https://"),
        (("register", "--url", "https://[ft"), "--url https://[ft: begins with https://"),
        (("status", "--tracker", "gitlab"), "--tracker gitlab: is not set up; "),
    ],
)
async def test_wrong_use_ends_with_2(sandbox: Sandbox, arguments: tuple[str, ...], line: str) -> None:
    """Nothing is done."""
    ended = await asyncio.to_thread(run, "webhook", *arguments)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(line)
