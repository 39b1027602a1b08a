"""Calls are spread so that an allowance is never spent, and others have their part of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from app.ports.spending import Allowance
from connectors._kit.pace import KEPT, TOGETHER, Pace, Rhythm, by_the_hour
from connectors.jira.client import filling


@dataclass
class Host:
    """Play a host with a leaky bucket of its own, on a clock that only waiting moves."""

    limit: float
    now: float = 0.0
    left: float = 0.0
    lowest: float = field(init=False)
    _at: float = 0.0

    def __post_init__(self) -> None:
        self.left = self.lowest = self.left or self.limit

    def clock(self) -> float:
        """Return the time in seconds."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let time pass, and whoever waits for it go on."""
        self.now += seconds
        await asyncio.sleep(0)

    def answer(self, cost: float) -> Mapping[str, Allowance]:
        """Take a call's cost and tell what is left."""
        self.left = min(self.limit, self.left + (self.now - self._at) * self.limit / 3600) - cost
        self._at, self.lowest = self.now, min(self.lowest, self.left)
        return {"requests": Allowance(int(self.left), self.limit)}

    async def call(self, pace: Pace, cost: float, *, waits: bool = True) -> None:
        """Make a call that takes a tenth of a second."""
        async with pace.turn(waits=waits):
            await self.sleep(0.1)
            pace.heard(self.answer(cost), {})


@pytest.fixture
def host() -> Host:
    """Play a host that allows 2,500 an hour."""
    return Host(2_500)


@pytest.mark.parametrize("cost", [1, 7], ids=["cheap", "dear"])
async def test_what_can_wait_never_spends_it_all(host: Host, cost: int) -> None:
    """Three hours of work take little more than the time in which the allowance fills, and a part stays for others."""
    pace = Pace(by_the_hour, host.clock, host.sleep)
    number = 3 * 2_500 // cost
    for _ in range(number // 5):
        await asyncio.gather(*(host.call(pace, cost) for _ in range(5)))
    assert host.lowest > 2_500 * KEPT * 0.8
    assert 2 * 3600 < host.now < 2.8 * 3600


@pytest.mark.parametrize("writes", [1, 5, 30])
async def test_what_goes_at_once_behind_each_call_counts(host: Host, writes: int) -> None:
    """However many writes follow each look, together they are as slow as the allowance fills."""
    pace = Pace(by_the_hour, host.clock, host.sleep)
    number = 3 * 2_500 // (1 + writes)
    for _ in range(number // 5):
        await asyncio.gather(*(host.call(pace, 1) for _ in range(5)))
        await asyncio.gather(*(host.call(pace, 1, waits=False) for _ in range(5 * writes)))
    assert host.lowest > 2_500 * KEPT * 0.6
    assert 2 * 3600 < host.now < 2.8 * 3600


async def test_what_others_spend_all_the_time_slows_us_down_and_never_stops_us(host: Host) -> None:
    """Whoever shares the account and spends it all still lets us have our turn."""
    pace = Pace(by_the_hour, host.clock, host.sleep)
    for _ in range(200):
        await host.call(pace, 1)
        host.left = min(host.left, 30)
    assert host.now < 3 * 3600


async def test_nobody_waits_while_plenty_is_left(host: Host) -> None:
    """A day's usual work is not slowed down."""
    pace = Pace(by_the_hour, host.clock, host.sleep)
    for _ in range(1_000):
        await host.call(pace, 1)
    assert host.now == pytest.approx(100)


async def test_what_others_spent_is_not_taken_for_the_price_of_a_refused_call(host: Host) -> None:
    """When an allowance that somebody else used up is there again, the next call waits for a usual one."""
    pace = Pace(by_the_hour, host.clock, host.sleep)
    for _ in range(2):
        await host.call(pace, 1)
    pace.heard({"requests": Allowance(0, 2_500)}, {}, refused=True)
    before = host.now
    async with pace.turn(waits=True):
        assert host.now - before < 2 * 3600 / 2_500


async def test_what_cannot_wait_goes_at_once(host: Host) -> None:
    """A write is sent though the part that is left is for others: it is what that part is kept for."""
    host.left = 300
    pace = Pace(by_the_hour, host.clock, host.sleep)
    for _ in range(20):
        await host.call(pace, 1, waits=False)
    assert host.now == pytest.approx(2)
    await host.call(pace, 1)
    assert host.now > 3


async def test_an_allowance_that_others_spent_is_waited_for(host: Host) -> None:
    """A call is sent once there is enough for it."""
    host.left = 3.5
    pace = Pace(by_the_hour, host.clock, host.sleep)
    for _ in range(10):
        await host.call(pace, 1)
    assert host.lowest >= 0


async def test_a_host_that_tells_nothing_is_not_waited_for(host: Host) -> None:
    """Nor one whose words make no sense."""
    pace = Pace(lambda _headers, _limit: 0.0, host.clock, host.sleep)
    pace.heard({"requests": Allowance(0, 100), "more": Allowance(0, None)}, {})
    async with pace.turn(waits=True):
        assert host.now == 0


async def test_a_rhythm_spaces_calls_evenly(host: Host) -> None:
    """Many at once go one after the other; after a rest the first goes at once, and nothing is made up for."""
    rhythm, at = Rhythm(4, host.clock, host.sleep), []

    async def call() -> None:
        async with rhythm.turn():
            at.append(host.now)

    await asyncio.gather(*(call() for _ in range(9)))
    assert at == [number / 4 for number in range(9)]
    host.now = 60
    await call()
    await call()
    assert at[9:] == [60, 60.25]


async def test_what_a_slow_host_holds_up_does_not_come_at_once_in_the_end(host: Host) -> None:
    """Only a few calls of a rhythm are under way, so that few have had their turn long before they are sent."""
    rhythm, under_way, go_on = Rhythm(4, host.clock, host.sleep), 0, asyncio.Event()

    async def call() -> None:
        nonlocal under_way
        async with rhythm.turn():
            under_way += 1
            await go_on.wait()

    calls = [asyncio.create_task(call()) for _ in range(20)]
    for _ in range(100):
        await asyncio.sleep(0)
    assert under_way == TOGETHER
    go_on.set()
    await asyncio.gather(*calls)
    assert host.now == pytest.approx(19 / 4)


def test_jira_says_how_its_allowance_fills() -> None:
    """Data Center in headers; Cloud's bursts are by the second."""
    told = {"x-ratelimit-fillrate": "5", "x-ratelimit-interval-seconds": "2"}
    assert filling(told, 100) == 2.5
    assert filling({}, 100) == filling({**told, "x-ratelimit-interval-seconds": "0"}, 100) == 100
