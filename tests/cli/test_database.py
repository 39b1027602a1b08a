"""`database upgrade`, `database copy` and `database prune`."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.core.delivery import Delivery, Heard, Hearing
from app.store import SqlStore
from tests.cli.commands import CREDENTIALS, POLICY, run
from tests.database import Postgres

SETTING = "FOLLOWTHROUGH_DATABASE_URL"


def test_an_embedded_database_is_created_and_stays(tmp_path: Path) -> None:
    """It may be run again: the second time there is nothing to do, and no row is lost."""
    for _ in range(2):
        ended = run("database", "upgrade")
        assert (ended.status, ended.out, ended.err) == (0, "The database is up to date.\n", "")
        with sqlite3.connect(tmp_path / "followthrough.db") as connection:
            connection.execute("INSERT INTO pauses (tracker, until) VALUES ('jira', 1) ON CONFLICT DO NOTHING")
            assert connection.execute("SELECT count(*) FROM pauses").fetchone() == (1,)


async def test_a_postgresql_is_migrated_by_the_command_only(postgres: Postgres, tmp_path: Path) -> None:
    """Until then commands say what to run; afterwards the store opens."""
    (tmp_path / "followthrough.yaml").write_text(POLICY, encoding="utf-8")
    env = {SETTING: postgres.create(), **CREDENTIALS}
    before = await asyncio.to_thread(run, "deliveries", "list", env=env)
    assert (before.status, before.out) == (2, "")
    assert before.err == f"{SETTING}: the tables are missing or old; run `followthrough database upgrade`\n"
    for _ in range(2):
        ended = await asyncio.to_thread(run, "database", "upgrade", env=env)
        assert (ended.status, ended.out) == (0, "The database is up to date.\n")
    store = SqlStore(env[SETTING])
    await store.open()
    await store.aclose()


def test_a_database_that_is_not_there_ends_with_1_and_no_password() -> None:
    """Waiting may mend it, so it is no wrong setting; what the driver says is told without the secret."""
    ended = run("database", "upgrade", env={SETTING: "postgresql://ft:hush@127.0.0.1:1/ft"})
    assert (ended.status, ended.out) == (1, "")
    assert "127.0.0.1" in ended.err
    assert "hush" not in ended.err
    assert len(ended.err.splitlines()) == 1


def test_an_address_that_is_none_ends_with_2() -> None:
    """The line names the setting and shows a right one, without the address, which may hold a secret."""
    ended = run("database", "upgrade", env={SETTING: "mysql://ft:hush@db/ft"})
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(f"{SETTING}: ")
    assert "sqlite:///followthrough.db" in ended.err
    assert "hush" not in ended.err


def test_a_folder_that_is_not_there_ends_with_2(tmp_path: Path) -> None:
    """SQLite makes the file, not the folder."""
    ended = run("database", "upgrade", env={SETTING: f"sqlite:///{tmp_path}/none/x.db"})
    assert (ended.status, ended.err) == (
        2,
        f"{SETTING}: the database says of {tmp_path}/none/x.db: unable to open database file\n",
    )


async def test_old_webhooks_are_dropped_by_the_command(tmp_path: Path) -> None:
    """Those that are older than they are kept for, and it says how many."""
    (tmp_path / "followthrough.yaml").write_text(POLICY, encoding="utf-8")
    now = datetime.now(UTC)
    store = SqlStore(f"sqlite:///{tmp_path / 'followthrough.db'}")
    await store.open()
    for days in (3, 1):
        body, heard = str(days).encode(), Heard(Hearing.UNKNOWN, "x")
        made = Delivery("jira", str(days), str(days), now - timedelta(days=days), {}, body, heard)
        assert await store.keep(made, [], now)
    await store.aclose()
    env = {**CREDENTIALS, "FOLLOWTHROUGH_RETENTION": "2d"}
    for said in ("Dropped 1 old webhook and no old messages.\n", "Dropped no old webhooks and no old messages.\n"):
        ended = await asyncio.to_thread(run, "database", "prune", env=env)
        assert (ended.status, ended.out, ended.err) == (0, said, "")


def test_a_database_is_copied_into_the_one_that_is_set(tmp_path: Path) -> None:
    """Each table is named with its rows; a second time the target is not empty any more, and it says so."""
    assert run("database", "upgrade").status == 0
    with closing(sqlite3.connect(tmp_path / "followthrough.db")) as connection, connection:
        connection.execute("INSERT INTO pauses (tracker, until) VALUES ('jira', 1)")
    copy = ("database", "copy", "sqlite:///followthrough.db")
    env = {SETTING: "sqlite:///other.db"}
    ended = run(*copy, env=env)
    assert (ended.status, ended.err) == (0, "")
    assert {"pauses: 1 row", "items: no rows"} <= set(ended.lines)
    assert ended.lines[-1] == "The copy is complete. Start the service on it, and on no other."
    again = run(*copy, env=env)
    assert (again.status, again.out) == (2, "")
    assert again.err == f"{SETTING}: something is in this database already (pauses); name an empty one\n"
