"""What a worker has on loan stays its own for as long as it takes."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from app.core.errors import Transient
from app.flow.worker import Worker
from app.store import SqlStore
from tests.flow.fakes import FakeClock
from tests.running import until


async def test_leases_are_made_longer_whatever_came_in_between(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that is not there, or an error of ours, does not end the heartbeat; the latter is told."""
    store, beats = SqlStore(f"sqlite:///{tmp_path / 'work.db'}"), 0
    troubles = iter([Transient("gone"), ZeroDivisionError("a bug")])

    async def extend(*_args: object) -> None:
        nonlocal beats
        beats += 1
        if trouble := next(troubles, None):
            raise trouble

    monkeypatch.setattr(store, "extend", extend)
    monkeypatch.setattr("app.flow.worker.LEASE", timedelta(milliseconds=3))
    await store.open()
    running = asyncio.create_task(Worker(store, {}, FakeClock()).run())
    await until(lambda: beats > 2, "the heart to beat on")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await store.aclose()
    told = [record.message for record in caplog.records if record.name == "app.flow.worker"]
    assert told == ["the leases met an error of ours, tried again soon"]
