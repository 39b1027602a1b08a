"""What the store counts: by kind, by post-mortem, by week, and what waits."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.core.decision import Finding
from app.core.item_class import ItemClass
from app.core.memory import Left, Memory
from app.core.postmortem import PostMortem
from app.core.record import Record
from app.core.snapshot import Standing
from app.ports.reports import Gone
from app.store import SqlStore
from app.store.kept import FRESH, MANY, SHARE, USABLE, Kept
from tests.store.examples import NOW, SECOND, claim, delivery, recorded, snapshot, touch
from tests.store.test_stale import quiet

DAY = timedelta(days=1)
ONE: dict[str, Any] = {"postmortem": PostMortem("pm/1")}
TWO: dict[str, Any] = {"postmortem": PostMortem("pm/2", "https://wiki.acme.test/2")}


def left(how: Any, at: datetime = NOW) -> Memory:
    """Return the memory of an item that left like that."""
    return Memory(first_seen_at=NOW, left=Left(how, at))


async def test_items_that_are_alike_are_counted_together(store: SqlStore) -> None:
    """With their findings, and how many are stale by how much; neither closed nor snoozed ones."""
    found = Record(NOW, (), (Finding("stale.quiet", "", ""), Finding("due.missed", "", "")))
    for id_, days in (("a", 7), ("b", 12.5), ("c", 6), ("d", 50)):
        await recorded(store, id_, quiet=quiet(days), record=found)
    await recorded(store, "e", quiet=quiet(50, snoozed_until=NOW + DAY), record=found)
    await recorded(store, "f", snapshot=snapshot("f", standing=Standing.DONE), record=found)
    await recorded(store, "g", snapshot=snapshot("g", team="PAY"), item_class=ItemClass.RISK, route=None)
    one, other = sorted(await store.reports.tallies(NOW), key=lambda tally: -tally.items)
    assert (one.items, one.stale, one.findings) == (5, (1, 1, 0, 0, 1), ("due.missed", "stale.quiet"))
    assert (one.item_class, one.route, one.team) == (ItemClass.OPERATIONAL, "payments", None)
    assert (other.items, other.stale, other.findings) == (1, (0, 0, 0, 0, 0), ("a.b",))
    assert (other.item_class, other.route, other.team) == (ItemClass.RISK, None, "PAY")


async def test_post_mortems_tell_how_each_item_left(store: SqlStore) -> None:
    """What is done, what goes on, and the ledger of the rest, the earliest first."""
    closed_over = Memory(first_seen_at=NOW, since={"epic.closed": NOW - 2 * DAY})
    await recorded(store, "a", quiet=quiet(9), **ONE)
    await recorded(store, "b", memory=left("done"), snapshot=snapshot("b", standing=Standing.DONE), **ONE)
    await recorded(store, "c", memory=closed_over, quiet=quiet(9), **ONE)
    for id_, how in (("d", "wont_do"), ("e", "vanished"), ("f", "label_removed"), ("g", "moved")):
        await recorded(store, id_, memory=left(how, NOW - DAY), watched=False, **ONE)
    await recorded(store, "h", snapshot=snapshot("h", standing=Standing.DONE), memory=Memory(), **TWO)
    (one, two), after, total = await store.reports.postmortems(after=None, limit=10, now=NOW)
    assert (one.name, one.url, one.total, one.done, one.open, one.stale) == ("pm/1", None, 7, 1, 1, 1)
    assert one.left[0] == Gone("linear", "PM-c", "epic_closed", NOW - 2 * DAY)
    assert [gone.how for gone in one.left[1:]] == ["wont_do", "vanished", "label_removed", "moved"]
    assert one.oldest_open_at == NOW - DAY
    assert (two.name, two.url, two.total, two.done, two.open) == ("pm/2", "https://wiki.acme.test/2", 1, 1, 0)
    assert (two.left, two.oldest_open_at, after, total) == ((), None, None, 2)


async def test_post_mortem_stays_with_its_item(store: SqlStore) -> None:
    """Whoever takes off its name drops nothing from the count; another name takes its place."""
    await recorded(store, "a", **TWO)
    await recorded(store, "a", now=NOW + DAY, postmortem=None)
    (one,), _, _ = await store.reports.postmortems(after=None, limit=10, now=NOW)
    assert (one.name, one.url) == ("pm/2", "https://wiki.acme.test/2")
    await recorded(store, "a", now=NOW + 2 * DAY, **ONE)
    (one,), _, _ = await store.reports.postmortems(after=None, limit=10, now=NOW)
    assert (one.name, one.url) == ("pm/1", None)
    shown = await store.find("linear", "a")
    assert shown
    assert shown.postmortem == PostMortem("pm/1")


async def test_post_mortems_are_paged_by_name(store: SqlStore) -> None:
    """Each stands on one page; a forged cursor is refused."""
    for number in range(3):
        await recorded(store, str(number), postmortem=PostMortem(f"pm/{number}"))
    names, after = [], None
    for _ in range(3):
        page, after, total = await store.reports.postmortems(after=after, limit=1, now=NOW)
        names += [one.name for one in page]
        assert total == 3
    assert (names, after) == (["pm/0", "pm/1", "pm/2"], None)
    with pytest.raises(ValueError, match="cursor"):
        await store.reports.postmortems(after="forged", limit=1, now=NOW)


async def test_weeks_count_what_was_opened_and_what_ended(store: SqlStore) -> None:
    """An item whose epic was closed over it has not ended."""
    starts = [NOW - 14 * DAY, NOW - 7 * DAY]
    closed_over = Memory(first_seen_at=NOW, since={"epic.closed": NOW - DAY})
    await recorded(store, "a", snapshot=snapshot("a", created_at=NOW - 10 * DAY), memory=closed_over)
    await recorded(store, "b", memory=left("vanished", NOW - DAY), watched=False)
    await recorded(store, "c", memory=left("done", NOW - 20 * DAY), watched=False)
    counted = await store.reports.weeks(starts)
    assert (counted.starts, counted.opened, counted.closed) == (tuple(starts), (1, 2), (0, 1))
    assert (await store.reports.weeks([])).starts == ()


async def test_waiting_deliveries_are_those_since_the_oldest_item_that_waits(store: SqlStore) -> None:
    """Also while it is on loan; none once all is done."""
    await store.keep(replace(delivery(b"0"), received_at=NOW - SECOND), [], NOW - SECOND)
    assert await store.reports.waiting_deliveries(NOW) == 0
    for number in (b"1", b"2"):
        await store.keep(delivery(number), [], NOW)
    await touch(store, "i1")
    assert await store.reports.waiting_deliveries(NOW) == 2
    (lent,) = await claim(store)
    assert await store.reports.waiting_deliveries(NOW) == 2
    await store.forget(lent)
    assert await store.reports.waiting_deliveries(NOW) == 0


async def test_counts_of_many_rows_are_kept_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few are counted each time; many serve for a while, then while they are counted anew, then no longer."""
    clock, made, kept = [0.0], [0], Kept()
    monkeypatch.setattr("app.store.kept.time.monotonic", lambda: clock[0])

    async def count() -> int:
        made[0] += 1
        clock[0] += takes
        return size + made[0]

    async def ask(at: float) -> int:
        clock[0] = at
        answer = await kept.get("x", count, lambda counted: counted)
        await asyncio.sleep(0)
        await kept.aclose()
        return answer - size

    size, takes = 0, 0.0
    assert [await ask(0), await ask(0)] == [1, 2]
    size = MANY
    assert [await ask(0), await ask(FRESH - 1)] == [3, 3]
    assert [await ask(FRESH + 1), await ask(FRESH + 2)] == [3, 4]
    assert await ask(2 * USABLE * FRESH) == 5
    takes = FRESH / SHARE * 2
    assert await ask(9 * USABLE * FRESH) == 6
    assert [await ask(clock[0] + FRESH + 1), await ask(clock[0] + FRESH)] == [6, 6]
