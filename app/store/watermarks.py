"""Remember up to when each tracker was compared with the store, for all replicas and over restarts."""

from dataclasses import asdict

from sqlalchemy import Column, Connection, Integer, Table, select

from app.ports import Watermark
from app.store.columns import Moment, Name
from app.store.tables import metadata
from app.store.upsert import insert_into

watermarks = Table(
    "watermarks",
    metadata,
    Column("tracker", Name, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("whole_at", Moment, nullable=False),
    Column("watched", Integer, nullable=False),
)


def watermark(connection: Connection, tracker: str) -> Watermark | None:
    """Return up to when a tracker was compared; None: never."""
    columns = watermarks.c.at, watermarks.c.whole_at, watermarks.c.watched
    row = connection.execute(select(*columns).where(watermarks.c.tracker == tracker)).one_or_none()
    return Watermark(*row) if row else None


def put_watermark(connection: Connection, tracker: str, mark: Watermark) -> None:
    """Note up to when a tracker was compared."""
    insert = insert_into(connection, watermarks).values(tracker=tracker, **asdict(mark))
    connection.execute(insert.on_conflict_do_update(index_elements=["tracker"], set_=asdict(mark)))
