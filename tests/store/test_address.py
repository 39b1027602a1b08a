"""A database address is understood, or refused in one helpful line."""

from pathlib import Path

import pytest

from app.core.errors import Misconfigured, Transient
from app.store import SqlStore, upgrade
from tests.database import Postgres
from tests.store.examples import NOW, touch

BAD = [
    ("", "no database address"),
    ("followthrough.db", "no database address"),
    ("postgresql://user:hunter2@host:port/name", "no database address"),
    ("mysql://user:hunter2@host/name", "mysql is not supported"),
    ("postgresql+asyncpg://user:hunter2@host/name", "asyncpg is not supported"),
    ("postgresql://user:hunter2@host", "name of the database is missing"),
    ("sqlite://followthrough.db", "three slashes"),
    ("sqlite://user:hunter2@host/x.db", "three slashes"),
    ("sqlite://", "name a file"),
    ("sqlite:///:memory:", "name a file"),
]


@pytest.mark.parametrize(("url", "problem"), BAD)
def test_bad_address_is_refused_in_one_line(url: str, problem: str) -> None:
    """The line names the setting, what is wrong and what would be right, and holds no password."""
    with pytest.raises(Misconfigured, match=problem) as caught:
        SqlStore(url)
    assert len(caught.value.lines) == 1
    assert str(caught.value).startswith("FOLLOWTHROUGH_DATABASE_URL: ")
    assert "postgresql://user:password@host/name" in str(caught.value)
    assert "hunter2" not in str(caught.value)
    with pytest.raises(Misconfigured, match=problem):
        upgrade(url)


async def test_relative_file_is_made_in_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The default address needs no preparation."""
    monkeypatch.chdir(tmp_path)
    store = SqlStore("sqlite:///followthrough.db")
    await store.open()
    await touch(store, "i1")
    await store.aclose()
    assert (tmp_path / "followthrough.db").stat().st_size > 0


async def test_file_that_cannot_be_made_is_a_matter_of_the_settings(tmp_path: Path) -> None:
    """A missing folder or something else in the file's place is told before the start."""
    (tmp_path / "letter.db").write_text("Dear database, " * 100)
    for path in (tmp_path / "missing" / "x.db", tmp_path, tmp_path / "letter.db"):
        store = SqlStore(f"sqlite:///{path}")
        with pytest.raises(Misconfigured, match=r"^FOLLOWTHROUGH_DATABASE_URL: .*(open|not a database)"):
            await store.open()
        with pytest.raises(Misconfigured, match=r"^FOLLOWTHROUGH_DATABASE_URL: "):
            upgrade(f"sqlite:///{path}")
        with pytest.raises(Transient):
            await store.counts(NOW)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
async def test_usual_schemes_of_postgresql_are_understood(
    postgres: Postgres, postgres_tables: str, scheme: str
) -> None:
    """Addresses come as hosting services write them."""
    store = SqlStore(postgres_tables.replace("postgresql", scheme, 1))
    await store.open()
    await store.aclose()


async def test_unknown_option_of_postgresql_is_a_matter_of_the_settings(postgres_tables: str) -> None:
    """A typing error in the address does not look like a server that is down."""
    store = SqlStore(f"{postgres_tables}&colour=red")
    with pytest.raises(Misconfigured, match="colour"):
        await store.open()


async def test_server_that_is_not_there_is_awaited(tmp_path: Path) -> None:
    """A database that starts later than the service is no mistake; the password stays unsaid."""
    url = f"postgresql://user:hunter2@/name?host={tmp_path}"
    store = SqlStore(url)
    with pytest.raises(Transient, match="The database") as opening:
        await store.open()
    with pytest.raises(Transient, match="The database") as upgrading:
        upgrade(url)
    assert "hunter2" not in str(opening.value) + str(upgrading.value)
