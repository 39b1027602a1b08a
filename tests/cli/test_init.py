"""`init`: from nothing to a first report, and what it must never do."""

import asyncio
import json
import stat
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.assembly import manifests
from app.ports import Sandbox
from app.settings import PREFIX
from tests.cli.commands import CREDENTIALS, run

MANY = 2_000
"""How many items the first report is about."""


@pytest.fixture
async def sandbox(tracker: str) -> AsyncIterator[Sandbox]:
    """Run a sandbox of which nothing is written down yet."""
    make = manifests()[tracker].sandbox
    assert make is not None
    one = make()
    await one.start()
    yield one
    await one.aclose()


def settings(sandbox: Sandbox) -> list[str]:
    """Return what points `init` at a sandbox."""
    pairs = (f"{name.removeprefix(PREFIX)}={value}" for name, value in sandbox.environment().items())
    return [word for pair in pairs for word in ("--set", pair)]


def files(folder: Path) -> list[str]:
    """Return the names of a folder's files."""
    return sorted(one.name for one in folder.iterdir())


CLASSES: tuple[list[str], ...] = (["operational"], ["strategic"], [])


async def _filled(sandbox: Sandbox) -> set[str]:
    """Create `MANY` items of all classes; return the keys of those in which nobody did anything for a year."""
    old = set()
    for number in range(MANY):
        item = await sandbox.create("grace@acme.test", f"Item {number}", ["post-mortem", *CLASSES[number % 3]])
        if number % 9 < len(CLASSES):
            sandbox.age(item, timedelta(days=365))
            old.add(str(sandbox.view(item)["key"]))
    return old


async def test_from_nothing_to_a_first_report_in_less_than_two_minutes(
    sandbox: Sandbox, tracker: str, tmp_path: Path
) -> None:
    """Init, doctor, reconcile, report: no file is edited, nothing is written to the tracker, no secret is shown."""
    old = await _filled(sandbox)
    began = time.monotonic()
    turns = ["--on-call", "linus@acme.test,grace@acme.test"]
    init = await asyncio.to_thread(run, "init", "--tracker", tracker, *settings(sandbox), *turns)
    assert (init.status, init.err) == (0, "")
    doctor = await asyncio.to_thread(run, "doctor")
    assert doctor.status == 0, doctor.out
    looked = await asyncio.to_thread(run, "reconcile", "--look")
    assert looked.lines[1].split() == [tracker, str(MANY), str(MANY), "0", "0", "0", "0", str(MANY)]
    stale = json.loads((await asyncio.to_thread(run, "report", "stale", "--limit", "1000", "--format", "json")).out)
    assert (stale["complete"], stale["evaluated"], stale["total"]) == (True, MANY, len(old))
    assert {item["key"] for item in stale["items"]} == old
    assert time.monotonic() - began < 120
    summary = json.loads((await asyncio.to_thread(run, "report", "summary", "--format", "json")).out)
    classes = {name: summary["by_class"][name] for name in ("operational", "strategic", "missing")}
    assert classes == {"operational": 667, "strategic": 667, "missing": 666}
    assert (summary["open"], summary["due"], summary["parked"]) == (MANY, 0, 0)
    assert not [call for call in sandbox.calls() if call.startswith(("PUT", "issueUpdate", "commentCreate"))]
    secrets = [value for name, value in sandbox.environment().items() if not name.endswith(("URL", "EMAIL"))]
    assert not [secret for secret in secrets if secret in init.out + doctor.out + looked.out]


async def test_the_settings_are_readable_by_their_owner_alone(sandbox: Sandbox, tracker: str, tmp_path: Path) -> None:
    """They hold secrets; a value with spaces reads back as it was."""
    ended = await asyncio.to_thread(run, "init", "--tracker", tracker, *settings(sandbox))
    assert ended.status == 0, ended.err
    file = tmp_path / ".env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "_WEBHOOK_SECRETS='sandbox webhook secret'" in file.read_text(encoding="utf-8")
    assert (await asyncio.to_thread(run, "doctor")).err == ""


async def test_nothing_is_ever_overwritten(sandbox: Sandbox, tracker: str, tmp_path: Path) -> None:
    """Neither policy nor settings, and then the other file is not written either."""
    for name in ("followthrough.yaml", ".env"):
        file = tmp_path / name
        file.write_text("# mine\n", encoding="utf-8")
        ended = await asyncio.to_thread(run, "init", "--tracker", tracker, *settings(sandbox))
        assert ended.status == 2
        assert ended.err.startswith(f"{name}: is there already")
        assert file.read_text(encoding="utf-8") == "# mine\n"
        assert files(tmp_path) == [name]
        file.unlink()


async def test_a_folder_that_takes_no_file_is_told_in_a_line(sandbox: Sandbox, tracker: str, tmp_path: Path) -> None:
    """Whoever may not write there, or named one that is not there, reads which file it is about."""
    given = {"FOLLOWTHROUGH_POLICY": "none/policy.yaml"}
    ended = await asyncio.to_thread(run, "init", "--tracker", tracker, *settings(sandbox), env=given)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("none/policy.yaml: cannot be written (No such file or directory); ")
    assert files(tmp_path) == []


async def test_settings_from_the_environment_are_not_written_down(
    sandbox: Sandbox, tracker: str, tmp_path: Path
) -> None:
    """Whoever keeps secrets elsewhere keeps them there; what the file needs beside it is named without its value."""
    ended = await asyncio.to_thread(run, "init", env=dict(sandbox.environment()))
    assert ended.status == 0, ended.err
    lines = (tmp_path / ".env").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["FOLLOWTHROUGH_MODE=observe"]
    named = {
        line.partition("=")[0].removeprefix("# ")
        for line in lines
        if line.endswith("# set in the environment, which wins")
    }
    assert named >= set(sandbox.environment())
    assert not [value for value in sandbox.environment().values() if value in "\n".join(lines)]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ((), "--tracker: say which one, "),
        (("--tracker", "jirra"), "--tracker jirra: is not known; did you mean 'jira'?"),
        (("--tracker", "linear"), "FOLLOWTHROUGH_LINEAR_API_KEY: not set; "),
        (("--tracker", "jira", "--set", "JIRA_BASE_URI=x"), "--set JIRA_BASE_URI: there is no such setting; "),
        (("--tracker", "jira", "--set", "JIRA_PAT"), "--set JIRA_PAT: write NAME=VALUE"),
    ],
)
def test_wrong_use_is_told_in_a_line_and_ends_with_2(arguments: tuple[str, ...], line: str, tmp_path: Path) -> None:
    """Nothing is written."""
    ended = run("init", *arguments)
    assert ended.status == 2
    assert ended.err.startswith(line)
    assert list(tmp_path.iterdir()) == []


def test_a_tracker_that_does_not_answer_ends_with_1(tmp_path: Path) -> None:
    """Nothing is written on a guess."""
    ended = run("init", "--tracker", "jira", env=CREDENTIALS)
    assert ended.status == 1
    assert "did not answer" in ended.err
    assert list(tmp_path.iterdir()) == []


async def test_a_source_of_rotas_that_does_not_answer_is_told_of(sandbox: Sandbox, tmp_path: Path) -> None:
    """The policy is written all the same, without it."""
    source = ("--set", "PAGERDUTY_TOKEN=made-up", "--set", "PAGERDUTY_API_URL=http://127.0.0.1:9")
    ended = await asyncio.to_thread(run, "init", *settings(sandbox), *source)
    assert ended.status == 0
    assert "PagerDuty: its rotas were not looked up: " in ended.err
    text = (tmp_path / "followthrough.yaml").read_text(encoding="utf-8")
    assert "\n    - {source: pagerduty" not in text
