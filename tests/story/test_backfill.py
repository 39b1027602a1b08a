"""A workspace with years behind it is connected: in silence, within the tracker's allowance, and over a kill -9."""

import asyncio
import sqlite3
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.linear.sandbox.sandbox import LinearSandbox
from tests.cli.commands import PROGRAM, environment
from tests.running import until

MANY = 300
YEAR = timedelta(days=365)
EPIC = "Q4 Reliability"
CLASSES: dict[int, list[str]] = {0: [], 1: ["strategic", "operational"]}
"""Those of each ten that are not simply strategic: people would be asked about them."""


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[LinearSandbox]:
    """Run a workspace of old items, and write down how to reach it; the policy says nothing about old ones."""
    one = LinearSandbox()
    await one.start()
    for number in range(MANY):
        item = await one.create(
            "grace@acme.test", f"Old {number}", ["post-mortem", *CLASSES.get(number % 10, ["strategic"])], epic=EPIC
        )
        one.age(item, YEAR)
    policy = one.policy(grace="1s").replace("  tell_old: true\n", "")
    (tmp_path / "followthrough.yaml").write_text(f"{policy}limits: {{largest_change: 100%}}\n", encoding="utf-8")
    settings = {**one.environment(), "FOLLOWTHROUGH_MODE": "act"}
    (tmp_path / ".env").write_text("".join(f"{name}='{value}'\n" for name, value in settings.items()), encoding="utf-8")
    yield one
    await one.aclose()


@asynccontextmanager
async def reconcile(folder: Path) -> AsyncIterator[Process]:
    """Run `followthrough reconcile --look` as a program."""
    process = await asyncio.create_subprocess_exec(
        PROGRAM, "reconcile", "--look", cwd=folder, env=environment(folder), stdout=PIPE, stderr=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def ask(folder: Path, query: str) -> int:
    """Return the one number that the database answers, 0 before it is there."""
    if not (folder / "followthrough.db").exists():
        return 0
    with closing(sqlite3.connect(folder / "followthrough.db", timeout=10)) as database:
        try:
            return int(database.execute(query).fetchone()[0])
        except sqlite3.OperationalError:
            return 0


DONE = "SELECT count(*) FROM items WHERE watched"


async def test_backfill_is_silent_and_goes_on_after_a_kill(sandbox: LinearSandbox, tmp_path: Path) -> None:
    """What was looked at before the kill is not looked at again; nobody hears of years that are over."""
    async with reconcile(tmp_path) as first:
        await until(lambda: ask(tmp_path, DONE) >= MANY // 5, "some items to be done", 60)
        first.kill()
        await first.wait()
    done = ask(tmp_path, DONE)
    assert MANY // 5 <= done < MANY
    with closing(sqlite3.connect(tmp_path / "followthrough.db", timeout=10)) as database, database:
        # The loans of who was killed are over in some seconds; nobody wants to wait for them here.
        database.execute("UPDATE items SET lease_until = looked_at, due_at = looked_at WHERE lease_until IS NOT NULL")
    async with reconcile(tmp_path) as second:
        out, err = await second.communicate()
    assert second.returncode == 0, err.decode()
    watched, new, changed = (int(word) for word in out.decode().splitlines()[1].split()[1:4])
    assert (watched, new) == (MANY, MANY - done)
    assert changed == 0
    assert ask(tmp_path, DONE) == MANY
    assert len(sandbox.calls()) - len(sandbox.writes()) < MANY / 2
    assert ask(tmp_path, "SELECT count(*) FROM messages") == 0
    assert not [name for name in sandbox.writes() if "comment" in name.lower()]
    assert ask(tmp_path, "SELECT count(*) FROM reported WHERE stale_at IS NOT NULL") == MANY
