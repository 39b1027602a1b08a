"""End runs that found nothing to keep: they failed, or the item is another or none."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, insert, select, update

from app.core.record import Record
from app.ports import Claim, Touch
from app.store.codec import ACTIVITY, RECORD, dump, load
from app.store.reasons import join_reasons, split_reasons
from app.store.tables import items, records
from app.store.touches import mark_due


@dataclass(frozen=True, slots=True)
class Ended:
    """Say whether the claim held, when its item is due now, and whether that is news to other replicas."""

    held: bool
    due_at: datetime | None = None
    news: bool = False


VOID = Ended(held=False)


def fail(connection: Connection, claim: Claim, reason: str, retry_at: datetime | None, now: datetime) -> Ended:
    """End a failed run's lease; park the item when nothing makes it due again. Its reasons stay for the next run."""
    row = _held(connection, claim)
    if row is None:
        return VOID
    due_at = earliest(retry_at, row.again_at)
    number = _add_record(connection, claim, Record(at=now, because=claim.because, failed=reason), now)
    _end(
        connection,
        claim,
        due_at,
        attempts=row.attempts + 1,
        judged_by=None,
        parked=reason if due_at is None else None,
        last_record=func.coalesce(items.c.last_record, number),
        **_reasons_kept(row),
    )
    return Ended(held=True, due_at=due_at, news=row.again_at is not None)


def rename(connection: Connection, claim: Claim, id_: str, now: datetime) -> Ended:
    """Drop the item and make the one with its real id due in its place."""
    row = _held(connection, claim)
    if row is None:
        return VOID
    connection.execute(delete(items).where(*_this(claim)))
    reasons = split_reasons(row.run_because, row.because) or ("",)
    heard = load(ACTIVITY, row.heard)
    touches = [Touch(id_, reason, activity=heard, delivery=row.delivery) for reason in reasons]
    mark_due(connection, ((claim.tracker, touch, now) for touch in touches), timedelta(0))
    return Ended(held=True, due_at=now, news=True)


def forget(connection: Connection, claim: Claim) -> Ended:
    """Drop the item, or end its lease when it was touched meanwhile."""
    row = _held(connection, claim)
    if row is None:
        return VOID
    if row.again_at is None:
        connection.execute(delete(items).where(*_this(claim)))
    else:
        _end(connection, claim, row.again_at, **_reasons_kept(row))
    return Ended(held=True, due_at=row.again_at, news=row.again_at is not None)


def _reasons_kept(row: Row[Any]) -> dict[str, str]:
    """Return the columns that let the next run know why this one ran, because this one found nothing."""
    return {"because": join_reasons(split_reasons(row.run_because, row.because)), "run_because": ""}


def held_query() -> Select[Any]:
    """Select what the end of a run needs of items on loan, and lock them."""
    terms = items.c.id, items.c.fence, items.c.attempts, items.c.again_at, items.c.echo_at, items.c.looked_at
    query: Select[Any] = select(*terms, items.c.because, items.c.run_because, items.c.heard, items.c.delivery)
    return query.where(items.c.lease_until.is_not(None)).with_for_update()


def _held(connection: Connection, claim: Claim) -> Row[Any] | None:
    return connection.execute(held_query().where(*_this(claim), items.c.fence == claim.fence)).one_or_none()


def _this(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    return items.c.tracker == claim.tracker, items.c.id == claim.id


def earliest(*moments: datetime | None) -> datetime | None:
    """Return the first of the moments that there are."""
    return min((moment for moment in moments if moment is not None), default=None)


def _end(connection: Connection, claim: Claim, due_at: datetime | None, **values: Any) -> None:
    ended = {"due_at": due_at, "again_at": None, "lease_until": None, "parked": None} | values
    connection.execute(update(items).where(*_this(claim)).values(**ended))


def _add_record(connection: Connection, claim: Claim, run: Record, now: datetime) -> int:
    values = {"tracker": claim.tracker, "id": claim.id, "at": now, "writes": len(run.writes)}
    added = connection.execute(insert(records).values(**values, body=dump(RECORD, run)).returning(records.c.number))
    return int(added.scalar_one())
