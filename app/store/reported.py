"""Keep what reports show of an item and find it by: one row, written only when something in it is another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from app.core.person import Person
from app.core.quiet import Quiet
from app.core.snapshot import Standing
from app.ports import Result
from app.ports.reports import Shown
from app.store.codec import SHOWN, dump
from app.store.columns import as_name
from app.store.tables import report_words, reported
from app.store.touches import by_tracker
from app.store.upsert import insert_into

OWNER, TEAM, ROUTE = "owner", "team", "route"
_NAMES = ("tracker", "id")
_CHANGE = update(reported).where(reported.c.tracker == bindparam("its_tracker"), reported.c.id == bindparam("its_id"))
_KEPT = ("postmortem", "postmortem_url")
"""Once named, a post-mortem stays with its item until another is named: nothing is dropped from its count unseen."""


@dataclass(frozen=True, slots=True)
class Found:
    """Hold what a run found of a tracker's item; `looked_at` is when the run began."""

    tracker: str
    result: Result
    looked_at: datetime

    @property
    def name(self) -> tuple[str, str]:
        """Return what the item's row is found by."""
        return self.tracker, as_name(self.result.snapshot.id)


def keep_reported(connection: Connection, found: Sequence[Found]) -> None:
    """Bring the rows of these items up to date."""
    before = _before(connection, found)
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    words: list[dict[str, str]] = []
    for one in found:
        row, old = row_of(one.result, one.looked_at), before.get(one.name)
        if old is not None and row["postmortem"] is None:
            row |= {name: old[name] for name in _KEPT}
        if old == row:
            continue
        tracker, id_ = one.name
        if old is None:
            new.append({"tracker": tracker, "id": id_, **row})
        else:
            changed.append({"its_tracker": tracker, "its_id": id_, **row})
        words += _words(one.result, row, old)
    if new:
        connection.execute(insert(reported), new)
    if changed:
        connection.execute(_CHANGE, changed)
    if words:
        connection.execute(insert_into(connection, report_words).on_conflict_do_nothing(), words)


def _before(connection: Connection, found: Sequence[Found]) -> Mapping[tuple[str, str], Mapping[str, Any]]:
    before: dict[tuple[str, str], Mapping[str, Any]] = {}
    for tracker, ids in by_tracker({one.name for one in found}):
        rows = connection.execute(select(reported).where(reported.c.tracker == tracker, reported.c.id.in_(ids)))
        for row in rows.mappings():
            before[tracker, row["id"]] = {name: value for name, value in row.items() if name not in _NAMES}
    return before


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


def _words(result: Result, row: Mapping[str, Any], old: Mapping[str, Any] | None) -> list[dict[str, str]]:
    """Return the words by which what is new in the row is named."""
    owner = result.owner
    named = [(OWNER, word, row["owner"]) for word in (owner.name, owner.email, owner.id) if word] if owner else []
    places = [(kind, row[kind], row[kind]) for kind in (TEAM, ROUTE) if row[kind] is not None]
    return [
        {"kind": kind, "word": as_name(word.casefold()), "value": value}
        for kind, word, value in named + places
        if old is None or old[kind] != value
    ]


def _name(text: str | None) -> str | None:
    return None if text is None else as_name(text)
