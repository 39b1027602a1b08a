"""Remember answers for their time and no longer."""

import asyncio

import pytest

from app.core.errors import Transient
from connectors._kit.kept import Kept


class Now:
    """Count seconds by hand."""

    seconds = 0.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.seconds


async def test_answers_are_kept_for_their_time() -> None:
    """An answer is asked for once until its time is over, however many ask at once; errors are not kept."""
    clock, asked = Now(), []

    async def ask() -> str:
        asked.append(clock.seconds)
        await asyncio.sleep(0)
        if len(asked) == 1:
            raise Transient("not now")
        return "yes" if len(asked) == 2 else "and again"

    kept = Kept[str](lambda answer: 10 if answer == "yes" else 1, clock)
    with pytest.raises(Transient):
        await kept.get("a", ask)
    assert await asyncio.gather(*(kept.get("a", ask) for _ in range(3))) == ["yes"] * 3
    clock.seconds = 9.9
    assert await kept.get("a", ask) == "yes"
    clock.seconds = 10
    assert await kept.get("a", ask) == "and again"
    clock.seconds = 11
    await kept.get("a", ask)
    assert asked == [0, 0, 10, 11]


async def test_what_is_kept_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers do not pile up for ever."""
    monkeypatch.setattr("connectors._kit.kept.MOST", 3)
    kept = Kept[str](10, Now())

    async def ask() -> str:
        return "x"

    for number in range(10):
        await kept.get(str(number), ask)
    assert len(kept._answers) <= 3


async def test_who_waits_for_an_answer_shares_its_error() -> None:
    """A host that answers nobody costs one patience, not one after the other for each who waits; later it is asked."""
    asked = 0

    async def ask() -> str:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.01)
        if asked == 1:
            raise Transient("nobody there")
        return "yes"

    kept = Kept[str](10, Now())
    found = await asyncio.gather(*(kept.get("a", ask) for _ in range(5)), return_exceptions=True)
    assert [str(one) for one in found] == ["nobody there"] * 5
    assert asked == 1
    assert await asyncio.gather(*(kept.get("a", ask) for _ in range(3))) == ["yes"] * 3
    assert asked == 2


async def test_who_waits_asks_when_the_one_before_was_stopped() -> None:
    """That somebody gave up says nothing of the host."""
    begun = asyncio.Event()

    async def forever() -> str:
        begun.set()
        await asyncio.Event().wait()
        return "never"

    async def ask() -> str:
        await asyncio.sleep(0)
        return "yes"

    kept = Kept[str](10, Now())
    first = asyncio.create_task(kept.get("a", forever))
    await begun.wait()
    second = asyncio.create_task(kept.get("a", ask))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == "yes"
