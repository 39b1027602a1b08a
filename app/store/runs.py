"""End runs: keep what they found, why they failed, or that the item is another or none."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, delete, func, insert, select, update

from app.core.record import Record
from app.core.snapshot import Snapshot
from app.ports import Claim, Result, Touch
from app.store.codec import ACTIVITY, MEMORY, PERSON, RECORD, SNAPSHOT, dump, load
from app.store.notices import keep_notices
from app.store.reasons import join_reasons, split_reasons
from app.store.reported import keep_reported
from app.store.tables import item_epics, item_keys, items, records
from app.store.touches import key_of, mark_due


@dataclass(frozen=True, slots=True)
class Ended:
    """Say whether the claim held, when its item is due now, and whether that is news to other replicas."""

    held: bool
    due_at: datetime | None = None
    news: bool = False


_VOID = Ended(held=False)


def record(connection: Connection, claim: Claim, result: Result, now: datetime) -> Ended:
    """Keep what a run found and end its lease, unless the fence is void."""
    row = _held(connection, claim)
    if row is None:
        return _VOID
    due_at = _earliest(result.look_again_at, row.again_at)
    number = _add_record(connection, claim, result.record, now)
    _end(connection, claim, due_at, attempts=0, run_because="", last_record=number, **_found(result))
    keep_reported(connection, claim.tracker, result, row.looked_at)
    _keep_names(connection, claim, item_keys, "key", _keys(result.snapshot))
    _keep_names(connection, claim, item_epics, "epic", (epic.id for epic in result.snapshot.epics), only=True)
    keep_notices(connection, claim, result, now)
    return Ended(held=True, due_at=due_at, news=row.again_at is not None)


def fail(connection: Connection, claim: Claim, reason: str, retry_at: datetime | None, now: datetime) -> Ended:
    """End a failed run's lease; park the item when nothing makes it due again. Its reasons stay for the next run."""
    row = _held(connection, claim)
    if row is None:
        return _VOID
    due_at = _earliest(retry_at, row.again_at)
    number = _add_record(connection, claim, Record(at=now, because=claim.because, failed=reason), now)
    _end(
        connection,
        claim,
        due_at,
        attempts=row.attempts + 1,
        parked=reason if due_at is None else None,
        last_record=func.coalesce(items.c.last_record, number),
        **_reasons_kept(row),
    )
    return Ended(held=True, due_at=due_at, news=row.again_at is not None)


def rename(connection: Connection, claim: Claim, id_: str, now: datetime) -> Ended:
    """Drop the item and make the one with its real id due in its place."""
    row = _held(connection, claim)
    if row is None:
        return _VOID
    connection.execute(delete(items).where(*_this(items, claim)))
    reasons = split_reasons(row.run_because, row.because) or ("",)
    touches = [Touch(id_, reason, activity=load(ACTIVITY, row.heard)) for reason in reasons]
    mark_due(connection, ((claim.tracker, touch, now) for touch in touches), timedelta(0))
    return Ended(held=True, due_at=now, news=True)


def forget(connection: Connection, claim: Claim) -> Ended:
    """Drop the item, or end its lease when it was touched meanwhile."""
    row = _held(connection, claim)
    if row is None:
        return _VOID
    if row.again_at is None:
        connection.execute(delete(items).where(*_this(items, claim)))
    else:
        _end(connection, claim, row.again_at, **_reasons_kept(row))
    return Ended(held=True, due_at=row.again_at, news=row.again_at is not None)


def _reasons_kept(row: Row[Any]) -> dict[str, str]:
    """Return the columns that let the next run know why this one ran, because this one found nothing."""
    return {"because": join_reasons(split_reasons(row.run_because, row.because)), "run_because": ""}


def _held(connection: Connection, claim: Claim) -> Row[Any] | None:
    columns = items.c.again_at, items.c.attempts, items.c.because, items.c.run_because, items.c.looked_at, items.c.heard
    held: Select[Any] = select(*columns)
    held = held.where(*_this(items, claim), items.c.fence == claim.fence, items.c.lease_until.is_not(None))
    return connection.execute(held.with_for_update()).one_or_none()


def _this(table: Table, claim: Claim) -> tuple[ColumnElement[bool], ...]:
    return table.c.tracker == claim.tracker, table.c.id == claim.id


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _end(connection: Connection, claim: Claim, due_at: datetime | None, **values: Any) -> None:
    ended = {"due_at": due_at, "again_at": None, "lease_until": None, "parked": None} | values
    connection.execute(update(items).where(*_this(items, claim)).values(**ended))


def _add_record(connection: Connection, claim: Claim, run: Record, now: datetime) -> int:
    values = {"tracker": claim.tracker, "id": claim.id, "at": now, "writes": len(run.writes)}
    added = connection.execute(insert(records).values(**values, body=dump(RECORD, run)).returning(records.c.number))
    return int(added.scalar_one())


def _found(result: Result) -> dict[str, Any]:
    comment = result.memory.comment
    return {
        "key": result.snapshot.key,
        "watched": result.watched,
        "asks": comment is not None and comment.asks,
        "item_class": result.item_class,
        "route": result.route,
        "updated_at": result.snapshot.updated_at,
        "owner": None if result.owner is None else dump(PERSON, result.owner),
        "memory": dump(MEMORY, result.memory),
        "snapshot": dump(SNAPSHOT, result.snapshot),
    }


def _keys(snapshot: Snapshot) -> Iterable[str]:
    return (key_of(key) for key in (snapshot.key, *snapshot.old_keys))


def _keep_names(
    connection: Connection, claim: Claim, table: Table, column: str, names: Iterable[str], *, only: bool = False
) -> None:
    """Let the item be found by these names; `only`: by no other."""
    wanted = set(names)
    known = set(connection.scalars(select(table.c[column]).where(*_this(table, claim))))
    if only and known - wanted:
        connection.execute(delete(table).where(*_this(table, claim), table.c[column].in_(known - wanted)))
    if wanted - known:
        rows = [{"tracker": claim.tracker, "id": claim.id, column: name} for name in sorted(wanted - known)]
        connection.execute(insert(table), rows)
