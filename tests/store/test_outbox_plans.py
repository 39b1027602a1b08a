"""Each query of the outbox finds its rows by an index, on both databases."""

import re

import pytest
from sqlalchemy import Connection, Select, text

from app.store import SqlStore
from app.store.notices import of_items_query
from app.store.outbox import due_query, next_due_query, open_query, sent_query, waiting_query
from tests.store.examples import NOW

_AT = f"CAST({int(NOW.timestamp())} AS BIGINT) * 1000000"
_FILL = [
    f"""
    INSERT INTO messages (tracker, item, purpose, person, state, made_at, sent_at, done_at, key, title, url, sentence)
    SELECT 'linear', 'i' || i, 'p', 'n' || (i % 2000), 'sent', 0, {_AT} - i * CAST(1000000 AS BIGINT),
    CASE WHEN i % 50 = 0 THEN NULL ELSE 0 END, '', '', '', '' FROM n
    """,
    f"""
    INSERT INTO recipients (person, name, tracker, id, due_at, fence, touched, attempts)
    SELECT 'n' || i, '', 'linear', '',
        CASE WHEN i % 50 = 0 THEN {_AT} + (i - 500) * CAST(1000000 AS BIGINT) END, 0, 1, 0 FROM n
    """,
]
QUERIES = {
    "recipients_due": due_query(NOW, 4),
    "recipients_due ": next_due_query(),
    "messages_open": open_query(["n1", "n2"]),
    "messages_open ": waiting_query(),
    "messages_sent": sent_query(["n1", "n2"], NOW),
    "messages_tracker_item|sqlite_autoindex_messages_1": of_items_query("linear", ["i5"]),
}


def _fill(connection: Connection) -> None:
    for statement in _FILL:
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
        connection.execute(text(numbers + statement))
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE"))  # a server does so by itself


def _plan(connection: Connection, query: Select[tuple[object]]) -> str:
    how = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    words = how + " " + str(query.compile(connection, compile_kwargs={"literal_binds": True}))
    return "\n".join(str(row[-1]) for row in connection.exec_driver_sql(words.replace("%", "%%")))


@pytest.mark.parametrize("index", QUERIES)
async def test_query_uses_its_index(store: SqlStore, index: str) -> None:
    """None reads a whole table."""
    await store._now.database.write(_fill)
    plan = await store._now.database.read(_plan, QUERIES[index])
    assert re.search(index.strip(), plan), plan
    assert "Seq Scan" not in plan
    assert not re.search(r"SCAN (messages|recipients)$", plan)
