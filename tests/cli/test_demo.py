"""`followthrough demo`: the story comes true and reads well; a service that is broken makes it fail by name."""

import asyncio
import re
import signal
import socket
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.cli import scenes
from app.cli.demo import INTERRUPTED
from tests.cli.commands import PROGRAM, Ended, environment, run

pytestmark = pytest.mark.usefixtures("logging_put_back")

PROMISES = (
    "on the on-call team's board, assigned to whoever is on call, with a due date",
    "under the epic of its route, whose owner is asked which business goal it serves",
    "the goal is known, and the question taken back",
    "the new owner is told, and who does have the mandate",
    "the finding has gone by itself, and its question with it",
    "marked, and its creator asked in one comment",
    "on the board, assigned, and the question taken back",
    "marked as a risk, and asked for in one sentence",
    "only what is missing is asked for, in her own words",
    "Ada is asked to decide",
    "somebody else's decision does not count, and he is told so",
    "accepted by Ada; it comes back by itself after",
    "put on the board, which is no sign of life, and whoever holds it now is told that it went quiet",
    "his word ends it: the clock starts anew",
    "known already: nothing read, nothing written",
)
DOUBLE = PROMISES[-1]


def flat(ended: Ended) -> str:
    """Return what was told, without its line breaks and the bars beside what is quoted."""
    return " ".join(ended.out.replace("│", " ").split())


def not_so(ended: Ended) -> list[str]:
    """Return the promises that are marked as failed; the same ones must be named again at the end."""
    told, _, ending = flat(ended).partition("Not everything came out as promised:")
    marked = [promise for promise in PROMISES if f"✗ not so: {promise}" in told]
    assert marked == [promise for promise in PROMISES if f"✗ {promise}" in ending]
    return marked


@pytest.fixture
def made(tracker: str) -> Any:
    """Return the class of a tracker's sandbox."""
    return getattr(import_module(f"connectors.{tracker}.sandbox"), f"{tracker.title()}Sandbox")


@pytest.fixture(scope="module", params=["linear", "jira"])
def told(
    request: pytest.FixtureRequest, logging_put_back: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ended]:
    """Tell the story once, where the settings of a real service lie about."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / ".env").write_text("FOLLOWTHROUGH_PORT=none\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name in (f"FOLLOWTHROUGH_{request.param.upper()}_API_URL", "followthrough_database_url"):
            patch.setenv(name, "real")
        yield run("demo", "--once", "--tracker", request.param, env={"COLUMNS": "80"})
    assert [file.name for file in folder.iterdir()] == [".env"]


def test_the_story_comes_true(told: Ended) -> None:
    """Every scene is told with what came in, what was decided and why, what was written and in how many calls.

    Settings of a real service, in whatever spelling, count for nothing: the demo must never reach one.
    """
    assert (told.status, told.err) == (0, "")
    words = flat(told)
    assert [line[0] for line in told.lines if re.match(r"\d\. ", line)] == ["1", "2", "3", "4", "5", "6", "7"]
    places = [words.index(f"✓ {promise}") for promise in PROMISES]
    assert places == sorted(places)
    assert "decided operational, because it carries the label operational wrote move to the board" in words
    assert "assign Linus Duty; set the due date " in words
    assert re.search(
        "decided strategic, because it carries the label strategic .*wrote put under Q4 Reliability", words
    )
    assert "its grace is over [class.missing] wrote add the label needs-class; comment" in words
    assert "decided operational, because Grace Hopper typed /operational" in words
    assert len(re.findall(r"ms webhook \S+, by Grace Hopper", words)) >= len(PROMISES) // 2
    assert "[epic.owner_without_mandate]" in words
    assert re.search(r"\[risk.missing\].*\[risk.incomplete\].*\[risk.undecided\]", words)
    assert "lacks a metric and a decision-maker" in words
    assert "The mandate for platform is held by Ada Admin or Grace Hopper." in words
    assert "nobody has done anything about this item since its creation" in words
    assert "Linus Duty cannot decide on this risk: its statement names Ada Admin." in words
    assert re.search(r"\d+ API calls for 5 items and \d+ webhooks", words)
    assert words.endswith("Everything came out as promised.")


def test_the_story_fits_eighty_columns(told: Ended) -> None:
    """Lines break between words and stay under their beginning; none has blanks at its end."""
    assert max(map(len, told.lines)) <= 80
    assert not [line for line in told.lines if line != line.rstrip()]
    assert any(line.startswith(" " * 20) and line[20] != " " for line in told.lines)


def test_a_policy_without_routes_fails_the_story_by_name(
    tracker: str, made: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit status 1; the promises that did not come true are marked where they stand and named again at the end."""
    whole = made.policy
    monkeypatch.setattr("app.cli.demo.SCENES", (scenes.operational, scenes.unlabelled))
    monkeypatch.setattr(made, "policy", lambda self, grace: whole(self, grace).partition("\nroutes:")[0] + "\n")
    ended = run("demo", "--once", "--tracker", tracker, env={"COLUMNS": "80"})
    assert ended.status == 1
    assert not_so(ended) == [PROMISES[0], PROMISES[6]]
    assert "[route.none]" in flat(ended)


@pytest.mark.parametrize(
    ("tracker", "what"), [("jira", "never comes"), ("linear", "brings news"), ("jira", "comes with an edit")]
)
def test_a_webhook_that_is_no_double_fails_the_last_scene(
    tracker: str, made: Any, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """The story notices when nothing was sent twice, when a look was taken, and when something was changed."""
    items: list[str] = []
    create, redeliver = made.create, made.redeliver

    async def noted(self: Any, *arguments: Any) -> str:
        items.append(await create(self, *arguments))
        return items[-1]

    async def another(self: Any) -> None:
        if what == "comes with an edit":
            await redeliver(self)
        if what != "never comes":
            await self.update(items[0], "grace@acme.test", title="Alert on lag")

    monkeypatch.setattr("app.cli.demo.SCENES", (scenes.operational, scenes.doubled))
    monkeypatch.setattr(made, "create", noted)
    monkeypatch.setattr(made, "redeliver", another)
    ended = run("demo", "--once", "--tracker", tracker, env={"COLUMNS": "80"})
    assert ended.status == 1
    assert not_so(ended) == [DOUBLE]


def test_a_port_that_is_taken_is_told(tracker: str) -> None:
    """Exit status 2 and a line, as for the service."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = run("demo", "--once", "--tracker", tracker, "--port", str(port))
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(f"FOLLOWTHROUGH_PORT: {port} is taken on 127.0.0.1")


@asynccontextmanager
async def telling(cache: Path, folder: Path, *arguments: str) -> AsyncIterator[Process]:
    """Run the demo as a program of its own; kill it in the end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        PROGRAM, "demo", *arguments, cwd=folder, env=environment(cache), stdout=PIPE, stderr=PIPE
    )
    try:
        async with asyncio.timeout(100):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def _reads(process: Process, words: str) -> str:
    """Read lines until one holds these words; return it."""
    assert process.stdout is not None
    async for line in process.stdout:
        if words in line.decode():
            return line.decode()
    raise AssertionError(f"it ended without {words!r}")


async def test_the_service_stays_up_until_ctrl_c(cache: Path, tmp_path: Path) -> None:
    """Without `--once` what the story made can be looked at, with the commands that it prints."""
    async with telling(cache, tmp_path, "--tracker", "jira") as process:
        await _reads(process, "Everything came out as promised.")
        await _reads(process, "The service stays up at http://127.0.0.1:")
        commands = [(await _reads(process, "curl ")).split() for _ in range(2)]
        async with httpx.AsyncClient() as client:
            listed = await client.get(commands[0][-1])
            why = await client.get(commands[1][-1], headers={"Accept": "text/plain"})
        assert {item["key"] for item in listed.json()["items"]} == {"PM-1", "PM-2", "PM-3", "PM-4", "PM-5"}
        assert why.text.startswith("PM-5: Rotate the gateway")
        process.send_signal(signal.SIGINT)
        _, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")


async def test_ctrl_c_ends_the_story_at_once(cache: Path, tmp_path: Path) -> None:
    """Exit status 130, as shells have it, and no traceback."""
    async with telling(cache, tmp_path, "--tracker", "linear") as process:
        await _reads(process, "Grace creates")
        process.send_signal(signal.SIGINT)
        out, err = await process.communicate()
    assert (process.returncode, err) == (INTERRUPTED, b"")
    assert "Everything" not in out.decode()
