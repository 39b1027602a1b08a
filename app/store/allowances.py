"""Share the policy's writes an hour between all replicas: a row for each tracker and minute of the clock."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Connection, Integer, Table, delete, select

from app.core.allowance import COUNTED, Drawn, minute_of
from app.core.allowance import draw as share
from app.store.columns import Name
from app.store.tables import metadata
from app.store.upsert import insert_into

allowances = Table(
    "allowances",
    metadata,
    Column("tracker", Name, primary_key=True),
    # Minutes since 1970; 0 is the row on which those who draw wait for each other.
    Column("minute", BigInteger, primary_key=True, autoincrement=False),
    Column("drawn", Integer, nullable=False),
)


def draw(connection: Connection, tracker: str, now: datetime, number: int, limit: int) -> Drawn:
    """Draw so many writes for this minute, or what is left of them."""
    _add(connection, tracker, 0, 0)
    here = allowances.c.tracker == tracker
    rows = connection.execute(select(allowances.c.minute, allowances.c.drawn).where(here, allowances.c.minute > 0))
    got = share({row.minute: row.drawn for row in rows}, now, number, limit)
    if got.number:
        minute = minute_of(now)
        _add(connection, tracker, minute, got.number)
        old = allowances.c.minute > 0, allowances.c.minute <= minute - COUNTED
        connection.execute(delete(allowances).where(here, *old))
    return got


def _add(connection: Connection, tracker: str, minute: int, number: int) -> None:
    insert = insert_into(connection, allowances).values(tracker=tracker, minute=minute, drawn=number)
    more = {"drawn": allowances.c.drawn + number}
    connection.execute(insert.on_conflict_do_update(index_elements=["tracker", "minute"], set_=more))
