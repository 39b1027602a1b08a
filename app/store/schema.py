"""Bring a database's tables up to date, or say that they are not."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from app.core.errors import Misconfigured
from app.store.address import SETTING, read_address
from app.store.engine import connect
from app.store.troubles import at_start

_VERSIONS = Path(__file__).parent / "migrations" / "versions"
_LOCK = 7_052_931_117_400_221  # any number; all our processes take the same


def upgrade(address: str) -> None:
    """Create or migrate the database at that address; raise Misconfigured or Transient."""
    url = read_address(address)
    engine = connect(url)
    try:
        with engine.begin() as connection:
            migrate(connection)
    except SQLAlchemyError as error:
        raise at_start(error, url) from error
    finally:
        engine.dispose()


def migrate(connection: Connection) -> None:
    """Run the missing migrations in the connection's transaction; other processes wait for it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    if is_current(connection):
        return
    from app.store.migrating import run_migrations  # noqa: PLC0415  its docstring says why

    run_migrations(connection)


def check(connection: Connection) -> None:
    """Raise Misconfigured when the tables are missing or old."""
    if not is_current(connection):
        raise Misconfigured(f"{SETTING}: the tables are missing or old; run `followthrough database upgrade`")


def is_current(connection: Connection) -> bool:
    """Tell whether the tables are those that this version knows; Misconfigured when they are of a newer one."""
    known = revisions()
    found = _found(connection)
    if found is not None and found not in known:
        raise Misconfigured(f"{SETTING}: a newer version of Followthrough has changed this database; start that one")
    return found == known[-1]


def revisions() -> list[str]:
    """Return the migrations that this version knows, in order: each file is named by its revision."""
    return sorted(file.name.partition("_")[0] for file in _VERSIONS.glob("[0-9]*_*.py"))


def _found(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
