"""Keep what reports show of an item and find it by: one row, written only when something in it is another."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from app.core.person import Person
from app.core.quiet import Quiet
from app.core.snapshot import Standing
from app.ports import Result
from app.ports.reports import Shown
from app.store.codec import SHOWN, dump
from app.store.columns import as_name
from app.store.tables import report_words, reported
from app.store.upsert import insert_into

OWNER, TEAM, ROUTE = "owner", "team", "route"
_KEPT = ("postmortem", "postmortem_url")
"""Once named, a post-mortem stays with its item until another is named: nothing is dropped from its count unseen."""


def keep_reported(connection: Connection, tracker: str, result: Result, looked_at: datetime) -> None:
    """Bring the item's row up to date; `looked_at` is when the run that found this began."""
    row = row_of(result, looked_at)
    this = reported.c.tracker == tracker, reported.c.id == as_name(result.snapshot.id)
    columns = [reported.c[name] for name in row]
    before = connection.execute(select(*columns).where(*this)).mappings().one_or_none()
    if before is None:
        connection.execute(insert(reported).values(tracker=tracker, id=result.snapshot.id, **row))
    else:
        row |= {name: before[name] for name in _KEPT if row["postmortem"] is None}
        if dict(before) == row:
            return
        connection.execute(update(reported).where(*this).values(**row))
    words = [
        {"kind": kind, "word": as_name(word.casefold()), "value": value}
        for kind, word, value in _words(result, row)
        if before is None or before[kind] != value
    ]
    if words:
        connection.execute(insert_into(connection, report_words).on_conflict_do_nothing(), words)


def row_of(result: Result, looked_at: datetime) -> dict[str, Any]:
    """Return the columns."""
    quiet, snapshot = result.quiet, result.snapshot
    is_open = result.watched and snapshot.here and snapshot.standing is Standing.OPEN
    named = result.postmortem
    stale_at = quiet.stale_at if quiet and is_open else None
    how, at = _gone(result, is_open=is_open)
    return {
        "key": as_name(snapshot.key),
        "open": is_open,
        "team": _name(snapshot.team),
        "item_class": str(result.item_class),
        "route": _name(result.route),
        "owner": _name(owner_name(result.owner)),
        "findings": as_name(" ".join(["", *sorted({found.id for found in result.record.findings}), ""])),
        "last_activity_at": quiet.last.at if quiet else None,
        "stale_at": stale_at,
        "confirm_at": _unconfirmed_from(stale_at, quiet, looked_at),
        "snoozed_until": quiet.snoozed_until if quiet else None,
        "postmortem": _name(named.name) if named else None,
        "postmortem_url": named.url if named else None,
        "opened_at": snapshot.created_at,
        "left_at": at,
        "left_how": how,
        "shown": dump(SHOWN, Shown(snapshot.title, snapshot.url, result.owner, quiet)),
    }


def _unconfirmed_from(stale_at: datetime | None, quiet: Quiet | None, looked_at: datetime) -> datetime | None:
    """Return from when the item shows as stale without a look that bears it out; one that waits shows afterwards."""
    if stale_at is None or quiet is None:
        return None
    shows_at = max(stale_at, quiet.snoozed_until or stale_at)
    return shows_at if looked_at < shows_at else None


def _gone(result: Result, *, is_open: bool) -> tuple[str | None, datetime | None]:
    """Return how and when an item ended or was dropped; one that was closed before we came ended at its last change."""
    if is_open:
        closed_over = result.memory.since.get("epic.closed")
        return ("epic_closed", closed_over) if closed_over else (None, None)
    left = result.memory.left
    return (left.how, left.at) if left else (str(result.snapshot.standing), result.snapshot.updated_at)


def owner_name(owner: Person | None) -> str | None:
    """Return what stands for an owner: the e-mail, which trackers share, else the tracker's own id."""
    return (owner.email or owner.id).casefold() if owner else None


def _words(result: Result, row: dict[str, Any]) -> list[tuple[str, str, str]]:
    owner = result.owner
    named = [(OWNER, word, row["owner"]) for word in (owner.name, owner.email, owner.id) if word] if owner else []
    places = [(kind, row[kind], row[kind]) for kind in (TEAM, ROUTE) if row[kind] is not None]
    return named + places


def _name(text: str | None) -> str | None:
    return None if text is None else as_name(text)
