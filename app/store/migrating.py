"""Run migrations. Alembic is a tenth of the program's memory: this is imported where there is something to migrate."""

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

_ONE_AT_A_TIME = threading.Lock()  # Alembic keeps the migration in progress in a global


def run_migrations(connection: Connection) -> None:
    """Run the missing migrations in the connection's transaction."""
    with _ONE_AT_A_TIME:
        command.upgrade(config(connection), "head")


def config(connection: Connection) -> Config:
    """Return Alembic's settings for that connection."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made
