"""Keep what runs found, those of the same moment by a few statements together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from app.core.snapshot import Snapshot
from app.ports import Claim, Result
from app.store.codec import MEMORY, PERSON, RECORD, SNAPSHOT, dump
from app.store.lookup import Lookup
from app.store.notices import keep_notices
from app.store.reported import Found, keep_reported
from app.store.runs import VOID, Ended, earliest, held_query
from app.store.tables import item_epics, item_keys, items, records
from app.store.touches import by_tracker, key_of

_KEYS = Lookup(item_keys, "id", ("id", "key"))
_EPICS = Lookup(item_epics, "id", ("id", "epic"))
_LAST_RECORD = (
    select(func.max(records.c.number))
    .where(records.c.tracker == bindparam("its_tracker"), records.c.id == bindparam("its_id"))
    .scalar_subquery()
)
_END = (
    update(items)
    .where(items.c.tracker == bindparam("its_tracker"), items.c.id == bindparam("its_id"))
    .values(
        again_at=None, lease_until=None, parked=None, echo_at=None, attempts=0, run_because="", last_record=_LAST_RECORD
    )
)


@dataclass(frozen=True, slots=True)
class Finished:
    """Hold a run that is over: its claim, what it found, and when (UTC) it ended."""

    claim: Claim
    result: Result
    now: datetime

    @property
    def name(self) -> tuple[str, str]:
        """Return the item's tracker and id."""
        return self.claim.tracker, self.claim.id


def record(connection: Connection, runs: Sequence[Finished]) -> list[Ended]:
    """Keep what runs found and end their leases, but for those whose fence is void; return for each how it ended."""
    held = _held(connection, runs)
    good = {run.name: run for run in reversed(runs) if run.name in held and held[run.name].fence == run.claim.fence}
    if good:
        standing = [good[name] for name in sorted(good)]
        _end(connection, standing, held)
        keep_reported(connection, [Found(run.claim.tracker, run.result, held[run.name].looked_at) for run in standing])
        _keep_names(connection, _KEYS, {run.name: _keys(run.result.snapshot) for run in standing})
        epics = {run.name: [epic.id for epic in run.result.snapshot.epics] for run in standing}
        _keep_names(connection, _EPICS, epics, only=True)
        keep_notices(connection, [(run.claim, run.result, run.now) for run in standing])
    return [_ended(run, held[run.name]) if good.get(run.name) is run else VOID for run in runs]


def _held(connection: Connection, runs: Sequence[Finished]) -> Mapping[tuple[str, str], Row[Any]]:
    """Return the rows on loan, locked in one order everywhere, so that two replicas never wait for each other."""
    held: dict[tuple[str, str], Row[Any]] = {}
    for tracker, ids in by_tracker({run.name for run in runs}):
        query = held_query().where(items.c.tracker == tracker, items.c.id.in_(ids)).order_by(items.c.id)
        held.update({(tracker, row.id): row for row in connection.execute(query)})
    return held


def _echoed(run: Finished, row: Row[Any]) -> bool:
    """Tell whether all that touched the item meanwhile is our own writes' echo, of which this run has seen the end."""
    return row.echo_at is not None and row.echo_at <= run.result.snapshot.updated_at


def _ended(run: Finished, row: Row[Any]) -> Ended:
    again_at = None if _echoed(run, row) else row.again_at
    return Ended(held=True, due_at=earliest(run.result.look_again_at, again_at), news=again_at is not None)


def _end(connection: Connection, runs: Sequence[Finished], held: Mapping[tuple[str, str], Row[Any]]) -> None:
    connection.execute(insert(records), [_record(run) for run in runs])
    connection.execute(_END, [_found(run) | _next(run, held[run.name]) for run in runs])


def _next(run: Finished, row: Row[Any]) -> dict[str, Any]:
    delivery = None if row.delivery == run.claim.delivery else row.delivery
    because = "" if _echoed(run, row) else row.because
    return {"due_at": _ended(run, row).due_at, "because": because, "delivery": delivery}


def _record(run: Finished) -> dict[str, Any]:
    claim, made = run.claim, run.result.record
    body = dump(RECORD, made)
    return {"tracker": claim.tracker, "id": claim.id, "at": run.now, "writes": len(made.writes), "body": body}


def _found(run: Finished) -> dict[str, Any]:
    result, comment = run.result, run.result.memory.comment
    return {
        "its_tracker": run.claim.tracker,
        "its_id": run.claim.id,
        "key": result.snapshot.key,
        "watched": result.watched,
        "asks": comment is not None and comment.asks,
        "judged_by": result.judged_by,
        "item_class": result.item_class,
        "route": result.route,
        "updated_at": result.snapshot.updated_at,
        "owner": None if result.owner is None else dump(PERSON, result.owner),
        "memory": dump(MEMORY, result.memory),
        "snapshot": dump(SNAPSHOT, result.snapshot),
    }


def _keys(snapshot: Snapshot) -> list[str]:
    return [key_of(key) for key in (snapshot.key, *snapshot.old_keys)]


def _keep_names(
    connection: Connection,
    lookup: Lookup,
    wanted: Mapping[tuple[str, str], Iterable[str]],
    *,
    only: bool = False,
) -> None:
    """Let items be found by these names; `only`: by no others."""
    table, column = lookup.table, lookup.columns[-1]
    known: dict[tuple[str, str], set[str]] = {name: set() for name in wanted}
    for tracker, ids in by_tracker(wanted):
        for id_, name in lookup.run(connection, tracker, ids):
            known[tracker, id_].add(name)
    fresh = [
        {"tracker": tracker, "id": id_, column: name}
        for (tracker, id_), names in wanted.items()
        for name in sorted(set(names) - known[tracker, id_])
    ]
    if fresh:
        connection.execute(insert(table), fresh)
    for (tracker, id_), names in wanted.items() if only else ():
        if over := known[tracker, id_] - set(names):
            this = table.c.tracker == tracker, table.c.id == id_
            connection.execute(delete(table).where(*this, table.c[column].in_(over)))
