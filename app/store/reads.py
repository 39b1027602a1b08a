"""Show items and records."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select, tuple_, union_all

from app.core.decision import ItemClass
from app.core.memory import Memory
from app.core.postmortem import PostMortem
from app.core.record import Record
from app.ports import Known, Stored
from app.store.codec import MEMORY, PERSON, RECORD, SHOWN, SNAPSHOT, load
from app.store.columns import as_name, as_number
from app.store.lookup import Lookup
from app.store.tables import item_keys, items, records, reported
from app.store.touches import BY_KEY, key_of

_KEYS = Lookup(reported, "id", ("id", "key"))
_TOLD = Lookup(items, "id", ("id", "delivery", "looked_at"))
_SHOWN = (reported.c.shown, reported.c.postmortem, reported.c.postmortem_url, reported.c.left_how)
_LAST = (
    select(items, records.c.body.label("last"), *_SHOWN)
    .outerjoin(records, records.c.number == items.c.last_record)
    .outerjoin(reported, (reported.c.tracker == items.c.tracker) & (reported.c.id == items.c.id))
)


def _stored(row: Row[Any]) -> Stored:
    """Return the item that stands in a row; one on loan is due since its run began."""
    shown = load(SHOWN, row.shown)
    return Stored(
        tracker=row.tracker,
        id=row.id,
        key=row.key,
        snapshot=load(SNAPSHOT, row.snapshot),
        memory=load(MEMORY, row.memory) or Memory(),
        item_class=ItemClass(row.item_class) if row.item_class else None,
        route=row.route,
        owner=load(PERSON, row.owner),
        watched=row.watched,
        due_at=row.looked_at if row.lease_until else row.due_at,
        attempts=row.attempts,
        parked=row.parked,
        last=load(RECORD, row.last),
        quiet=shown.quiet if shown else None,
        postmortem=PostMortem(row.postmortem, row.postmortem_url) if row.postmortem else None,
        left=row.left_how,
    )


def by_id(tracker: str, reference: str) -> Select[Any]:
    """Select the items whose id is meant."""
    ids = {reference, reference.lower(), BY_KEY + key_of(reference)}
    return _LAST.where(items.c.tracker == tracker, items.c.id.in_(sorted(ids)))


def by_key(tracker: str, reference: str) -> Select[Any]:
    """Select the items that have or had that key."""
    query = _LAST.join(item_keys, (item_keys.c.tracker == items.c.tracker) & (item_keys.c.id == items.c.id))
    return query.where(item_keys.c.tracker == tracker, item_keys.c.key == key_of(reference))


def find(connection: Connection, tracker: str, reference: str) -> Stored | None:
    """Return the item with that id, else with that key now, else with that key before."""
    rows = [*connection.execute(by_id(tracker, reference)), *connection.execute(by_key(tracker, reference))]

    def nearness(row: Row[Any]) -> tuple[bool, bool, bool]:
        return row.id == reference, not row.id.startswith(BY_KEY), key_of(row.key) == key_of(reference)

    return _stored(max(rows, key=nearness)) if rows else None


def items_query(
    tracker: str | None, postmortem: str | None, *, watched: bool | None, after: tuple[str, str], limit: int
) -> Select[Any]:
    """Select a page of items behind that one, by tracker and id."""
    table = items if postmortem is None else reported  # which has the index
    query = _LAST.where(tuple_(table.c.tracker, table.c.id) > tuple_(*after))
    if tracker is not None:
        query = query.where(table.c.tracker == tracker)
    if watched is not None:
        query = query.where(items.c.watched == watched)
    if postmortem is not None:
        query = query.where(reported.c.postmortem == as_name(postmortem))
    return query.order_by(table.c.tracker, table.c.id).limit(limit)


def page(connection: Connection, query: Select[Any]) -> list[Stored]:
    """Return the items of a page."""
    return [_stored(row) for row in connection.execute(query)]


def known_query(tracker: str, after: str, limit: int) -> Select[Any]:
    """Select a page of what reconcile compares, by id; what was looked at and what was not stand in two indexes."""
    columns = items.c.id, items.c.updated_at, items.c.watched, items.c.asks, items.c.judged_by
    here = items.c.tracker == tracker, items.c.updated_at.is_not(None), items.c.id > after
    looked_at = select(*columns).where(*here).order_by(items.c.id).limit(limit)
    # No index fits the sums: else SQLite would go through all the tracker's rows for those without a snapshot.
    not_yet = items.c.tracker + "" == tracker, items.c.snapshot.is_(None), items.c.id + "" > after
    both = union_all(select(looked_at.subquery()), select(*columns).where(*not_yet)).subquery()
    return select(both).order_by(both.c.id).limit(limit)


def known(connection: Connection, tracker: str, after: str, limit: int) -> list[Known]:
    """Return the items behind that id, as reconcile needs them."""
    return [Known(*row) for row in connection.execute(known_query(tracker, after, limit))]


def told_of(connection: Connection, tracker: str, ids: Sequence[str], since: datetime) -> set[str]:
    """Return those with a delivery that no run has dealt with, and those that a run looked at since then."""
    rows, at = _TOLD.run(connection, tracker, ids), as_number(since)
    return {row.id for row in rows if row.delivery is not None or (row.looked_at or 0) > at}


def keys(connection: Connection, tracker: str, ids: Sequence[str]) -> dict[str, str]:
    """Return the keys of those items that were looked at, by id; `reported` has a narrow row for each."""
    return dict(_KEYS.run(connection, tracker, ids))


def records_of(connection: Connection, tracker: str, id_: str, limit: int) -> list[Record]:
    """Return an item's records, the newest first; those that cannot be read any more show when they were made."""
    query = select(records.c.at, records.c.body).where(records.c.tracker == tracker, records.c.id == id_)
    rows = connection.execute(query.order_by(records.c.number.desc()).limit(limit))
    return [load(RECORD, body) or Record(at=at, because=()) for at, body in rows]
