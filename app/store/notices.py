"""Bring the outbox to what a run found that people should hear about its item."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, case, select, update

from app.core.digest import key_of
from app.core.notice import Notice
from app.core.snapshot import Snapshot
from app.ports import Claim, Result
from app.store.columns import as_name
from app.store.outbox_tables import messages, recipients
from app.store.touches import by_tracker
from app.store.upsert import insert_into

_WORDS = ("key", "title", "url", "sentence")


def keep_notices(connection: Connection, runs: Sequence[tuple[Claim, Result, datetime]]) -> None:
    """Let new notices wait for their people, and drop those that wait and are not among the notices any more.

    A person is told once for each purpose, however often it is found; one that was dropped may come back.
    """
    known: dict[tuple[str, str], list[Row[Any]]] = {}
    for tracker, ids in by_tracker({(claim.tracker, claim.id) for claim, _, _ in runs}):
        for row in connection.execute(of_items_query(tracker, ids)):
            known.setdefault((tracker, row.item), []).append(row)
    for claim, result, now in runs:
        told = known.get((claim.tracker, claim.id), [])
        if told or result.notices:
            _keep(connection, claim, result, now, {(row.purpose, row.person): row for row in told})


def _keep(
    connection: Connection, claim: Claim, result: Result, now: datetime, known: Mapping[tuple[str, str], Row[Any]]
) -> None:
    tracker, snapshot = claim.tracker, result.snapshot
    wanted = {(as_name(one.purpose), as_name(key_of(one, tracker))): one for one in result.notices}
    fresh = {key: one for key, one in wanted.items() if key not in known or known[key].state == "withdrawn"}
    if fresh:
        _make_due(connection, tracker, {key_of(one, tracker): one for one in fresh.values()}, now)
        _insert(connection, [_row(claim, key, snapshot, one) | {"made_at": now} for key, one in fresh.items()], now)
    waiting = {key: row for key, row in known.items() if row.state == "waiting"}
    _reword(connection, [(row, _words(snapshot, wanted[key])) for key, row in waiting.items() if key in wanted])
    _withdraw(connection, [row.number for key, row in waiting.items() if key not in wanted], now)


def of_items_query(tracker: str, items: Sequence[str]) -> Select[Any]:
    """Select the messages about these items."""
    shown = (messages.c.item, messages.c.number, messages.c.purpose, messages.c.person, messages.c.state)
    words = (messages.c[name] for name in _WORDS)
    return select(*shown, *words).where(messages.c.tracker == tracker, messages.c.item.in_(items))


def _insert(connection: Connection, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    insert = insert_into(connection, messages)
    again = {name: insert.excluded[name] for name in ("state", *_WORDS)} | {"made_at": now, "done_at": None}
    unique = ["tracker", "item", "purpose", "person"]
    connection.execute(insert.on_conflict_do_update(index_elements=unique, set_=again), list(rows))


def _words(snapshot: Snapshot, notice: Notice) -> dict[str, str]:
    return {"key": snapshot.key, "title": snapshot.title, "url": snapshot.url, "sentence": notice.sentence}


def _row(claim: Claim, key: tuple[str, str], snapshot: Snapshot, notice: Notice) -> dict[str, Any]:
    purpose, person = key
    named = {"tracker": claim.tracker, "item": claim.id, "purpose": purpose, "person": person, "state": "waiting"}
    return named | _words(snapshot, notice)


def _make_due(connection: Connection, tracker: str, notices: Mapping[str, Notice], now: datetime) -> None:
    """Let these people's mailboxes be looked at; in one order, so that two runs cannot wait for each other."""
    insert = insert_into(connection, recipients)
    looked_at = case((recipients.c.lease_until.is_(None), insert.excluded.due_at), else_=recipients.c.due_at)
    told = {name: insert.excluded[name] for name in ("name", "email", "tracker", "id")}
    again = {"touched": recipients.c.touched + 1, "due_at": looked_at, **told}
    rows = [
        {
            "person": person,
            "name": notices[person].to.name,
            "email": notices[person].to.email,
            "tracker": tracker,
            "id": notices[person].to.id,
            "due_at": now,
            "fence": 0,
            "touched": 1,
            "attempts": 0,
        }
        for person in sorted(notices)
    ]
    connection.execute(insert.on_conflict_do_update(index_elements=["person"], set_=again), rows)


def _reword(connection: Connection, kept: Sequence[tuple[Row[Any], dict[str, str]]]) -> None:
    """Say what waits in the words of today."""
    stale = ((row, words) for row, words in kept if any(getattr(row, name) != words[name] for name in _WORDS))
    changed = [words | {"its": row.number} for row, words in stale]
    if changed:
        connection.execute(update(messages).where(messages.c.number == bindparam("its")), changed)


def _withdraw(connection: Connection, numbers: Sequence[int], now: datetime) -> None:
    if numbers:
        drop = update(messages).where(messages.c.number.in_(numbers), messages.c.state == "waiting")
        connection.execute(drop.values(state="withdrawn", done_at=now))
