"""A database is copied to one of another kind, with all that is in it, or nothing is."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import BigInteger, Column, Connection, Table, delete, insert, select, text
from sqlalchemy.types import Boolean, Float, Integer, LargeBinary

from app.core.errors import Misconfigured, Permanent, Transient
from app.store import SqlStore, copy
from app.store.address import read_address
from app.store.columns import Moment
from app.store.copying import BODIES, _chunks
from app.store.engine import connect
from app.store.tables import deliveries, metadata
from tests.database import Postgres, empty
from tests.store.examples import NOW, claim, delivery, touch

AWKWARD = (
    "",
    "a\nb\t'; DROP TABLE items; --",
    "Ünï \N{SMILE} \u2028\x1b[31m \ufffd %s :x $1",
    "\N{BEATING HEART}" * 3_000,
)
ROWS = len(AWKWARD)
GONE = 7
"""The number of rows that were there and were dropped again."""


VALUES: dict[type, Callable[[int], Any]] = {
    Moment: lambda row: datetime(1 + 3_332 * row, 12, 31, 23, 59, 59, 999_999, UTC),
    Boolean: lambda row: bool(row % 2),
    LargeBinary: lambda row: bytes(range(256)) * row,
    Float: lambda row: row / 3,
    Integer: lambda row: 2**31 - 1 - row,
    BigInteger: lambda row: 2**62 + row,
}


def values(table: Table, row: int, **given: Any) -> dict[str, Any]:
    """Return something hard to carry for each column but the one that the database numbers."""
    return {
        column.name: given.get(column.name, None if column.nullable and row % 2 else _value(column, row))
        for column in table.columns
        if column is not table.autoincrement_column
    }


def _value(column: Column[Any], row: int) -> Any:
    make = VALUES.get(type(column.type))
    if make is not None:
        return make(row)
    return AWKWARD[row][:150] if column.primary_key or column.foreign_keys else AWKWARD[row]


def fill(url: str) -> dict[str, int]:
    """Put rows into every table; return the highest numbers that were given out, most to rows that were dropped."""
    highest = {}
    with opened(url) as connection:
        for table in metadata.sorted_tables:
            column = table.autoincrement_column
            if column is None:
                connection.execute(insert(table), [values(table, row) for row in range(ROWS)])
                continue
            for row in range(ROWS + GONE):
                made = insert(table).values(values(table, row % ROWS, digest=str(row), purpose=str(row)))
                highest[table.name] = int(connection.execute(made.returning(column)).scalar_one())
            connection.execute(delete(table).where(column > highest[table.name] - GONE))
    return highest


@contextmanager
def opened(url: str) -> Iterator[Connection]:
    """Run a transaction."""
    engine = connect(read_address(url))
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def everything(url: str) -> dict[str, set[tuple[Any, ...]]]:
    """Return all rows by their tables."""
    with opened(url) as connection:
        return {table.name: set(map(tuple, connection.execute(select(table)))) for table in metadata.sorted_tables}


def next_number(url: str, name: str) -> int:
    """Let the database number a row."""
    table = metadata.tables[name]
    column = table.autoincrement_column
    assert column is not None
    with opened(url) as connection:
        made = insert(table).values(values(table, 0, digest="another", purpose="another")).returning(column)
        return int(connection.execute(made).scalar_one())


@pytest.fixture
def file(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the address of an embedded database with all tables."""
    (tmp_path / "from.db").write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{tmp_path / 'from.db'}"


@pytest.fixture
def server(postgres_tables: str) -> str:
    """Return the address of an empty database of a server."""
    empty(postgres_tables)
    return postgres_tables


@pytest.mark.parametrize("to", ["a server", "a file"])
def test_every_row_of_every_table_arrives(file: str, server: str, tmp_path: Path, to: str) -> None:
    """Whatever is in a row; each table is told of; and numbers go on where they were, those of dropped rows too."""
    source, target = (file, server) if to == "a server" else (server, f"sqlite:///{tmp_path / 'new.db'}")
    highest = fill(source)
    told: dict[str, int] = {}
    copy(source, target, told.__setitem__)
    assert told == dict.fromkeys(told, ROWS)
    assert list(told) == [table.name for table in metadata.sorted_tables]
    assert everything(target) == everything(source)
    assert {name: next_number(target, name) for name in highest} == {name: last + 1 for name, last in highest.items()}


async def test_copy_is_a_store_to_work_on(file: str, postgres: Postgres) -> None:
    """Its tables are made where there are none; what was due in the one is due in the other."""
    store = SqlStore(file)
    await store.open()
    await store.keep(delivery(), [], NOW)
    await touch(store, "i1", because="a test")
    await store.aclose()
    target = postgres.create()
    copy(file, target, lambda _table, _rows: None)
    copied = SqlStore(target)
    await copied.open()
    (claimed,) = await claim(copied)
    assert (claimed.id, claimed.because) == ("i1", ("a test",))
    assert not await copied.keep(delivery(), [], NOW)
    await copied.aclose()


def test_database_with_anything_in_it_is_no_target(file: str, server: str) -> None:
    """It is named what is in there, and nothing is changed."""
    with opened(server) as connection:
        connection.execute(text("INSERT INTO pauses (tracker, until) VALUES ('jira', 1)"))
    fill(file)
    before = everything(server)
    with pytest.raises(Misconfigured, match=r"^FOLLOWTHROUGH_DATABASE_URL: .*already \(pauses\); name an empty one$"):
        copy(file, server, lambda _table, _rows: None)
    assert everything(server) == before


@pytest.mark.parametrize(
    ("version", "said"),
    [("0001", "missing or of an older version"), ("", "missing or of an older version"), ("9999", "a newer version")],
)
def test_source_of_another_version_is_refused(file: str, server: str, version: str, said: str) -> None:
    """Neither an older nor a newer one nor one without tables is guessed at; the sentence says which database."""
    with opened(file) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
        connection.execute(text("DELETE FROM alembic_version WHERE version_num = ''"))
    with pytest.raises(Misconfigured, match=f"^the database to copy from: .*{said}"):
        copy(file, server, lambda _table, _rows: None)
    assert not any(everything(server).values())


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("sqlite:////nowhere/x.db", "there is no file /nowhere/x.db"),
        ("mysql://ft:hush@db/ft", "mysql is not supported; write"),
        ("sqlite:///{target}", "names the database to copy from"),
    ],
)
def test_source_that_is_none_is_refused(tmp_path: Path, source: str, said: str) -> None:
    """No file is made by looking for it, and no secret is told."""
    target = tmp_path / "new.db"
    with pytest.raises(Misconfigured, match=said) as told:
        copy(source.format(target=target), f"sqlite:///{target}", lambda _table, _rows: None)
    assert "hush" not in str(told.value)
    assert not target.exists()


def test_password_is_not_told_when_a_server_is_not_there(file: str) -> None:
    """On neither side."""
    away = "postgresql://ft:hush@127.0.0.1:1/ft"
    for source, target in ((away, file), (file, away)):
        with pytest.raises(Transient) as told:
            copy(source, target, lambda _table, _rows: None)
        assert "hush" not in str(told.value)


def test_what_cannot_be_copied_leaves_nothing_behind(file: str, server: str) -> None:
    """A row that the other database refuses undoes the tables before it."""
    with closing(sqlite3.connect(file.removeprefix("sqlite:///"))) as connection, connection:
        connection.execute("INSERT INTO pauses (tracker, until) VALUES ('jira', 1)")
        connection.execute("INSERT INTO item_keys (tracker, key, id) VALUES ('jira', 'pm-1', 'nobody')")
    with pytest.raises(Permanent, match="does not take this data"):
        copy(file, server, lambda _table, _rows: None)
    assert not any(everything(server).values())


def test_nobody_writes_meanwhile(file: str, server: str) -> None:
    """A service that somebody forgot to stop cannot keep what the copy would lack."""
    refused = []

    def write_to_file(_table: str, _rows: int) -> None:
        with closing(sqlite3.connect(file.removeprefix("sqlite:///"), timeout=0)) as connection:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                connection.execute("INSERT INTO pauses (tracker, until) VALUES ('jira', 1)")
            refused.append("file")

    def write_to_server(_table: str, _rows: int) -> None:
        with psycopg.connect(server, options="-c lock_timeout=1") as connection:
            with pytest.raises(psycopg.errors.LockNotAvailable):
                connection.execute("INSERT INTO pauses (tracker, until) VALUES ('jira', 1)")
            connection.rollback()
            refused.append("server")

    copy(file, server, write_to_file)
    copy(server, file.replace("from.db", "to.db"), write_to_server)
    assert len(refused) == 2 * len(metadata.sorted_tables)


def test_few_bodies_are_held_at_a_time(database_url: str) -> None:
    """A table is read in parts, so that memory does not grow with it."""
    with opened(database_url) as connection:
        rows = [values(deliveries, 0, digest=str(number)) for number in range(2 * BODIES + 3)]
        connection.execute(insert(deliveries), rows)
        assert [len(rows) for rows in _chunks(connection, deliveries)] == [BODIES, BODIES, 3]
