"""Every call that runs often finds its rows by an index, on both databases."""

import re
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, text

from app.ports import Touch
from app.store import SqlStore
from app.store.codec import pack
from tests.store.examples import LEASE, NOW, SECOND, delivery, result

_ROWS = 20_000
_MICROSECONDS = int(NOW.timestamp()) * 1_000_000

_SECOND = "CAST(1000000 AS BIGINT)"
_FILL = [
    f"""
    INSERT INTO items (
        tracker, id, key, due_at, fence, touched, attempts, because, run_because, watched, asks, updated_at, snapshot
    )
    SELECT CASE WHEN i % 2 = 0 THEN 'linear' ELSE 'jira' END, 'i' || i, 'PM-' || i,
    CASE WHEN i % 3 = 0 THEN {_MICROSECONDS} + (i - 500) * {_SECOND} END, i, 1, 0, '', '', i % 50 = 0, FALSE,
    CASE WHEN i % 1000 > 0 THEN {_MICROSECONDS} END, CASE WHEN i % 1000 > 0 THEN '{{}}' END FROM n
    """,
    "INSERT INTO item_keys SELECT tracker, key, id FROM items",
    "INSERT INTO item_epics SELECT tracker, 'e' || length(id) || (fence % 1000), id FROM items",
    f"""
    INSERT INTO reported (tracker, id, key, open, item_class, findings, opened_at, shown)
    SELECT tracker, id, key, TRUE, 'operational', '', {_MICROSECONDS}, '{{"title": "t", "url": "u"}}' FROM items
    """,
    """
    INSERT INTO messages (tracker, item, purpose, person, state, made_at, key, title, url, sentence)
    SELECT tracker, id, 'p', id, 'waiting', 0, key, '', '', '' FROM items
    """,
    f"""
    INSERT INTO records (tracker, id, at, writes, body)
    SELECT tracker, id, {_MICROSECONDS} - fence * {_SECOND}, fence % 5, '{{}}' FROM items
    """,
    """
    INSERT INTO deliveries (tracker, delivery_id, digest, received_at, hearing, heard, headers, body)
    SELECT CASE WHEN i % 100 = 0 THEN 'jira' ELSE 'linear' END, 'd' || i, 'x' || i, 0,
    CASE WHEN i % 100 = 0 THEN 'unknown' ELSE 'handled' END, '{}', '{}', :body FROM n
    """,
]


def _fill(connection: Connection) -> None:
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {_ROWS}) "
    for statement in _FILL:
        values = {"body": pack([b"{}"])[0]} if ":body" in statement else {}
        connection.execute(text(numbers + statement if "FROM n" in statement else statement), values)
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE"))  # a server does so by itself


async def _touch(store: SqlStore) -> None:
    await store.touch("linear", [Touch("i500", "x", only_known=True), Touch("key:PM-600", "x")], NOW)


async def _record(store: SqlStore) -> None:
    (claim,) = await store.claim(1, NOW, LEASE, ["linear"])
    await store.extend([claim], NOW + LEASE)
    await store.record(claim, result(claim.id), NOW)


async def _forget(store: SqlStore) -> None:
    (claim,) = await store.claim(1, NOW, LEASE, ["jira"])
    await store.forget(claim)


def _items(tracker: str | None, *, watched: bool | None) -> Callable[[SqlStore], Awaitable[object]]:
    return lambda store: store.items(tracker=tracker, watched=watched, after=None, limit=10)


def _deliveries(tracker: str | None, hearing: str | None) -> Callable[[SqlStore], Awaitable[object]]:
    return lambda store: store.deliveries(tracker=tracker, hearing=hearing, limit=10)


CALLS: dict[str, tuple[Callable[[SqlStore], Awaitable[object]], str]] = {
    "keep": (lambda store: store.keep(delivery(), [Touch("i1", "x", only_known=True)], NOW), "items_pk"),
    "touch": (_touch, "item_keys_pk|items_pk"),
    "claim and record": (_record, "items_due"),
    "claim and forget": (_forget, "items_due"),
    "next_due": (lambda store: store.next_due(NOW, ["linear", "jira"]), "items_due"),
    "find": (lambda store: store.find("linear", "PM-500"), "item_keys_pk"),
    "items": (_items(None, watched=None), "items_pk|items_known"),
    "items of a tracker": (_items("linear", watched=None), "items_pk|items_known"),
    "watched items": (_items(None, watched=True), "items_watched"),
    "watched items of a tracker": (_items("linear", watched=True), "items_watched"),
    "known": (lambda store: anext(store.known("linear")), "(items_pk|items_known)(.|\n)*items_unseen"),
    "under_epic": (lambda store: store.touch("linear", [Touch("e4500", "x", epic=True)], NOW), "item_epics_pk"),
    "records": (lambda store: store.records("linear", "i500", 10), "records_item"),
    "writes_since": (lambda store: store.writes_since("linear", NOW - 60 * SECOND), "records_writes"),
    "deliveries": (_deliveries(None, None), "deliveries_pk|SCAN deliveries"),
    "deliveries of a tracker": (_deliveries("jira", None), "deliveries_tracker"),
    "unknown deliveries": (_deliveries(None, "unknown"), "deliveries_hearing"),
    "held up": (lambda store: store.reports.held_up(10, NOW, ["linear", "jira"]), "items_parked(.|\n)*items_due"),
    "one delivery": (lambda store: store.delivery(500), "deliveries_pk|INTEGER PRIMARY KEY"),
}

_SCANS = re.compile(r"^SCAN (?!deliveries$|items USING INDEX items_unseen)(item|record|deliver)|Seq Scan on (?!pauses)")
"""Steps that read all rows of a table that grows; a tracker has one pause at most.

The newest deliveries are read by their number, backwards; those items that nobody looked at yet are few.
"""


@pytest.fixture
def plans() -> Iterator[list[str]]:
    """Gather the plans of all statements that find rows."""
    seen: list[str] = []

    def explain(_: Connection, cursor: Any, statement: str, parameters: Any, _context: Any, many: Any) -> None:
        if not statement.startswith(("INSERT", "WITH", "ANALYZE", "BEGIN", "SELECT pg_", "PRAGMA")):
            how = "EXPLAIN" if hasattr(cursor, "pgresult") else "EXPLAIN QUERY PLAN"
            cursor.execute(f"{how} {statement}", parameters[0] if many else parameters)
            seen.extend(re.sub(r"sqlite_autoindex_(\w+)_1", r"\1_pk", str(row[-1])) for row in cursor.fetchall())

    event.listen(Engine, "before_cursor_execute", explain)
    yield seen
    event.remove(Engine, "before_cursor_execute", explain)


async def test_no_call_reads_a_whole_table(store: SqlStore, plans: list[str]) -> None:
    """Each call uses the index that is meant for it, and none scans what grows."""
    await store._now.database.write(_fill)
    bad: dict[str, list[str]] = {}
    for name, (call, index) in CALLS.items():
        plans.clear()
        await call(store)
        if any(map(_SCANS.search, plans)) or not re.search(index, "\n".join(plans)):
            bad[name] = plans.copy()
    assert bad == {}
