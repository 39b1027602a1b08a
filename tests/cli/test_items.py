"""`why`, `check` and `reconcile`, as a person types them beside a service."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.assembly import manifests
from app.ports import Sandbox
from tests.cli.commands import run
from tests.cli.conftest import Left


def due(folder: Path) -> int:
    """Count the items that are due now."""
    with sqlite3.connect(folder / "followthrough.db") as connection:
        query = "SELECT count(*) FROM items WHERE due_at <= ?"
        return int(connection.execute(query, (time.time_ns() // 1000,)).fetchone()[0])


def just_looked_at(folder: Path) -> None:
    """Let the latest look at every item seem to have begun now, so that each would still have to settle."""
    with sqlite3.connect(folder / "followthrough.db") as connection:
        connection.execute("UPDATE items SET looked_at = ?", (time.time_ns() // 1000,))


def test_why_tells_each_rules_verdict(left: Left) -> None:
    """Every rule is told with its reason, and what would change it; then when it is looked at again."""
    ended = run("why", left.tracker, left.operational)
    assert ended.status == 0
    assert ended.lines[0].startswith(f"{left.operational}: Alert")
    assert ended.lines[1].startswith("class operational, route ")
    for rule in ("labels: operational", "size: not large", "routing: as it should be", "owner: fine"):
        assert ended.lines[ended.lines.index(rule) + 1].startswith("  because ")
    assert "Policy: followthrough.yaml." in ended.lines[-1]


def test_why_knows_a_key_in_any_case_and_one_from_before_a_move(left: Left) -> None:
    """People type keys as they come to mind, and links keep old keys."""
    asked = [run("why", left.tracker.upper(), key) for key in (left.operational, left.operational.lower(), left.first)]
    assert [ended.status for ended in asked] == [0, 0, 0]
    assert len({ended.out for ended in asked}) == 1


def test_why_shows_titles_as_they_are_and_obeys_nothing_in_them(left: Left) -> None:
    """What looks like markup or an emoji's name stays; what a terminal would obey is shown instead."""
    assert run("why", left.tracker, left.operational).lines[0].endswith("Alert [red]on[/] :warning: lag")
    assert run("why", left.tracker, left.unlabelled).lines[0].endswith("Storms \\x1b[31m")


@pytest.mark.parametrize("command", ["why", "check"])
def test_an_unknown_key_ends_with_1_and_a_way_to_find_it(left: Left, command: str) -> None:
    """An item that nobody has named yet is found by reconcile."""
    ended = run(command, left.tracker, "NO-99")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err == (
        f"{left.tracker} NO-99 is not known; is it labelled as the policy watches? `followthrough reconcile` looks\n"
    )


@pytest.mark.parametrize("command", ["why", "check"])
def test_an_unknown_tracker_ends_with_1_and_those_there_are(left: Left, command: str) -> None:
    """A tracker that is not here is told apart from an item that is not."""
    ended = run(command, "gitlab", left.operational)
    assert (ended.status, ended.out) == (1, "")
    assert ended.err == f"there is no tracker gitlab here; switched on: {left.tracker}\n"


def test_check_makes_an_item_due(left: Left) -> None:
    """Whoever asks for a look gets one at once, though nothing happened and the item was looked at just now."""
    before = due(left.folder)
    just_looked_at(left.folder)
    ended = run("check", left.tracker, left.operational.lower())
    assert (ended.status, ended.out) == (0, f"{left.operational} is due; a service looks at it as soon as one runs.\n")
    assert due(left.folder) == before + 1


def test_reconcile_with_a_tracker_that_is_down_ends_with_1_and_a_line(left: Left) -> None:
    """A tracker that does not answer is no traceback."""
    ended = run("reconcile")
    assert ended.status == 1
    assert len(ended.err.splitlines()) == 1
    assert "did not answer" in ended.err
    assert ended.err.startswith(f"{left.tracker}: ")


@pytest.fixture
async def sandbox(tracker: str, tmp_path: Path) -> AsyncIterator[Sandbox]:
    """Run a sandbox with two watched tickets of which no webhook told, and write what points commands at it."""
    make = manifests()[tracker].sandbox
    assert make is not None
    one = make()
    await one.start()
    for title in ("One", "Two"):
        await one.create("grace@acme.test", title, ["post-mortem"])
    await one.create("grace@acme.test", "None of ours")
    (tmp_path / "followthrough.yaml").write_text(one.policy(), encoding="utf-8")
    settings = "".join(f"{name}={value}\n" for name, value in one.environment().items())
    (tmp_path / ".env").write_text(settings, encoding="utf-8")
    yield one
    await one.aclose()


async def test_reconcile_finds_what_no_webhook_told(sandbox: Sandbox, tracker: str, tmp_path: Path) -> None:
    """A dry run only counts; without it what differs is made due; and a second time it is still to be looked at."""
    dry = await asyncio.to_thread(run, "reconcile", "--dry-run")
    assert dry.status == 0
    assert [line.split() for line in dry.lines] == [
        ["tracker", "watched", "new", "changed", "gone", "asked", "missed", "would", "be", "due"],
        [tracker, "2", "2", "0", "0", "0", "0", "2"],
    ]
    assert due(tmp_path) == 0
    late = await asyncio.to_thread(run, "reconcile", "--dry-run", "--since", "2h")
    assert late.lines[0].split()[1] == "read"
    assert late.lines[1].split() == [tracker, "2", "2", "0", "0", "0", "0", "2"]
    wrong = await asyncio.to_thread(run, "reconcile", "--since", "2")
    assert (wrong.status, "has no unit" in wrong.err) == (2, True)
    real = await asyncio.to_thread(run, "reconcile")
    assert real.lines[1].split() == [tracker, "2", "2", "0", "0", "0", "0", "2"]
    assert due(tmp_path) == 2
    await sandbox.create("grace@acme.test", "Three", ["post-mortem"])
    more = await asyncio.to_thread(run, "reconcile", "--dry-run")
    assert more.lines[1].split() == [tracker, "3", "3", "0", "0", "0", "1", "3"]


async def test_reconcile_goes_on_past_a_tracker_that_is_down(sandbox: Sandbox, tracker: str, tmp_path: Path) -> None:
    """The other one is compared and told, the one that is down has its line, and the exit status is 1."""
    other = "jira" if tracker == "linear" else "linear"
    make = manifests()[other].sandbox
    assert make is not None
    down = make()
    await down.start()
    settings = {**sandbox.environment(), **down.environment()}
    await down.aclose()
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in settings.items()), encoding="utf-8")
    both = sandbox.policy().replace("watch:\n", f"watch:\n  - {{tracker: {other}, label: post-mortem}}\n")
    (tmp_path / "followthrough.yaml").write_text(both, encoding="utf-8")
    ended = await asyncio.to_thread(run, "reconcile", "--look")
    assert ended.status == 1
    assert [line.split()[0] for line in ended.lines] == ["tracker", tracker]
    assert ended.lines[0].endswith("  due")
    assert ended.err.splitlines()[-1].startswith(f"{other}: ")
    assert due(tmp_path) == 2


@pytest.mark.usefixtures("left")
def test_reconcile_refuses_to_look_after_a_dry_run() -> None:
    """Nothing is due then, so that a look would be at nothing."""
    ended = run("reconcile", "--dry-run", "--look")
    assert (ended.status, ended.out) == (2, "")
    assert "leave one of the two out" in ended.err
