"""The policy's writes an hour are shared by all replicas of a store."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from app.core.errors import Transient
from app.flow.budget import Budget
from app.store import SqlStore
from app.store.allowances import allowances
from tests.store.examples import NOW

MINUTE = timedelta(minutes=1)
LIMIT = 60


@pytest.fixture
async def other(database_url: str, store: SqlStore) -> AsyncIterator[SqlStore]:
    """Return another replica's store."""
    _ = store
    opened = SqlStore(database_url)
    await opened.open()
    yield opened
    await opened.aclose()


async def spent(budget: Budget, minutes: float) -> bool:
    """Spend one write; tell whether it was allowed."""
    try:
        await budget.spend(NOW + minutes * MINUTE)
    except Transient:
        return False
    return True


async def test_replicas_together_keep_to_the_hours_number(store: SqlStore, other: SqlStore) -> None:
    """Both spend at the same time; all of it is spent and no more, and after the hour there is as much again."""
    budgets = [Budget(LIMIT, partial(each.draw, "linear")) for each in (store, other)]
    for minutes in (0, 59, 62):
        found = await asyncio.gather(*(spent(budget, minutes) for _ in range(LIMIT) for budget in budgets))
        assert sum(found) == (0 if minutes == 59 else LIMIT)
    assert await spent(Budget(LIMIT, partial(other.draw, "jira")), 62)


async def test_replica_that_starts_anew_knows_what_was_spent(store: SqlStore) -> None:
    """The count is in the database, not in the process."""
    assert all([await spent(Budget(3, partial(store.draw, "linear")), minutes) for minutes in range(3)])
    assert not await spent(Budget(3, partial(store.draw, "linear")), 3)
    assert await spent(Budget(3, partial(store.draw, "linear")), 61)


async def test_old_minutes_are_dropped(store: SqlStore) -> None:
    """The table holds an hour."""
    for minutes in (0, 30, 59, 60, 61, 300):
        await store.draw("linear", NOW + minutes * MINUTE, 1, LIMIT)
    await store.draw("jira", NOW, 1, LIMIT)
    counted = select(allowances.c.tracker, func.count()).where(allowances.c.minute > 0).group_by(allowances.c.tracker)
    rows = await store._database.read(lambda connection: connection.execute(counted).all())
    assert sorted(map(tuple, rows)) == [("jira", 1), ("linear", 1)]
