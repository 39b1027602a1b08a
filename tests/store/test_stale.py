"""What is stale, as the store finds it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.core.activity import Activity, ActivityKind
from app.core.item_class import ItemClass
from app.core.person import Person
from app.core.quiet import Quiet
from app.core.snapshot import Standing
from app.ports.reports import Filters, Page
from app.store import SqlStore
from tests.store.examples import ADA, NOW, SECOND, claim_one, memory, recorded, result, snapshot, touch

DAY = timedelta(days=1)
GRACE = Person("u2", "Grace Hopper", "grace@acme.test")
HIDDEN = Person("u3", "Ägidius Hidden")


def quiet(days: float, window: float = 7, **more: Any) -> Quiet:
    """Return the clock of an item that has been quiet for so many days at NOW."""
    last = NOW - days * DAY
    return Quiet(Activity(last, ActivityKind.COMMENT, ADA), window * DAY, last + window * DAY, **more)


async def page(store: SqlStore, now: datetime = NOW, **filters: Any) -> Page:
    """Return all that is stale."""
    return await store.reports.stale(Filters(**filters), after=None, limit=100, now=now)


async def ids(store: SqlStore, now: datetime = NOW, **filters: Any) -> list[str]:
    """Return who is stale, in order."""
    return [row.id for row in (await page(store, now, **filters)).items]


@pytest.fixture
async def backlog(store: SqlStore) -> SqlStore:
    """Return a store with seven items, four of which are stale, one of them snoozed."""
    named: dict[str, Any] = {"snapshot": snapshot("b", team="ENG"), "item_class": ItemClass.RISK, "owner": GRACE}
    other: dict[str, Any] = {"snapshot": snapshot("d", team="Ünits"), "route": "Straße", "owner": HIDDEN}
    await recorded(store, "a", quiet=quiet(9))
    await recorded(store, "b", quiet=quiet(40), **named)
    await recorded(store, "c", quiet=quiet(9, snoozed_until=NOW + DAY))
    await recorded(store, "d", quiet=quiet(9), **other)
    await recorded(store, "e", quiet=quiet(6))
    await recorded(store, "f", quiet=Quiet(Activity(NOW - 99 * DAY, ActivityKind.CREATED)))
    await recorded(store, "g", snapshot=snapshot("g", standing=Standing.DONE), quiet=None)
    return store


async def test_stale_items_come_oldest_first(backlog: SqlStore) -> None:
    """By when they went stale, then tracker and key; neither snoozed, closed nor windowless ones."""
    found = await page(backlog)
    assert [row.id for row in found.items] == ["b", "a", "d"]
    assert (found.total, found.evaluated, found.next) == (3, 6, None)
    assert found.items[0].shown.owner == GRACE
    assert found.items[0].shown.quiet == quiet(40)
    assert found.items[0].findings == ("a.b",)


@pytest.mark.parametrize(
    ("filters", "fitting"),
    [
        ({"snoozed": True}, ["b", "a", "c", "d"]),
        ({"tracker": "linear"}, ["b", "a", "d"]),
        ({"tracker": "jira"}, []),
        ({"team": "eng"}, ["b"]),
        ({"team": "ÜNITS"}, ["d"]),
        ({"team": "nobody's"}, []),
        ({"item_class": ItemClass.RISK}, ["b"]),
        ({"owner": "grace hopper"}, ["b"]),
        ({"owner": "GRACE@acme.test"}, ["b"]),
        ({"owner": "u2"}, ["b"]),
        ({"owner": "ägidius hidden"}, ["d"]),
        ({"owner": "u3"}, ["d"]),
        ({"route": "STRASSE"}, ["d"]),
        ({"quiet_for": 10 * DAY}, ["b"]),
        ({"quiet_for": 9 * DAY}, ["b", "a", "d"]),
        ({"owner": "ada admin", "route": "payments", "quiet_for": DAY}, ["a"]),
    ],
)
async def test_filters_narrow_the_report(backlog: SqlStore, filters: dict[str, Any], fitting: list[str]) -> None:
    """People write names in any case; the total is of what fits."""
    found = await page(backlog, **filters)
    assert [row.id for row in found.items] == fitting
    assert found.total == len(fitting)


async def test_an_item_is_stale_the_moment_its_window_ends(backlog: SqlStore) -> None:
    """Nothing has to run for it; and a snooze ends by itself."""
    ends = NOW + DAY
    assert "e" not in await ids(backlog, ends - SECOND)
    assert (await ids(backlog, ends))[-1] == "e"
    assert "c" in await ids(backlog, ends)


@pytest.mark.parametrize("newest", [False, True])
async def test_pages_follow_each_other_to_the_last(backlog: SqlStore, newest: bool) -> None:
    """Each item stands on exactly one page, also where several went stale at the same moment, in either order."""
    seen: list[str] = []
    after: str | None = None
    for _ in range(4):
        found = await backlog.reports.stale(Filters(snoozed=True, newest=newest), after=after, limit=1, now=NOW)
        seen += [row.id for row in found.items]
        after = found.next
    assert (seen, after) == (["d", "c", "a", "b"] if newest else ["b", "a", "c", "d"], None)


async def test_a_cursor_belongs_to_its_order(backlog: SqlStore) -> None:
    """One that was given out by the list the other way round is refused."""
    after = (await backlog.reports.stale(Filters(newest=True), after=None, limit=1, now=NOW)).next
    with pytest.raises(ValueError, match="cursor"):
        await backlog.reports.stale(Filters(), after=after, limit=1, now=NOW)


@pytest.mark.parametrize("forged", ["", "x", "a" * 1000, "é", "bnVsbA", "9" * 40])
async def test_forged_cursor_is_refused(store: SqlStore, forged: str) -> None:
    """Also one of another list."""
    await recorded(store, "a", quiet=quiet(9))
    await recorded(store, "b", quiet=quiet(9))
    _, other = await store.items(tracker=None, watched=None, after=None, limit=1)
    assert other
    for cursor in (forged, other):
        with pytest.raises(ValueError, match="cursor"):
            await store.reports.stale(Filters(), after=cursor, limit=1, now=NOW)


async def test_words_are_known_once_an_item_has_had_them(backlog: SqlStore) -> None:
    """So that a filter on nobody can be told from one on somebody who has nothing stale."""
    await recorded(backlog, "b", now=NOW + DAY, owner=ADA, quiet=quiet(1))
    assert await backlog.reports.knows("owner", "Grace HOPPER")
    assert not await backlog.reports.knows("owner", "'; drop table items; --")
    assert not await backlog.reports.knows("team", "grace hopper")
    assert await ids(backlog, owner="grace hopper") == []


async def complete(store: SqlStore, now: datetime = NOW, **filters: Any) -> bool:
    """Tell what the report says of itself."""
    return (await page(store, now, **filters)).complete


async def test_report_is_complete_when_all_was_looked_at(backlog: SqlStore) -> None:
    """Nothing is due, nothing failed, and whatever is stale was stale when it was looked at."""
    assert await complete(backlog)


async def test_report_lacks_what_was_never_looked_at(backlog: SqlStore) -> None:
    """From the moment that a webhook names it, until its first look; of its own tracker only."""
    await touch(backlog, "new", now=NOW + SECOND)
    assert not await complete(backlog, NOW + SECOND)
    assert not await complete(backlog, NOW + SECOND, tracker="linear")
    assert await complete(backlog, NOW + SECOND, tracker="jira")
    await backlog.record(await claim_one(backlog, NOW + SECOND), result("new"), NOW + SECOND)
    assert await complete(backlog, NOW + SECOND)


async def test_report_lacks_what_fails(backlog: SqlStore) -> None:
    """What is parked, and what is tried again."""
    for number, retry_at in enumerate((NOW + DAY, None), 1):
        then = NOW + 5 * number * SECOND
        await touch(backlog, "a", now=then)
        await backlog.fail(await claim_one(backlog, then), "no", retry_at, then)
        assert not await complete(backlog, then)


async def test_report_lacks_what_has_been_due_for_long(backlog: SqlStore) -> None:
    """A worker that is behind by a minute may have missed something; one that is busy has not."""
    await touch(backlog, "a", now=NOW + SECOND)
    assert await complete(backlog, NOW + 30 * SECOND)
    assert not await complete(backlog, NOW + 99 * SECOND)


async def test_report_lacks_the_proof_of_what_just_went_stale(backlog: SqlStore) -> None:
    """The window or the snooze is over, but no run has looked since."""
    ends = NOW + DAY
    assert await complete(backlog, ends - SECOND)
    assert not await complete(backlog, ends)
    await recorded(backlog, "e", now=ends, quiet=quiet(6))
    assert not await complete(backlog, ends)
    await recorded(backlog, "c", now=ends, quiet=quiet(9))
    assert await complete(backlog, ends)


async def test_columns_follow_the_latest_run(backlog: SqlStore) -> None:
    """Once a person did something the item is no longer stale, and once it is closed it is none of the report's."""
    await recorded(backlog, "a", now=NOW + DAY, quiet=quiet(-0.5), owner=GRACE)
    await recorded(backlog, "b", now=NOW + DAY, snapshot=snapshot("b", standing=Standing.DONE))
    await recorded(backlog, "d", now=NOW + DAY, quiet=quiet(9), watched=False)
    found = await page(backlog)
    assert (found.items, found.evaluated) == ([], 4)


async def test_forgotten_item_leaves_no_row(backlog: SqlStore) -> None:
    """The row goes with its item."""
    await touch(backlog, "b", now=NOW + SECOND)
    await backlog.forget(await claim_one(backlog, NOW + 2 * SECOND))
    assert await ids(backlog) == ["a", "d"]


async def test_failed_run_leaves_what_is_known(backlog: SqlStore) -> None:
    """The latest record that counts is that of the run before it."""
    await touch(backlog, "a", now=NOW + SECOND)
    await backlog.fail(await claim_one(backlog, NOW + 2 * SECOND), "it is down", None, NOW + 2 * SECOND)
    shown = await backlog.find("linear", "a")
    assert shown
    assert shown.last
    assert [found.id for found in shown.last.findings] == ["a.b"]
    assert (await backlog.records("linear", "a", 1))[0].failed == "it is down"
    assert memory() == shown.memory
    assert await ids(backlog) == ["b", "a", "d"]
