"""Deliveries are kept once, whole, and with their items made due."""

import asyncio
import zlib
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from app.core.delivery import Hearing
from app.ports import Touch
from app.store import SqlStore
from app.store.tables import deliveries
from tests.store.examples import NOW, SECOND, claim, delivery

TOUCHES = [Touch("i1", "Issue.update")]
LENGTHS = select(func.length(deliveries.c.body))


async def test_delivery_comes_back_byte_for_byte(store: SqlStore) -> None:
    """What was kept is shown as it came in, with what was understood of it."""
    kept = delivery(bytes(range(256)) * 50)
    assert await store.keep(kept, TOUCHES, NOW)
    ((number, shown),) = await store.deliveries(tracker=None, hearing=None, limit=10)
    assert shown == kept
    assert await store.delivery(number) == kept


async def test_what_is_kept_is_small(store: SqlStore) -> None:
    """A body is compressed as it goes in, whatever it is."""
    for body in (b'{"text": "' + b"alert " * 900 + b'"}', b"no JSON " * 700):
        assert await store.keep(delivery(body, body[:3].decode()), [], NOW)
    lengths = await store._database.read(lambda connection: connection.scalars(LENGTHS).all())
    assert max(lengths) < 100


@pytest.mark.parametrize("kept", [b'{"as": "it came"}', zlib.compress(b'{"as": "it came"}', 1)])
async def test_body_that_an_older_version_kept_is_read(store: SqlStore, kept: bytes) -> None:
    """Bodies were kept as they came, and then compressed by zlib."""
    await store.keep(delivery(b"{}"), [], NOW)
    await store._database.write(lambda connection: connection.execute(update(deliveries).values(body=kept)))
    ((_, shown),) = await store.deliveries(tracker=None, hearing=None, limit=1)
    assert shown.body == b'{"as": "it came"}'


async def test_delivery_makes_its_items_due(store: SqlStore) -> None:
    """Keeping makes the touched items due with their reasons."""
    await store.keep(delivery(), [Touch("i1", "a"), Touch("i2", "b"), Touch("i1", "c")], NOW)
    assert {(entry.id, entry.because) for entry in await claim(store)} == {("i1", ("a", "c")), ("i2", ("b",))}


async def test_second_copy_is_a_duplicate_and_changes_nothing(store: SqlStore) -> None:
    """The same id with the same body is kept once and touches nothing again."""
    assert await store.keep(delivery(), TOUCHES, NOW)
    assert len(await claim(store)) == 1
    assert not await store.keep(delivery(), [Touch("i1", "again"), Touch("i2", "new")], NOW)
    counts = await store.counts(NOW)
    assert (counts["deliveries"], counts["items"]) == (1, 1)
    assert await claim(store, NOW + SECOND) == []


async def test_same_body_under_another_id_is_a_duplicate(store: SqlStore) -> None:
    """The body alone decides, because a replay may carry any id."""
    assert await store.keep(delivery(b"x", "d1"), TOUCHES, NOW)
    assert not await store.keep(delivery(b"x", "d2"), TOUCHES, NOW)


async def test_copies_among_new_ones_are_told_apart(store: SqlStore) -> None:
    """Of deliveries that come at one moment only those are new of which there is no copy yet, the first of each."""
    await store.keep(delivery(b"old"), [], NOW)
    bodies = [b"new", b"old", b"newer", b"new", b"old"]
    asked = (store.keep(delivery(body, str(place)), [], NOW) for place, body in enumerate(bodies))
    assert await asyncio.gather(*asked) == [True, False, True, False, False]
    assert (await store.counts(NOW))["deliveries"] == 3


async def test_same_id_with_another_body_is_kept(store: SqlStore) -> None:
    """The id is not signed, so it cannot keep a delivery out."""
    assert await store.keep(delivery(b"x", "d1"), TOUCHES, NOW)
    assert await store.keep(delivery(b"y", "d1"), TOUCHES, NOW)


async def test_trackers_do_not_share_duplicates(store: SqlStore) -> None:
    """The same body from two trackers is two deliveries."""
    assert await store.keep(delivery(tracker="linear"), [], NOW)
    assert await store.keep(delivery(tracker="jira"), [], NOW)


async def test_delivery_without_items_is_kept_too(store: SqlStore) -> None:
    """An ignored event makes nothing due, but it is there to be looked at."""
    assert await store.keep(delivery(hearing=Hearing.IGNORED, items=()), [], NOW)
    assert (await store.counts(NOW))["items"] == 0


async def test_only_known_items_are_touched_where_that_is_asked(store: SqlStore) -> None:
    """An event about a ticket that is none of ours leaves no row behind."""
    await store.touch("linear", [Touch("i1", "first")], NOW)
    await store.keep(delivery(), [Touch("i1", "b", only_known=True), Touch("i2", "b", only_known=True)], NOW)
    assert [(entry.id, entry.because) for entry in await claim(store)] == [("i1", ("first", "b"))]


async def test_deliveries_are_shown_newest_first_and_by_hearing(store: SqlStore) -> None:
    """The list can be narrowed by tracker and by how the event was heard."""
    for number, (tracker, hearing) in enumerate(
        [("linear", Hearing.HANDLED), ("jira", Hearing.UNKNOWN), ("linear", Hearing.UNKNOWN)]
    ):
        await store.keep(delivery(str(number).encode(), str(number), tracker, hearing=hearing), [], NOW)

    async def shown(tracker: str | None, hearing: str | None, limit: int = 9) -> list[str]:
        found = await store.deliveries(tracker=tracker, hearing=hearing, limit=limit)
        return [entry.delivery_id for _, entry in found]

    assert await shown(None, None) == ["2", "1", "0"]
    assert await shown(None, None, limit=1) == ["2"]
    assert await shown("linear", None) == ["2", "0"]
    assert await shown(None, "unknown") == ["2", "1"]
    assert await shown("jira", "handled") == []


async def test_unknown_number_is_nothing(store: SqlStore) -> None:
    """A number that was never given, of any size, finds nothing."""
    assert [await store.delivery(number) for number in (-1, 0, 7, 2**63, 10**40)] == [None] * 5


async def test_text_that_no_database_holds_is_mended(store: SqlStore) -> None:
    """NUL bytes and lone surrogates in names and headers do not keep a delivery out."""
    nasty = "a\0b\ud800c" + "x" * 5_000
    kept = replace(delivery(b"\0\xff"), delivery_id=nasty, headers={nasty: nasty})
    kept = replace(kept, heard=replace(kept.heard, event=nasty, because=nasty, items=(nasty,)))
    assert await store.keep(kept, [Touch(nasty, nasty), Touch(nasty + "y", nasty)], NOW)
    assert not await store.keep(kept, [], NOW)
    ((_, shown),) = await store.deliveries(tracker=None, hearing=None, limit=1)
    assert shown.body == b"\0\xff"
    assert shown.heard.event.startswith("a\ufffdb\ufffdc")
    ids = [entry.id for entry in await claim(store)]
    assert len(set(ids)) == 2
    assert await store.touch("linear", [Touch(nasty, "again", only_known=True)], NOW) == 1
