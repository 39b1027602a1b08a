"""Before anything is ever written it is known how much there is to write to."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from app.flow import first_look
from app.flow.first_look import FirstLook
from app.flow.reconcile import Found


def found(seen: int) -> Found:
    """Return what a comparison with a tracker found."""
    return Found(seen, seen, 0, 0, 0)


def unseen(number: int) -> Callable[[], Awaitable[int]]:
    """Return what counts so many items that nobody looked at."""

    async def count() -> int:
        return number

    return count


@pytest.mark.parametrize(
    ("read", "small"),
    [
        ({"linear": found(0), "jira": found(0)}, True),
        ({"linear": found(10), "jira": found(15)}, True),
        ({"linear": found(10), "jira": found(16)}, False),
        ({"linear": found(0)}, False),
        ({}, False),
    ],
)
async def test_few_items_need_no_look(monkeypatch: pytest.MonkeyPatch, read: dict[str, Found], *, small: bool) -> None:
    """All trackers together count; one that does not answer may hold any number."""
    monkeypatch.setattr(first_look, "PATIENCE", 0.0)
    assert await FirstLook(("linear", "jira"), read, unseen(0)).is_small(25) is small


async def test_the_trackers_are_waited_for() -> None:
    """A start does not call many what is not read yet."""
    read: dict[str, Found] = {}
    asked = asyncio.create_task(FirstLook(("linear",), read, unseen(0)).is_small(25))
    await asyncio.sleep(0)
    read["linear"] = found(3)
    assert await asked


@pytest.mark.parametrize(
    ("read", "left", "over"),
    [({"linear": found(30)}, 0, True), ({"linear": found(30)}, 1, False), ({}, 0, False)],
)
async def test_it_is_over_when_each_item_was_looked_at(read: dict[str, Found], left: int, *, over: bool) -> None:
    """Of a tracker that was not read nobody knows what there is to look at."""
    assert await FirstLook(("linear",), read, unseen(left)).is_over() is over
