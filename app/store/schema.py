"""Bring a database's tables up to date, or say that they are not."""

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from app.core.errors import Misconfigured
from app.store.address import SETTING, read_address
from app.store.engine import connect
from app.store.troubles import at_start

_ONE_AT_A_TIME = threading.Lock()  # Alembic keeps the migration in progress in a global
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
    config = _config()
    config.attributes["connection"] = connection
    with _ONE_AT_A_TIME:
        command.upgrade(config, "head")


def check(connection: Connection) -> None:
    """Raise Misconfigured when the tables are missing or old."""
    if not is_current(connection):
        raise Misconfigured(f"{SETTING}: the tables are missing or old; run `followthrough database upgrade`")


def is_current(connection: Connection) -> bool:
    """Tell whether the tables are those that this version knows; Misconfigured when they are of a newer one."""
    script = ScriptDirectory.from_config(_config())
    found = MigrationContext.configure(connection).get_current_heads()
    if not set(found) <= {revision.revision for revision in script.walk_revisions()}:
        raise Misconfigured(f"{SETTING}: a newer version of Followthrough has changed this database; start that one")
    return set(found) == set(script.get_heads())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
