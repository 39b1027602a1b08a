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
