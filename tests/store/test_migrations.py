"""The migrations make exactly the tables that the program uses."""

import asyncio
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from app.core.errors import Misconfigured
from app.ports.reports import Filters
from app.store import SqlStore, upgrade
from app.store.address import read_address
from app.store.engine import connect
from app.store.migrating import config as config_of
from app.store.schema import migrate, revisions
from app.store.tables import metadata
from tests.database import Postgres
from tests.store.examples import NOW, claim, touch


@pytest.fixture
def empty_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a database without tables, of each kind in turn."""
    if database_kind == "postgresql":
        url: str = request.getfixturevalue("postgres").create()
        return url
    return f"sqlite:///{tmp_path / 'empty.db'}"


def _difference(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


def test_upgrade_makes_the_tables_of_the_program(empty_url: str) -> None:
    """Between the migrated database and the program's tables there is no difference, and back is nothing left."""
    upgrade(empty_url)
    upgrade(empty_url)
    engine = connect(read_address(empty_url))
    with engine.begin() as connection:
        assert _difference(connection) == []
        config = config_of(connection)
        command.downgrade(config, "base")
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
    upgrade(empty_url)
    engine.dispose()


def test_migrations_are_one_line_in_the_order_of_their_files(empty_url: str) -> None:
    """What the program takes for the newest without asking Alembic is Alembic's head, and so are all before it."""
    engine = connect(read_address(empty_url))
    with engine.connect() as connection:
        script = ScriptDirectory.from_config(config_of(connection))
    engine.dispose()
    assert [revision.revision for revision in script.walk_revisions()][::-1] == revisions()
    assert script.get_heads() == revisions()[-1:]


def test_partial_indexes_are_as_the_program_says(empty_url: str) -> None:
    """Alembic does not compare the conditions of indexes, so they are compared here."""
    upgrade(empty_url)
    engine = connect(read_address(empty_url))
    migrated = _indexes(engine.connect())
    with engine.begin() as connection:
        metadata.drop_all(connection)
        metadata.create_all(connection)
    assert _indexes(engine.connect()) == migrated
    engine.dispose()


def _indexes(connection: Connection) -> set[str]:
    query = "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    if connection.dialect.name == "postgresql":
        query = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    with connection:
        return {row.replace("\n", " ") for row in connection.scalars(text(query))}


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_embedded_database_is_made_at_the_start(empty_url: str) -> None:
    """SQLite needs no preparation, also when two processes start at once."""
    stores = [SqlStore(empty_url) for _ in range(3)]
    await asyncio.gather(*(store.open() for store in stores))
    assert await touch(stores[0], "i1") == 1
    assert (await stores[1].counts(NOW))["items"] == 1
    for store in stores:
        await store.aclose()


@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_server_database_must_be_upgraded_first(empty_url: str) -> None:
    """A shared database is never changed by a start; the error says what to run."""
    store = SqlStore(empty_url)
    with pytest.raises(Misconfigured, match="run `followthrough database upgrade`"):
        await store.open()
    upgrade(empty_url)
    await store.open()
    await store.aclose()


async def test_upgrades_at_the_same_time_wait_for_each_other(empty_url: str) -> None:
    """Several replicas may be rolled out at once."""
    await asyncio.gather(*(asyncio.to_thread(upgrade, empty_url) for _ in range(4)))
    upgrade(empty_url)


@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_upgrade_waits_for_another_replicas(empty_url: str, postgres: Postgres) -> None:
    """While one process migrates, the next does not even look at the tables."""
    engine = connect(read_address(empty_url))
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with engine.begin() as connection:
        migrate(connection)
        second = asyncio.create_task(asyncio.to_thread(upgrade, empty_url))
        async with asyncio.timeout(30):
            while postgres.sql(waiting) == [(0,)]:  # noqa: ASYNC110  what is awaited happens in the server
                await asyncio.sleep(0.01)
        assert not second.done()
    await second
    engine.dispose()


async def test_database_of_a_newer_version_is_left_alone(empty_url: str) -> None:
    """An older program does not start on tables that it does not know."""
    upgrade(empty_url)
    engine = connect(read_address(empty_url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(Misconfigured, match="newer version"):
        await SqlStore(empty_url).open()
    with pytest.raises(Misconfigured, match="newer version"):
        upgrade(empty_url)


async def test_percent_sign_in_a_path_is_a_letter(tmp_path: Path) -> None:
    """The migrations are found and the file is made wherever they lie."""
    folder = tmp_path / "100%d"
    folder.mkdir()
    upgrade(f"sqlite:///{folder}/x.db")
    assert (folder / "x.db").exists()


async def test_items_of_an_older_version_are_looked_at_once(empty_url: str) -> None:
    """What the reports show of them is not in an older database: also a closed item is made due, at its last look."""
    engine = connect(read_address(empty_url))
    columns = "tracker, id, key, fence, touched, attempts, because, run_because, watched, asks, looked_at, snapshot"
    with engine.begin() as connection:
        config = config_of(connection)
        command.upgrade(config, "0001")
        values = "'linear', 'i1', 'PM-1', 7, 1, 0, '', '', TRUE, FALSE, 5000000, '{}'"
        connection.execute(text(f"INSERT INTO items ({columns}) VALUES ({values})"))
    engine.dispose()
    upgrade(empty_url)
    store = SqlStore(empty_url)
    await store.open()
    page = await store.reports.stale(Filters(), after=None, limit=1, now=NOW)
    (claimed,) = await claim(store)
    assert (page.complete, claimed.id, claimed.because) == (False, "i1", ("the reports are new",))
    await store.aclose()
