"""Fill a store with very many open items at once, without a tracker and without runs."""

from datetime import datetime

from sqlalchemy import Connection, text

from app.store.columns import as_number

DAY = 86_400_000_000  # microseconds
OWNERS = 1_000

_MOMENT = "CAST({now} AS BIGINT) - CAST(i % 40 AS BIGINT) * {day} - CAST(i AS BIGINT) * 1000"
_TRACKER = "CASE WHEN i % 2 = 0 THEN 'linear' ELSE 'jira' END"
_CLASS = "CASE WHEN i % 5 = 0 THEN 'strategic' WHEN i % 1000 = 1 THEN 'risk' ELSE 'operational' END"
_SHOWN = """
    '{{"title":"Alert on replica lag of shard ' || i || ', which nobody noticed for an hour","url":'
    || '"https://tracker.acme.test/PM-' || i || '","owner":{{"id":"u' || (i % {owners}) || '","name":"Person '
    || (i % {owners}) || '","email":"p' || (i % {owners}) || '@acme.test"}},"quiet":{{"last":{{"at":'
    || '"2026-01-01T09:00:00Z","kind":"comment","by":{{"id":"u1","name":"Grace Hopper"}},"url":'
    || '"https://tracker.acme.test/PM-' || i || '#c1"}},"window":"P7D","stale_at":"2026-01-08T09:00:00Z","rung":1}}}}'
"""
_FILL = (
    """
    INSERT INTO items (tracker, id, key, fence, touched, attempts, because, run_because, watched, asks, item_class,
    memory, snapshot)
    SELECT {tracker}, 'i' || i, 'PM-' || i, i, 1, 0, '', '', TRUE, FALSE, {item_class}, '{{}}', '{{}}' FROM n
    """,
    """
    INSERT INTO reported (tracker, id, key, open, team, item_class, route, owner, findings, last_activity_at, stale_at,
    confirm_at, postmortem, opened_at, left_at, left_how, shown)
    SELECT {tracker}, 'i' || i, 'PM-' || i, i % 50 > 0, 'T' || (i % 20), {item_class}, 'route ' || (i % 5),
    'p' || (i % {owners}) || '@acme.test', ' stale.quiet ', {moment} - 7 * {day},
    CASE WHEN i % 50 > 0 THEN {moment} END, CASE WHEN i % 1000 = 7 THEN {moment} + 90 * {day} END,
    CASE WHEN i % 10 = 0 THEN 'pm/' || (i / 100) END, {moment} - 60 * {day},
    CASE WHEN i % 50 = 0 THEN {moment} END, CASE WHEN i % 100 = 0 THEN 'done' WHEN i % 50 = 0 THEN 'vanished' END,
    {shown} FROM n
    """,
)
_WORDS = """
    INSERT INTO report_words (kind, word, value)
    SELECT 'owner', 'person ' || i, 'p' || i || '@acme.test' FROM n
    UNION ALL SELECT 'owner', 'p' || i || '@acme.test', 'p' || i || '@acme.test' FROM n
    UNION ALL SELECT 'team', 't' || i, 'T' || i FROM n WHERE i < 20
    UNION ALL SELECT 'route', 'route ' || i, 'route ' || i FROM n WHERE i < 5
"""


def fill(connection: Connection, number: int, now: datetime) -> None:
    """Make so many items, all but one in fifty open and stale: nothing is harder to report."""
    names = {"now": as_number(now), "day": f"CAST({DAY} AS BIGINT)", "owners": OWNERS}
    parts = {"tracker": _TRACKER, "item_class": _CLASS}
    parts |= {"moment": _MOMENT.format(**names), "shown": _SHOWN.format(**names)}
    for statement in _FILL:
        _run(connection, statement.format(**names, **parts), number)
    _run(connection, _WORDS, OWNERS)
    connection.execute(text("ANALYZE"))


def _run(connection: Connection, statement: str, number: int) -> None:
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {number}) "
    # Each database wants the numbers in another place, and both take them here.
    head, select, rest = statement.partition("SELECT")
    connection.execute(text((head + numbers + select + rest).replace(":", r"\:")))
