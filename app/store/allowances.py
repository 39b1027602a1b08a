"""Share the policy's writes an hour between all replicas: a row for each tracker and minute of the clock."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, Select, Table, bindparam, delete, select

from app.core.allowance import COUNTED, Drawn, minute_of
from app.core.allowance import draw as share
from app.store.bulk import Bulk
from app.store.columns import Name
from app.store.premade import Premade
from app.store.tables import metadata
from app.store.upsert import Insert

_TURN = 0

allowances = Table(
    "allowances",
    metadata,
    Column("tracker", Name, primary_key=True),
    # Minutes since 1970, and one row on which those who draw wait for each other: on PostgreSQL, for SQLite has one
    # writer anyway.
    Column("minute", BigInteger, primary_key=True, autoincrement=False),
    Column("drawn", Integer, nullable=False),
)


@Premade
def _rows() -> Select[Any]:
    return select(allowances.c.minute, allowances.c.drawn).where(allowances.c.tracker == bindparam("its_tracker"))


def draw(connection: Connection, tracker: str, now: datetime, number: int, limit: int) -> Drawn:
    """Draw so many writes for this minute, or what is left of them."""
    if connection.dialect.name == "postgresql":
        _add(connection, tracker, _TURN, 0)
    drawn = {row.minute: row.drawn for row in _rows.run(connection, {"its_tracker": tracker}) if row.minute != _TURN}
    got = share(drawn, now, number, limit)
    if got.number:
        minute = minute_of(now)
        _add(connection, tracker, minute, got.number)
        if old := [each for each in drawn if each <= minute - COUNTED]:
            connection.execute(delete(allowances).where(allowances.c.tracker == tracker, allowances.c.minute.in_(old)))
    return got


def _add(connection: Connection, tracker: str, minute: int, number: int) -> None:
    _more.run(connection, [{"tracker": tracker, "minute": minute, "drawn": number}])


def _to_the_same(insert: Insert) -> Insert:
    more = {"drawn": allowances.c.drawn + insert.excluded.drawn}
    return insert.on_conflict_do_update(index_elements=["tracker", "minute"], set_=more)


_more = Bulk(allowances, ("tracker", "minute", "drawn"), _to_the_same)
