"""Copy everything from one database to another, of either kind: all of it, or nothing."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, LargeBinary, Table, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.core.errors import Misconfigured, Permanent
from app.store import schema
from app.store.address import SETTING, read_address
from app.store.engine import connect
from app.store.kept_numbers import go_on_from, highest_number
from app.store.tables import metadata
from app.store.troubles import at_start

SOURCE = "the database to copy from"
ROWS, BODIES = 500, 20
"""Rows that are held at a time; fewer where a row holds a webhook's body, which may have megabytes."""
_HOLD = "SET LOCAL lock_timeout = '5s'", "LOCK TABLE {tables} IN EXCLUSIVE MODE"


def copy(source: str, target: str, told: Callable[[str, int], None]) -> None:
    """Copy all rows in one transaction; `told` hears of each table and the number of its rows.

    Nobody else can write to either meanwhile. Raise Misconfigured where the source is of another version or not there,
    or the target not empty, and Transient or Permanent where a database fails: then the target is as it was.
    """
    with _named(SOURCE):
        url = read_address(source)
    if url == read_address(target):
        raise Misconfigured(f"{SETTING} names the database to copy from; set it to the one to copy to")
    with _opened(url, SOURCE) as reader, _opened(read_address(target), SETTING) as writer:
        _check_source(reader)
        _check_target(writer)
        for table in metadata.sorted_tables:
            told(table.name, _copied(reader, writer, table))


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Let errors that speak of the setting speak of this instead."""
    try:
        yield
    except Misconfigured as error:
        raise Misconfigured(*(line.replace(SETTING, name) for line in error.lines)) from None


@contextmanager
def _opened(url: URL, name: str) -> Iterator[Connection]:
    """Run a transaction that ends with the block; what the database says is told without the password."""
    if name == SOURCE and url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise Misconfigured(f"{SOURCE}: there is no file {url.database}")
    engine: Engine = connect(url)
    try:
        with engine.begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        with _named(name):
            raise at_start(error, url) from error
    finally:
        engine.dispose()


def _check_source(connection: Connection) -> None:
    with _named(SOURCE):
        current = schema.is_current(connection)
    if not current:
        raise Misconfigured(
            f"{SOURCE}: its tables are missing or of an older version; let {SETTING} name it and run "
            "`followthrough database upgrade`"
        )
    _hold(connection)


def _check_target(connection: Connection) -> None:
    """Make the tables; refuse a database in which anything is."""
    schema.migrate(connection)
    _hold(connection)
    full = [table.name for table in metadata.sorted_tables if connection.execute(select(table).limit(1)).first()]
    if full:
        raise Misconfigured(f"{SETTING}: something is in this database already ({', '.join(full)}); name an empty one")


def _hold(connection: Connection) -> None:
    """Keep others from writing until the transaction ends; SQLite does so from its beginning."""
    if connection.dialect.name == "postgresql":
        for statement in _HOLD:
            connection.execute(text(statement.format(tables=", ".join(map(str, metadata.sorted_tables)))))


def _copied(reader: Connection, writer: Connection, table: Table) -> int:
    number = 0
    for rows in _chunks(reader, table):
        writer.execute(insert(table), rows)
        number += len(rows)
    found = writer.scalar(select(func.count()).select_from(table))
    if found != number:
        raise Permanent(f"{number} rows of {table.name} were read and {found} are in the copy: nothing was kept")
    go_on_from(writer, table, highest_number(reader, table))
    return number


def _chunks(connection: Connection, table: Table) -> Iterator[Sequence[dict[str, Any]]]:
    """Read a table, some rows at a time; those with numbers in their order."""
    most = BODIES if any(isinstance(column.type, LargeBinary) for column in table.columns) else ROWS
    options = {"stream_results": True, "yield_per": most}
    found = connection.execute(select(table).order_by(table.autoincrement_column), execution_options=options)
    for rows in found.mappings().partitions():
        yield [dict(row) for row in rows]
