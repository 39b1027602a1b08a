"""What needs a person, and what waits, as the store finds it."""

from datetime import timedelta
from typing import Any

from app.core.decision import Finding
from app.core.item_class import ItemClass
from app.core.person import Person
from app.core.record import Record
from app.ports.reports import Filters
from app.store import SqlStore
from tests.store.examples import LEASE, NOW, recorded, snapshot, touch

ADA, LINUS = Person("u-ada", "Ada Admin", "ada@acme.test"), Person("u-linus", "Linus Duty", "linus@acme.test")
MINUTE = timedelta(minutes=1)


async def test_what_needs_a_person_is_found_by_team_class_owner_and_finding(store: SqlStore) -> None:
    """Open items about which anything was found, by tracker and key, a page at a time."""
    for number, (team, ids) in enumerate([("OPS", ["a.x"]), ("ENG", ["a.x", "b_y"]), ("OPS", []), ("OPS", ["abx"])]):
        seen = snapshot(f"i{number}", key=f"PM-{number}", team=team)
        record = Record(NOW, (), tuple(Finding(id_, "It is so.", "it changes") for id_ in ids))
        await recorded(store, f"i{number}", snapshot=seen, record=record, owner=(ADA, LINUS)[number % 2])

    async def keys(finding: str | None = None, **filters: Any) -> list[str]:
        rows, _ = await store.reports.needing(Filters(**filters), finding, after=None, limit=10)
        return [row.key for row in rows]

    assert await keys() == ["PM-0", "PM-1", "PM-3"]
    assert await keys(team="ops") == ["PM-0", "PM-3"]
    assert await keys(owner="ADA@acme.test") == ["PM-0"]
    assert await keys(owner="linus duty", team="eng") == ["PM-1"]
    assert await keys("a.x", tracker="linear") == ["PM-0", "PM-1"]
    for nothing in (
        keys("a_x"),
        keys("%"),
        keys(owner="Ada"),
        keys(item_class=ItemClass.RISK),
        keys(tracker="jira"),
        keys(team="x"),
    ):
        assert await nothing == []
    first, after = await store.reports.needing(Filters(), None, after=None, limit=2)
    rest, end = await store.reports.needing(Filters(), None, after=after, limit=2)
    assert ([row.key for row in (*first, *rest)], end) == (["PM-0", "PM-1", "PM-3"], None)


async def test_what_waits_is_shown_with_its_reason(store: SqlStore) -> None:
    """Parked items first, then those that are due, the longest due first; not those on loan or of other trackers."""
    await touch(store, "parked", now=NOW - 9 * MINUTE)
    (claim,) = await store.claim(1, NOW - 9 * MINUTE, LEASE, ["linear"])
    await store.fail(claim, "the label is archived", None, NOW - 8 * MINUTE)
    await touch(store, "lent", now=NOW - 8 * MINUTE)
    assert len(await store.claim(1, NOW, LEASE, ["linear"])) == 1
    await touch(store, "later", now=NOW - MINUTE)
    await touch(store, "there", now=NOW - 2 * MINUTE, tracker="jira")
    await touch(store, "longest", now=NOW - 3 * MINUTE)
    found = await store.reports.held_up(10, NOW, ["jira", "linear"])
    assert [(one.tracker, one.key, one.parked) for one in found] == [
        ("linear", "parked", "the label is archived"),
        ("linear", "longest", None),
        ("jira", "there", None),
        ("linear", "later", None),
    ]
    assert [one.key for one in await store.reports.held_up(2, NOW, ["linear"])] == ["parked", "longest"]
