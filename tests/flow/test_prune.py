"""Deliveries and messages are dropped once they are older than they are kept for."""

import asyncio
import hashlib
import logging
from datetime import UTC, datetime, timedelta

import pytest

from app.core.delivery import Delivery, Heard, Hearing
from app.core.errors import Transient
from app.flow import prune
from app.flow.prune import Pruner
from app.store import SqlStore
from tests.running import until

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


class Clock:
    """Stand still."""

    def now(self) -> datetime:
        """Return the time."""
        return NOW


async def _keep(store: SqlStore, days: int, number: int = 0) -> None:
    body = f"{days} {number}".encode()
    digest, at = hashlib.sha256(body).hexdigest(), NOW - days * DAY
    assert await store.keep(Delivery("linear", digest, digest, at, {}, body, Heard(Hearing.UNKNOWN, "x")), [], at)


async def _left(store: SqlStore) -> list[bytes]:
    return [one.body for _, one in await store.deliveries(tracker=None, hearing=None, limit=100)]


async def test_only_what_is_too_old_is_dropped(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many transactions it takes; what came later stays."""
    monkeypatch.setattr(prune, "AT_ONCE", 2)
    for number in range(5):
        await _keep(store, 15, number)
    await _keep(store, 13)
    pruner = Pruner(store, store.outbox, Clock(), 14 * DAY)
    assert await pruner.once() == 5
    assert await _left(store) == [b"13 0"]
    assert await pruner.once() == 0


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_it_goes_on_when_the_store_was_away(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A database that does not answer costs a line of the log, and the next round drops what is due."""
    monkeypatch.setattr(prune, "EVERY", 0.0)
    await _keep(store, 15)
    drops, done = store.prune, asyncio.Event()
    failures = [Transient("away")]

    async def fails_first(before: datetime, limit: int) -> int:
        if failures:
            raise failures.pop()
        dropped = await drops(before, limit)
        if not dropped:
            done.set()
        return dropped

    monkeypatch.setattr(store, "prune", fails_first)
    with caplog.at_level(logging.INFO, "app.flow.prune"):
        running = asyncio.create_task(Pruner(store, store.outbox, Clock(), 14 * DAY).run())
        await asyncio.wait_for(done.wait(), 5)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert await _left(store) == []
    assert caplog.records[0].levelname == "WARNING"


async def test_messages_are_walked_through_once_a_day(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page by page up to the last; what was settled in the last ninety days stays, though webhooks go."""
    asked: list[tuple[datetime, int]] = []

    async def pages(before: datetime, after: int, limit: int) -> tuple[int, int | None]:
        asked.append((before, after))
        return limit, after + 5 if after < 10 else None

    monkeypatch.setattr(prune, "EVERY", 0.0)
    monkeypatch.setattr(prune, "APART", 0.0)
    monkeypatch.setattr(store.outbox, "prune", pages)
    turns = []

    async def turn(before: datetime, limit: int) -> int:
        turns.append(before)
        return 0

    monkeypatch.setattr(store, "prune", turn)
    pruner = Pruner(store, store.outbox, Clock(), 14 * DAY)
    running = asyncio.create_task(pruner.run())
    await until(lambda: len(turns) > 3, "some turns")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert asked == [(NOW - 90 * DAY, number) for number in (0, 5, 10)]
    assert await Pruner(store, store.outbox, Clock(), 100 * DAY).messages() == 3 * prune.AT_ONCE
    assert asked[-1] == (NOW - 100 * DAY, 10)
