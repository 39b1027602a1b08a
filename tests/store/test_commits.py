"""Runs that end at the same moment share a commit, and each is as if it were alone."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.core.errors import FollowthroughError, Transient
from app.store import SqlStore
from tests.store.examples import LEASE, NOW, SECOND, result, touch


async def test_runs_that_end_together_share_commits(store: SqlStore) -> None:
    """Fifty records take a handful of transactions, and all are there."""
    for number in range(50):
        await touch(store, f"i{number}")
    runs = await store.claim(100, NOW, LEASE, ["linear"])
    commits = 0

    def count(_connection: object) -> None:
        nonlocal commits
        commits += 1

    event.listen(Engine, "commit", count)
    held = await asyncio.gather(*(store.record(run, result(run.id), NOW + SECOND) for run in runs))
    event.remove(Engine, "commit", count)
    assert held == [True] * 50
    assert commits <= 5
    assert all([await store.records("linear", run.id, 9) for run in runs])


async def test_each_has_its_own_fence(store: SqlStore) -> None:
    """Who lost the lease is told so, and the others of the moment are recorded all the same."""
    for name in ("a", "b", "c"):
        await touch(store, name)
    one, two, three = await store.claim(9, NOW, LEASE, ["linear"])
    void = replace(two, fence=two.fence - 1)
    ended = (store.record(run, result(run.id), NOW + SECOND) for run in (one, void, three))
    assert await asyncio.gather(*ended) == [True, False, True]
    assert await store.record(two, result(two.id), NOW + SECOND)


async def test_one_that_cannot_be_kept_harms_nobody_else(store: SqlStore) -> None:
    """It alone gets the error, and its neighbours' results stand."""
    for name in ("a", "b", "c"):
        await touch(store, name)
    runs = await store.claim(9, NOW, LEASE, ["linear"])
    bad = replace(result("b"), look_again_at=NOW.replace(tzinfo=None))
    results = [result("a"), bad, result("c")]
    ended = (store.record(run, one, NOW + SECOND) for run, one in zip(runs, results, strict=True))
    answers = await asyncio.gather(*ended, return_exceptions=True)
    assert [answers[0], answers[2]] == [True, True]
    assert isinstance(answers[1], (FollowthroughError, TypeError))
    assert await store.records("linear", "b", 9) == []


async def test_a_closed_store_takes_no_more(store: SqlStore) -> None:
    """Who writes after the end is told that it did not happen."""
    await touch(store, "a")
    (run,) = await store.claim(9, NOW, LEASE, ["linear"])
    commits = store._now.commits
    await store.aclose()
    with pytest.raises(Transient):
        await store.record(run, result("a"), NOW)
    with pytest.raises(Transient):
        await commits.write(("linear", "a"), lambda _: None)
    await store.open()
