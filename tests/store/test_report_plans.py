"""Reports find their rows by an index, on both databases, however many there are."""

import re
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from app.core.item_class import ItemClass
from app.ports.reports import Filters
from app.store import SqlStore
from tests.store.backlog import fill
from tests.store.examples import NOW

_ROWS = 20_000


def _stale(**filters: Any) -> Callable[[SqlStore], Awaitable[object]]:
    return lambda store: store.reports.stale(Filters(**filters), after=None, limit=100, now=NOW)


async def _second_page(store: SqlStore) -> None:
    page = await store.reports.stale(Filters(), after=None, limit=100, now=NOW)
    assert await store.reports.stale(Filters(), after=page.next, limit=100, now=NOW)


CALLS: dict[str, tuple[Callable[[SqlStore], Awaitable[object]], str]] = {
    "stale": (_stale(), "reported_stale"),
    "its second page": (_second_page, "reported_stale"),
    "with snoozed ones": (_stale(snoozed=True), "reported_stale"),
    "of a team": (_stale(team="t3"), "reported_stale"),
    "of a class": (_stale(item_class=ItemClass.STRATEGIC, tracker="jira"), "reported_stale"),
    "of a route, for long": (_stale(route="Route 2", quiet_for=timedelta(days=9)), "reported_stale"),
    "of an owner": (_stale(owner="Person 7"), "reported_owner"),
    "tallies": (lambda store: store.reports.tallies(NOW), "reported_open|Aggregate"),
    "post-mortems": (lambda store: store.reports.postmortems(after=None, limit=10, now=NOW), "reported_postmortem"),
    "the items of a post-mortem": (
        lambda store: store.items(tracker=None, watched=None, after=None, limit=10, postmortem="pm/3"),
        "reported_postmortem",
    ),
    "weeks": (lambda store: store.reports.weeks([NOW - timedelta(days=70)]), "reported_opened(.|\n)*reported_left"),
    "the oldest that is due": (lambda store: store.reports.oldest_due(NOW), "items_due|items_lent"),
    "waiting deliveries": (lambda store: store.reports.waiting_deliveries(NOW), "items_due|items_lent"),
}

_SCANS = re.compile(
    r"^SCAN (items|reported|report_words)(?! USING (COVERING INDEX|INDEX items_(unseen|failing)))"
    r"|Seq Scan(?! on records)",
    re.MULTILINE,
)
"""Steps that read all rows of a table; of records there are none here."""
_COUNTS = re.compile(r"Aggregate(.|\n)*?Seq Scan on reported")
"""How PostgreSQL counts most of a table that was never vacuumed; afterwards it reads the index alone."""


@pytest.fixture
def plans() -> Iterator[list[str]]:
    """Gather the plans of all statements that find rows."""
    seen: list[str] = []

    def explain(_: Connection, cursor: Any, statement: str, parameters: Any, _context: Any, _many: Any) -> None:
        if statement.startswith("SELECT") and "pg_" not in statement:
            how = "EXPLAIN" if hasattr(cursor, "pgresult") else "EXPLAIN QUERY PLAN"
            cursor.execute(f"{how} {statement}", parameters)
            seen.extend(str(row[-1]) for row in cursor.fetchall())

    event.listen(Engine, "before_cursor_execute", explain)
    yield seen
    event.remove(Engine, "before_cursor_execute", explain)


async def test_no_report_reads_a_whole_table(store: SqlStore, plans: list[str]) -> None:
    """Each uses the index that is meant for it; what counts everything reads that index alone."""
    await store._now.database.write(fill, _ROWS, NOW)
    bad: dict[str, list[str]] = {}
    for name, (call, index) in CALLS.items():
        plans.clear()
        await call(store)
        whole = "\n".join(plans)
        if _SCANS.search(_COUNTS.sub("", whole)) or not re.search(index, whole):
            bad[name] = plans.copy()
    assert bad == {}
