"""Lend due items, and take them back."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, Select, Update, bindparam, select, union_all, update

from app.core.memory import Memory
from app.ports import Claim
from app.store.codec import ACTIVITY, MEMORY, SNAPSHOT, dump, load
from app.store.columns import as_number
from app.store.premade import Premade
from app.store.reasons import TIMER, join_reasons, split_reasons
from app.store.tables import items, pauses

_THIS = (items.c.tracker == bindparam("its_tracker"), items.c.id == bindparam("its_id"))
_HELD = (*_THIS, items.c.fence == bindparam("its_fence"), items.c.lease_until.is_not(None))

_LENT = (
    items.c.tracker,
    items.c.id,
    items.c.due_at,
    items.c.fence,
    items.c.touched,
    items.c.attempts,
    items.c.because,
    items.c.run_because,
    items.c.memory,
    items.c.snapshot,
    items.c.heard,
    items.c.passed_over,
    items.c.delivery,
)
_NOW = bindparam("now", type_=BigInteger)


@Premade
def _due() -> Select[Any]:
    """Select what may be claimed of a tracker: `due_at` of an item on loan is the end of its lease."""
    paused = select(pauses.c.tracker).where(pauses.c.tracker == bindparam("its_tracker"), pauses.c.until > _NOW)
    due = select(*_LENT).where(items.c.tracker == bindparam("its_tracker"), items.c.due_at <= _NOW, ~paused.exists())
    return due.order_by(items.c.due_at).limit(bindparam("most", type_=BigInteger)).with_for_update(skip_locked=True)


@Premade
def _lend() -> Update:
    until = bindparam("until", type_=BigInteger)
    return (
        update(items)
        .where(*_THIS)
        .values(
            fence=bindparam("its_fence"),
            run_because=bindparam("why"),
            lease_until=until,
            due_at=until,
            looked_at=_NOW,
            again_at=None,
            echo_at=None,
            because="",
        )
    )


def claim(connection: Connection, limit: int, now: datetime, until: datetime, trackers: Collection[str]) -> list[Claim]:
    """Lend due items until then, the oldest first; those of a tracker that is paused stay where they are."""
    at, end = as_number(now), as_number(until)
    # Each tracker by itself: else a paused one's backlog would be read each time.
    terms = ({"its_tracker": tracker, "now": at, "most": limit} for tracker in sorted(set(trackers)))
    due = [row for each in terms for row in _due.run(connection, each)]
    claims = [_claim_of(row) for row in sorted(due, key=lambda row: row.due_at)[:limit]]
    if claims:
        _lend.run(
            connection,
            *(_terms(claim) | {"why": join_reasons(claim.because), "now": at, "until": end} for claim in claims),
        )
    return claims


def _claim_of(row: Row[Any]) -> Claim:
    return Claim(
        tracker=row.tracker,
        id=row.id,
        fence=row.fence + 1,
        touched=row.touched,
        attempts=row.attempts,
        because=split_reasons(row.run_because, row.because) or (TIMER,),
        memory=load(MEMORY, row.memory) or Memory(),
        snapshot=load(SNAPSHOT, row.snapshot),
        heard=load(ACTIVITY, row.heard),
        passed_over=load(ACTIVITY, row.passed_over),
        delivery=row.delivery,
    )


def _terms(claim: Claim) -> dict[str, Any]:
    return {"its_tracker": claim.tracker, "its_id": claim.id, "its_fence": claim.fence}


@Premade
def _note() -> Update:
    return update(items).where(*_HELD).values(memory=bindparam("its_memory"))


def note(connection: Connection, claim: Claim, memory: Memory) -> bool:
    """Keep the memory of an item on loan; return whether the claim still held."""
    return _note.run(connection, _terms(claim) | {"its_memory": dump(MEMORY, memory)}).rowcount == 1


def extend(connection: Connection, claims: Sequence[Claim], until: datetime) -> None:
    """Move the end of these leases, as far as they hold."""
    connection.execute(update(items).where(*_HELD).values(lease_until=until, due_at=until), _held(claims))


def release(connection: Connection, claims: Sequence[Claim]) -> None:
    """Make items on loan due as they were, with the reasons they had."""
    statement = update(items).where(*_HELD)
    statement = statement.values(
        lease_until=None,
        due_at=items.c.looked_at,
        again_at=None,
        because=items.c.run_because + items.c.because,
        run_because="",
    )
    connection.execute(statement, _held(claims))


def _held(claims: Sequence[Claim]) -> list[dict[str, Any]]:
    ordered = sorted(claims, key=lambda claim: (claim.tracker, claim.id))
    return [_terms(claim) for claim in ordered]


def next_due_query(trackers: Collection[str]) -> Select[Any]:
    """Select the earliest due time of each of these trackers."""
    each = [
        select(items.c.due_at)
        .where(items.c.tracker == tracker, items.c.due_at.is_not(None))
        .order_by(items.c.due_at)
        .limit(1)
        .subquery()
        for tracker in sorted(set(trackers))
    ]
    return select(union_all(*(select(first) for first in each)).subquery())


def next_due(connection: Connection, now: datetime, trackers: Collection[str]) -> datetime | None:
    """Return when the next item can be claimed, `now` if one can."""
    if not trackers:
        return None
    earliest = min(connection.scalars(next_due_query(trackers)), default=None)
    return None if earliest is None else max(earliest, now)
