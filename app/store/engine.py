"""Connect to the database and run work on it in threads of its own."""

import asyncio
import random
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from app.core.errors import FollowthroughError, Transient
from app.store.troubles import at_start, clashed, in_our_words, lost

P = ParamSpec("P")
T = TypeVar("T")
_Tell: TypeAlias = Callable[[SQLAlchemyError, URL], FollowthroughError]

_CONNECTIONS = 8
_READERS = 2
_TRIES = 5
_APART = 0.02  # seconds
_SWITCH = 3.0  # seconds
_DURABLE = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
_PLANNED = "SELECT set_config('plan_cache_mode', 'force_custom_plan', false)"
"""A plan for all values takes a page of a hundred for a third of the table, and sorts that."""
_RELAXED = "relaxed"
_ROOMY = ("cache_size=-16000", "wal_autocheckpoint=16000")
"""SQLite's own are 2 MB and 1,000 pages: under load every commit would wait for pages that the last ones threw out.

Many commits change the same pages, which a checkpoint writes once, while whoever comes waits: so there are few.
"""


def connect(url: URL, *, writes: bool = True) -> Engine:
    """Return an engine for that address; nothing is connected yet."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, "BEGIN IMMEDIATE" if writes else "BEGIN", 1 if writes else _READERS)
    engine = create_engine(url, pool_size=_CONNECTIONS, max_overflow=0, pool_timeout=10, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # A server may be set to answer before it has written: what is answered 200 here is on its disk.
        connection.execute(_DURABLE)
        connection.execute(_PLANNED)
        connection.commit()

    return engine


def _sqlite(url: URL, begin: str, connections: int) -> Engine:
    engine = create_engine(
        url, poolclass=QueuePool, pool_size=connections, max_overflow=0, pool_timeout=10, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver would begin transactions later than we say
        _use_log(connection)
        for pragma in ("foreign_keys=ON", *_ROOMY):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        _sync(connection, "NORMAL" if connection.get_execution_options().get(_RELAXED) else "FULL")
        connection.exec_driver_sql(begin)

    return engine


def _undo_in_memory(connection: sqlite3.Connection, _record: object) -> None:
    """Keep in memory what a statement of many rows needs to undo itself, else a file for each.

    Not for who reads or migrates: what they sort may be larger than the memory.
    """
    connection.execute("PRAGMA temp_store=MEMORY").close()


def _sync(connection: Connection, how: str) -> None:
    """Say how the next transaction ends: on disk, or there as soon as the next one is that does."""
    if connection.info.get(_RELAXED) != how:
        driver: Any = connection.connection.driver_connection
        driver.execute(f"PRAGMA synchronous={how}").close()
        connection.info[_RELAXED] = how


def _use_log(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log; SQLite itself does not wait when another process is about to do the same."""
    give_up_at = time.monotonic() + _SWITCH
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_at:
                raise
            time.sleep(_APART)
        else:
            return


def driver_settings(url: URL) -> dict[str, Any]:
    """Return what the driver's own `connect` takes for that address."""
    return dict(connect(url).dialect.create_connect_args(url)[1])


class Database:
    """Run functions on a connection, each in one transaction, off the event loop.

    SQLite has one writer and lets readers pass beside it; PostgreSQL has one bounded pool for both. The methods raise
    Transient when the database is not there and Permanent when it does not take the data.
    """

    def __init__(self, url: URL) -> None:
        self.url = url
        self.dialect = url.get_backend_name()
        self._writer = self._reader = connect(url)
        threads = 1 if self.dialect == "sqlite" else _CONNECTIONS
        self._writers = self._readers = ThreadPoolExecutor(threads, "store-writer")
        if self.dialect == "sqlite":
            self._reader = connect(url, writes=False)
            self._readers = ThreadPoolExecutor(_READERS, "store-reader")
        self._closed = False

    async def start(self, work: Callable[[Connection], None]) -> None:
        """Run the first transaction; raise Misconfigured for what the settings must mend."""
        await self._hop(self._writers, self._writer, work, at_start)
        if self.dialect == "sqlite":
            event.listen(self._writer, "connect", _undo_in_memory)
            self._writer.dispose()

    async def write(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work(connection, …)` in a transaction; what it did is durable when this returns."""
        return await self._hop(self._writers, self._writer, lambda connection: work(connection, *args, **kwargs))

    async def write_relaxed(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(connection, …)` in a transaction that a power cut may undo as long as nothing else was written.

        For what holds only as long as we run: where SQLite loses power we do as well, and it need not wait for the
        disk. PostgreSQL may run on another machine; there all is durable.
        """
        engine = self._writer.execution_options(**{_RELAXED: True}) if self.dialect == "sqlite" else self._writer
        return await self._hop(self._writers, engine, lambda connection: work(connection, *args, **kwargs))

    async def read(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work(connection, …)` that only reads."""
        return await self._hop(self._readers, self._reader, lambda connection: work(connection, *args, **kwargs))

    async def aclose(self) -> None:
        """Close connections and threads; work in progress is finished first."""
        self._closed = True
        with ThreadPoolExecutor(1, "store-close") as closer:
            await asyncio.get_running_loop().run_in_executor(closer, self._close)

    def _close(self) -> None:
        for threads in (self._readers, self._writers):
            threads.shutdown(wait=True)
        for engine in (self._reader, self._writer):
            engine.dispose()

    async def _hop(
        self, threads: ThreadPoolExecutor, engine: Engine, work: Callable[[Connection], T], tell: _Tell = in_our_words
    ) -> T:
        if self._closed:
            raise Transient("The store is closed.")
        return await asyncio.get_running_loop().run_in_executor(threads, self._do, engine, work, tell)

    def _do(self, engine: Engine, work: Callable[[Connection], T], tell: _Tell) -> T:
        for tries_left in reversed(range(_TRIES)):
            ending = False
            try:
                with engine.begin() as connection:
                    done = work(connection)
                    ending = True
            except SQLAlchemyError as error:
                # A connection that was lost before its end is a transaction that did nothing.
                again = clashed(error) or (lost(error) and not ending)
                if not (tries_left and again):
                    raise tell(error, self.url) from error
                time.sleep(random.uniform(0, _APART))  # noqa: S311  so that the two do not meet again
            else:
                return done
        raise AssertionError  # the last try returns or raises
