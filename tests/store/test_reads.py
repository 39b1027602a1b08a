"""Items are found, listed and counted."""

import asyncio
from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest

from app.core.postmortem import PostMortem
from app.core.snapshot import Epic, Standing
from app.ports import Known, Stored, Touch
from app.store import SqlStore
from tests.store.examples import (
    LEASE,
    NOW,
    SECOND,
    claim,
    claim_one,
    delivery,
    memory,
    recorded,
    result,
    snapshot,
    touch,
)


async def _found(store: SqlStore, reference: str) -> str | None:
    found = await store.find("linear", reference)
    return found.id if found else None


async def test_item_is_found_by_id_and_by_any_key_in_any_case(store: SqlStore) -> None:
    """People type keys as they please, and old ones too."""
    await recorded(store, "0af3-b", snapshot=snapshot("0af3-b", key="Ops-1", old_keys=("PM-7",)))
    assert [await _found(store, word) for word in ("0af3-b", "0AF3-B", "ops-1", "OPS-1", "pm-7")] == ["0af3-b"] * 5
    assert await _found(store, "PM-8") is None
    assert await store.find("jira", "PM-7") is None


async def test_key_of_an_earlier_look_still_finds_the_item(store: SqlStore) -> None:
    """Also where the tracker does not tell former keys, ours are remembered."""
    await recorded(store, snapshot=snapshot(key="PM-7"))
    await recorded(store, now=NOW + LEASE, snapshot=snapshot(key="OPS-1"))
    found = await store.find("linear", "PM-7")
    assert found
    assert found.key == "OPS-1"


async def test_item_that_has_the_key_now_goes_before_one_that_had_it(store: SqlStore) -> None:
    """A key that was given away belongs to the new holder."""
    await recorded(store, "1", snapshot=snapshot("1", key="PM-7"))
    await recorded(store, "1", now=NOW + LEASE, snapshot=snapshot("1", key="OPS-1", old_keys=("PM-7",)))
    await recorded(store, "2", now=NOW + LEASE, snapshot=snapshot("2", key="PM-7"))
    assert await _found(store, "PM-7") == "2"


async def test_nasty_references_find_nothing(store: SqlStore) -> None:
    """Whatever stands in an address of a page is only a word."""
    await touch(store, "i1")
    for word in ("", "%", "'; DROP TABLE items; --", "a\0b", "\ud800", "x" * 100_000):
        assert await store.find("linear", word) is None


async def _pages(
    store: SqlStore,
    limit: int,
    *,
    tracker: str | None = None,
    watched: bool | None = None,
    postmortem: str | None = None,
) -> list[list[tuple[str, str]]]:
    pages = []
    page, cursor = await store.items(tracker=tracker, watched=watched, postmortem=postmortem, after=None, limit=limit)
    while cursor:
        pages.append([(entry.tracker, entry.id) for entry in page])
        page, cursor = await store.items(
            tracker=tracker, watched=watched, postmortem=postmortem, after=cursor, limit=limit
        )
    return [*pages, [(entry.tracker, entry.id) for entry in page]]


async def test_items_are_paged_in_a_stable_order(store: SqlStore) -> None:
    """Every item comes exactly once, by tracker and id, whatever becomes due meanwhile."""
    for tracker in ("linear", "jira"):
        await touch(store, "b", "a", "C", "é", tracker=tracker)
    everything = [(tracker, id_) for tracker in ("jira", "linear") for id_ in ("C", "a", "b", "é")]
    assert await _pages(store, 3) == [everything[:3], everything[3:6], everything[6:]]
    assert await _pages(store, 4) == [everything[:4], everything[4:]]
    assert await _pages(store, 9, tracker="jira") == [everything[:4]]
    assert await _pages(store, 9, tracker="none") == [[]]


async def test_items_of_a_post_mortem_are_listed_with_how_they_ended(store: SqlStore) -> None:
    """Also those that are done or dropped, page by page, and those of no other post-mortem."""
    for id_, named in (("1", "pm/1"), ("2", "pm/1"), ("3", "pm/2")):
        standing = Standing.DONE if id_ == "2" else Standing.OPEN
        await recorded(store, id_, snapshot=snapshot(id_, standing=standing), postmortem=PostMortem(named))
    assert await _pages(store, 1, postmortem="pm/1") == [[("linear", "1")], [("linear", "2")]]
    assert await _pages(store, 1, postmortem="pm/1", watched=True, tracker="jira") == [[]]
    page, _ = await store.items(tracker=None, watched=None, postmortem="pm/1", after=None, limit=9)
    assert [one.left for one in page] == [None, "done"]


async def test_items_can_be_narrowed_to_watched_ones(store: SqlStore) -> None:
    """The list shows what is watched, what is not, or both."""
    await recorded(store, "1", watched=True)
    await recorded(store, "2", watched=False)
    await touch(store, "3")
    assert await _pages(store, 9, watched=True) == [[("linear", "1")]]
    assert await _pages(store, 1, watched=False) == [[("linear", "2")], [("linear", "3")]]
    assert await _pages(store, 9, watched=True, tracker="jira") == [[]]


async def test_forged_cursor_is_refused(store: SqlStore) -> None:
    """Only what a page gave out is taken."""
    await touch(store, "a", "b")
    _, cursor = await store.items(tracker=None, watched=None, after=None, limit=1)
    assert cursor
    for forged in ("", "x", "é", "=", cursor[:-1], cursor + "AAAA", "A" + cursor[1:], _encoded(b"[1]"), "x" * 10_000):
        with pytest.raises(ValueError, match="cursor"):
            await store.items(tracker=None, watched=None, after=forged, limit=1)


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode()


async def test_keys_are_told_of_what_was_looked_at(store: SqlStore) -> None:
    """By id; who was never looked at has none, and another tracker's items are others."""
    await recorded(store, "i1", snapshot=snapshot("i1", key="PM-1"))
    await touch(store, "i2")
    assert await store.reports.keys("linear", ["i1", "i2", "i3"]) == {"i1": "PM-1"}
    assert await store.reports.keys("jira", ["i1"]) == {}
    assert await store.reports.keys("linear", []) == {}


async def test_who_was_told_of_is_known_until_a_run_dealt_with_it(store: SqlStore) -> None:
    """A delivery counts until then, a look from its beginning on; a touch without a delivery tells of nothing."""
    await recorded(store, "looked at")
    await touch(store, "touched")
    await store.touch("linear", [Touch("waits", "a webhook", delivery="d1")], NOW)
    ids = ["looked at", "touched", "waits", "unknown"]
    assert await store.told_of("linear", ids, NOW - SECOND) == {"looked at", "waits"}
    assert await store.told_of("linear", ids, NOW + timedelta(days=1)) == {"waits"}
    assert await store.told_of("jira", ids, NOW - SECOND) == set()


async def test_known_pages_through_a_trackers_items(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reconcile sees every item of the tracker with what it compares."""
    monkeypatch.setattr("app.store.store._PAGE", 2)
    await recorded(store, "1", memory=memory(asks=True), judged_by="a policy")
    await recorded(store, "2", judged_by="another", watched=False, snapshot=snapshot("2", updated_at=NOW - SECOND))
    await touch(store, "3")
    await touch(store, "4", tracker="jira")
    pages = [list(page) async for page in store.known("linear")]
    assert pages == [
        [
            Known("1", NOW, watched=True, asks=True, judged_by="a policy"),
            Known("2", NOW - SECOND, watched=False, asks=False, judged_by="another"),
        ],
        [Known("3", None, watched=False, asks=False)],
    ]


def _under(*epics: str) -> tuple[Epic, ...]:
    return tuple(Epic("project", epic, epic, epic, "") for epic in epics)


def _at(*epics: str) -> list[Touch]:
    return [Touch(epic, "its epic", epic=True) for epic in epics]


async def test_items_under_an_epic_follow_the_last_look(store: SqlStore) -> None:
    """An event of an epic makes those due that were last seen under it, once each, and no epic becomes an item."""
    await recorded(store, "1", snapshot=snapshot("1", epics=_under("e1", "e2")))
    await recorded(store, "2", snapshot=snapshot("2", epics=_under("e2")))
    assert await store.touch("linear", _at("e1", "e2"), NOW) == 2
    await recorded(store, "1", now=NOW + LEASE, snapshot=snapshot("1", epics=_under("e3")))
    assert await store.touch("linear", _at("e1", "e2"), NOW) == 1
    assert await store.touch("linear", _at("e3"), NOW) == 1
    assert await store.touch("linear", _at("e1"), NOW) == 0
    assert await store.touch("jira", _at("e2"), NOW) == 0


async def test_writes_are_summed_over_a_trackers_records(store: SqlStore) -> None:
    """The budget counts single writes since a time, on one tracker."""
    await recorded(store, writes=("a", "b"), record=result(writes=("a", "b")).record)
    await recorded(store, now=NOW + LEASE, record=result(writes=("c",)).record)
    await recorded(store, now=NOW + 2 * LEASE)
    assert await store.writes_since("linear", NOW) == 3
    assert await store.writes_since("linear", NOW + SECOND) == 1
    assert await store.writes_since("linear", NOW + 2 * LEASE) == 0
    assert await store.writes_since("jira", NOW) == 0


async def test_counts_tell_what_there_is(store: SqlStore) -> None:
    """An item on loan counts as due, because it is not done yet."""
    assert await store.counts(NOW) == {"items": 0, "watched": 0, "due": 0, "parked": 0, "deliveries": 0}
    await store.keep(delivery(), [Touch("1", "x")], NOW)
    await touch(store, "2", "3", "4")
    runs = {run.id: run for run in await claim(store)}
    await store.record(runs["1"], result("1", again=NOW + timedelta(days=1)), NOW)
    await store.fail(runs["2"], "no", None, NOW)
    await store.release([runs["3"]])
    assert await store.counts(NOW) == {"items": 4, "watched": 1, "due": 2, "parked": 1, "deliveries": 1}


async def test_how_long_the_first_has_been_waiting_is_known(store: SqlStore) -> None:
    """By the oldest that is due; one on loan waits since its run began."""
    assert await store.reports.oldest_due(NOW) is None
    await touch(store, "1", now=NOW)
    await touch(store, "2", now=NOW + SECOND)
    assert await store.reports.oldest_due(NOW + LEASE) == NOW
    (one,) = await claim(store, NOW + 2 * SECOND, limit=1)
    assert await store.reports.oldest_due(NOW + LEASE) == NOW + SECOND
    (other,) = await claim(store, NOW + 3 * SECOND, limit=1)
    assert await store.reports.oldest_due(NOW + LEASE) == NOW + 2 * SECOND
    for run in (one, other):
        await store.record(run, result(run.id), NOW + 4 * SECOND)
    assert await store.reports.oldest_due(NOW + LEASE) is None


async def test_item_on_loan_shows_as_due(store: SqlStore) -> None:
    """The end of a lease is nobody's business but the workers'."""
    await touch(store, "i1")
    await claim_one(store, NOW + SECOND)
    found = await store.find("linear", "i1")
    assert isinstance(found, Stored)
    assert found.due_at == NOW + SECOND


async def test_readers_do_not_wait_for_each_other(store: SqlStore) -> None:
    """Many looks at once all get their answer."""
    await recorded(store)
    answers = await asyncio.gather(*(store.find("linear", "PM-i1") for _ in range(50)))
    assert all(answers)
