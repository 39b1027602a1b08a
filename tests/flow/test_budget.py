"""Writes are spent from what was drawn, and drawn seldom."""

import asyncio
from datetime import datetime, timedelta

import pytest

from app.core.allowance import Drawn
from app.core.errors import Transient
from app.flow.budget import Budget, alone
from tests.flow.fakes import NOW

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


class Counted:
    """Draw from an hour of one's own, and remember how much was asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self._draw = alone()

    async def draw(self, now: datetime, number: int, limit: int) -> Drawn:
        """Draw."""
        self.asked.append(number)
        await asyncio.sleep(0)
        return await self._draw(now, number, limit)


async def test_burst_takes_few_draws() -> None:
    """Who writes much draws much at a time, also when many write at once; none is drawn in vain."""
    counted = Counted()
    budget = Budget(600, counted.draw)
    await asyncio.gather(*(budget.spend(NOW) for _ in range(600)))
    assert len(counted.asked) < 50
    assert sum(counted.asked) >= 600
    assert budget.left(NOW) == 0


async def test_used_up_hour_is_not_asked_for_again() -> None:
    """Until something may be left; a policy with another number is asked at once."""
    counted = Counted()
    budget = Budget(1, counted.draw)
    assert budget.left(NOW) == 1
    await budget.spend(NOW)
    for minutes in (0, 30):
        with pytest.raises(Transient) as told:
            await budget.spend(NOW + minutes * MINUTE)
        assert told.value.retry_after == (61 - minutes) * 60
    assert (counted.asked, budget.left(NOW + 30 * MINUTE)) == ([1], 0)
    budget.limit = 2
    assert budget.left(NOW + 30 * MINUTE) == 2
    await budget.spend(NOW + 30 * MINUTE)
    assert len(counted.asked) == 2
    assert budget.left(NOW + 2 * HOUR) == 2
    await budget.spend(NOW + 2 * HOUR)


async def test_what_was_drawn_is_good_for_its_minute() -> None:
    """What is left of it then is not spent later, when the hour may have been given to others."""
    counted = Counted()
    budget = Budget(600, counted.draw)
    for _ in range(9):
        await budget.spend(NOW)
    assert counted.asked[-1] == 2
    assert budget.left(NOW) == 591
    await budget.spend(NOW + MINUTE)
    assert counted.asked[-1] == 1
    assert budget.left(NOW + MINUTE) == 589


async def test_who_comes_late_draws_nothing_for_a_minute_that_is_over() -> None:
    """A run that looked at the clock before another one spends of the same minute as that."""
    budget = Budget(2)
    await budget.spend(NOW)
    await budget.spend(NOW - timedelta(seconds=1))
    with pytest.raises(Transient):
        await budget.spend(NOW)
