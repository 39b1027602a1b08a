"""`approve`: says what it lets, lets one policy by its digest, and is of no use where none waits."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.ports.policy_book import Waiting
from app.store import SqlStore
from tests.cli.commands import CREDENTIALS, POLICY, Ended, run

WAITING = Waiting("3f2a" * 16, "followthrough.yaml", 256, 420, 0.2, datetime(2026, 3, 1, tzinfo=UTC))
OTHER = replace(WAITING, digest="77" * 32, written=300, since=WAITING.since + timedelta(hours=1))
SENTENCE = (
    "The policy of followthrough.yaml would write to 61 % of 420 open items, more than the 20 % of "
    "limits.largest_change; `followthrough approve 3f2a3f2a3f2a` lets it."
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    """Open the store that the commands work on."""
    (tmp_path / "followthrough.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in CREDENTIALS.items()))
    one = SqlStore(f"sqlite:///{tmp_path / 'followthrough.db'}")
    await one.open()
    yield one
    await one.aclose()


async def approve(*arguments: str) -> Ended:
    """Run the command as a pipeline would, without a terminal."""
    return await asyncio.to_thread(run, "approve", *arguments)


async def test_what_waits_is_told_and_let(store: SqlStore) -> None:
    """Nothing is asked; once approved it does not wait any more, and that is said."""
    await store.policies.wait(WAITING)
    ended = await approve()
    assert (ended.status, ended.lines) == (
        0,
        [SENTENCE, "Approved 3f2a3f2a3f2a: running services take it up within seconds."],
    )
    assert await store.policies.lets(WAITING.digest)
    ended = await approve()
    assert (ended.status, ended.err) == (1, "No policy waits for an approval.\n")


async def test_of_several_one_is_named(store: SqlStore) -> None:
    """By the beginning of its digest; without it both are shown and neither is let."""
    await store.policies.wait(WAITING)
    await store.policies.wait(OTHER)
    both = await approve()
    assert (both.status, both.err) == (1, "2 policies wait; name one by the beginning of its digest.\n")
    assert both.lines[1] == SENTENCE
    unknown = await approve("abc")
    assert (unknown.status, unknown.out) == (1, "")
    assert unknown.err == "No policy waits whose digest begins with abc; 777777777777 does wait.\n"
    assert (await approve("3F2A")).status == 0
    assert (await store.policies.lets(WAITING.digest), await store.policies.lets(OTHER.digest)) == (True, False)


async def test_on_a_terminal_it_asks(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """No is no; `--yes` does not ask."""
    await store.policies.wait(WAITING)
    asked: list[str] = []

    def no(question: str) -> bool:
        asked.append(question)
        return False

    monkeypatch.setattr("app.cli.approve.typer.confirm", no)
    monkeypatch.setattr("app.cli.approve.on_terminal", lambda: True)
    assert (await approve()).status == 1
    assert asked == ["Let it write?"]
    assert not await store.policies.lets(WAITING.digest)
    assert (await approve("--yes")).status == 0
    assert len(asked) == 1
