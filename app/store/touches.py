"""Make items due."""

import random
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, ColumnElement, Connection, bindparam, case, func, null, type_coerce

from app.core.activity import Activity
from app.ports import Touch
from app.store.bulk import Bulk
from app.store.codec import ACTIVITY, dump
from app.store.columns import as_name, microseconds
from app.store.lookup import Lookup
from app.store.reasons import MOST, join_reasons
from app.store.tables import item_epics, item_keys, items
from app.store.upsert import Insert

_UNDER = Lookup(item_epics, "epic", ("epic", "id"))
_KEYED = Lookup(item_keys, "key", ("key", "id"))
_KNOWN = Lookup(items, "id", ("id",))

BY_KEY = "key:"
"""Starts the id of an item of which only the key is known."""

_AT_ONCE = 500  # values in one statement: databases bound them

Aimed: TypeAlias = tuple[str, Touch, datetime]
"""A tracker, a touch of one of its items, and when it came."""
_Name: TypeAlias = tuple[str, str]


@dataclass(slots=True)
class _Wish:
    now: datetime
    only_known: bool = True
    because: list[str] = field(default_factory=list)
    heard: Activity | None = None
    passed_over: Activity | None = None
    delivery: str | None = None
    echoes: list[datetime | None] = field(default_factory=list)

    @property
    def echo_at(self) -> datetime | None:
        """Return the latest update that our own writes tell of; None where anything else was told."""
        told = [at for at in self.echoes if at is not None]
        return max(told) if told and len(told) == len(self.echoes) else None


def mark_due(connection: Connection, touches: Iterable[Aimed], settle: timedelta) -> int:
    """Make items due at once, or `settle` after their last look began; return how many.

    Whoever is parked or waits after a failure is freed. An item on loan is due again after its run.
    """
    named = [(as_name(tracker), _named(touch), now) for tracker, touch, now in touches]
    wishes = _gather(_by_id(connection, _under(connection, named)))
    _drop_unknown(connection, wishes)
    if wishes:
        # In one order everywhere, so that two replicas never wait for each other.
        rows = [_row(*name, wishes[name]) for name in sorted(wishes)]
        _INSERT.run(connection, rows, settle=microseconds(settle))
    return len(wishes)


def _named(touch: Touch) -> Touch:
    """Return the touch with its id as the table has it; nearly always it is."""
    name = as_name(touch.id)
    return touch if name == touch.id else replace(touch, id=name)


def _under(connection: Connection, touches: list[Aimed]) -> list[Aimed]:
    """Put the items that were last seen under an epic in the epic's place."""
    wanted = {(tracker, touch.id) for tracker, touch, _ in touches if touch.epic}
    if not wanted:
        return touches
    below: dict[_Name, list[str]] = {}
    for tracker, epics in by_tracker(wanted):
        for epic, id_ in _UNDER.run(connection, tracker, epics):
            below.setdefault((tracker, epic), []).append(id_)
    meant = [one for one in touches if not one[1].epic]
    for tracker, touch, now in touches:
        ids = below.get((tracker, touch.id), ()) if touch.epic else ()
        meant += [(tracker, replace(touch, id=id_, epic=False), now) for id_ in ids]
    return meant


def _gather(touches: Iterable[Aimed]) -> dict[_Name, _Wish]:
    wishes: dict[_Name, _Wish] = {}
    for tracker, touch, now in touches:
        wish = wishes.setdefault((tracker, touch.id), _Wish(now))
        wish.now = min(wish.now, now)
        wish.only_known &= touch.only_known
        wish.because.append(touch.because)
        if touch.activity and (wish.heard is None or wish.heard.at < touch.activity.at):
            wish.heard = touch.activity
        wish.passed_over = touch.passed_over or wish.passed_over
        wish.delivery = touch.delivery or wish.delivery
        wish.echoes.append(touch.echo_at)
    return wishes


def _by_id(connection: Connection, touches: list[Aimed]) -> Iterator[Aimed]:
    """Aim touches by key at the item that has or had the key, where one is known."""
    wanted = {(tracker, key_of(touch.id)) for tracker, touch, _ in touches if touch.id.startswith(BY_KEY)}
    known: dict[_Name, list[str]] = {}
    for tracker, keys in by_tracker(wanted):
        for key, id_ in _KEYED.run(connection, tracker, keys):
            known.setdefault((tracker, BY_KEY + key), []).append(id_)
    for tracker, touch, now in touches:
        name = BY_KEY + key_of(touch.id) if touch.id.startswith(BY_KEY) else touch.id
        for id_ in known.get((tracker, name), (touch.id,)):
            yield tracker, touch if id_ == touch.id else replace(touch, id=id_), now


def key_of(id_: str) -> str:
    """Return the key under which an item is looked up."""
    return id_.removeprefix(BY_KEY).upper()


def _drop_unknown(connection: Connection, wishes: dict[_Name, _Wish]) -> None:
    doubtful = {name for name, wish in wishes.items() if wish.only_known}
    known: set[_Name] = set()
    for tracker, ids in by_tracker(doubtful):
        known.update((tracker, id_) for (id_,) in _KNOWN.run(connection, tracker, ids))
    for name in doubtful - known:
        del wishes[name]


def by_tracker(names: Collection[_Name]) -> Iterator[tuple[str, list[str]]]:
    """Sort names by tracker, a list no longer than one statement takes."""
    for tracker in sorted({tracker for tracker, _ in names}):
        words = sorted(word for owner, word in names if owner == tracker)
        for start in range(0, len(words), _AT_ONCE):
            yield tracker, words[start : start + _AT_ONCE]


def _row(tracker: str, id_: str, wish: _Wish) -> dict[str, Any]:
    return {
        "tracker": tracker,
        "id": id_,
        "key": id_.removeprefix(BY_KEY),
        "due_at": wish.now,
        # Drawn by lot, so that a claim of a row that was dropped and came again is void.
        "fence": random.getrandbits(52),
        "because": join_reasons(wish.because),
        "heard_at": wish.heard and wish.heard.at,
        "heard": wish.heard and dump(ACTIVITY, wish.heard),
        "passed_over": wish.passed_over and dump(ACTIVITY, wish.passed_over),
        "echo_at": wish.echo_at,
        "delivery": wish.delivery,
    }


def _or_due(insert: Insert) -> Insert:
    new = insert.excluded
    came, settle = type_coerce(new.due_at, BigInteger), bindparam("settle", type_=BigInteger)
    looked_at = type_coerce(items.c.looked_at, BigInteger)
    # A look that lies ahead was begun before the clock was set back: it says nothing of when this item settles.
    due = case((looked_at > came, came + settle), (looked_at + settle > came, looked_at + settle), else_=came)
    lent = items.c.lease_until.is_not(None)
    known = ~lent & new.echo_at.is_not(None) & (items.c.updated_at >= new.echo_at)
    news = items.c.heard_at.is_(None) | (new.heard_at > items.c.heard_at)  # false where nothing was heard now
    return insert.on_conflict_do_update(
        index_elements=["tracker", "id"],
        set_={
            "due_at": case((lent | known, items.c.due_at), else_=_earlier(items.c.due_at, due)),
            "again_at": case((lent, _earlier(items.c.again_at, due)), else_=null()),
            "echo_at": case((lent, _only_echoes(new.echo_at)), else_=null()),
            "touched": items.c.touched + 1,
            "attempts": case((known, items.c.attempts), else_=0),
            "parked": case((known, items.c.parked), else_=null()),
            "because": case((known, items.c.because), else_=_with(items.c.because, new.because)),
            "heard_at": case((news, new.heard_at), else_=items.c.heard_at),
            "heard": case((news, new.heard), else_=items.c.heard),
            "passed_over": func.coalesce(new.passed_over, items.c.passed_over),
            "delivery": case((known, items.c.delivery), else_=func.coalesce(new.delivery, items.c.delivery)),
        },
    )


_INSERT = Bulk(
    items,
    ("tracker", "id", "key", "due_at", "fence", "because", "heard_at", "heard", "passed_over", "echo_at", "delivery"),
    _or_due,
)


def _only_echoes(new: ColumnElement[datetime | None]) -> ColumnElement[Any]:
    """Return the later update, as long as all that touched the item on loan are echoes of our own writes."""
    first = items.c.again_at.is_(None)
    later = case((items.c.echo_at > new, items.c.echo_at), else_=new)
    return case((first, new), (new.is_(None) | items.c.echo_at.is_(None), null()), else_=later)


def _earlier(old: ColumnElement[datetime | None], new: ColumnElement[int]) -> ColumnElement[int]:
    before = type_coerce(old, BigInteger)
    return case((before <= new, before), else_=new)


def _with(old: ColumnElement[str], new: ColumnElement[str]) -> ColumnElement[str]:
    lines = func.length(old) - func.length(func.replace(old, "\n", ""))
    known = func.replace(old, new, "") != old
    return case((known | (lines >= 2 * MOST), old), else_=old + new)
