"""Look after the database."""

import typer

from app.assembly import upgrade_database
from app.cli.terminal import plainly, tell

commands = typer.Typer(help="Look after the database.", no_args_is_help=True)


@commands.callback()
def group() -> None:
    """Look after the database."""


@commands.command()
def upgrade() -> None:
    """Bring the database's tables up to date; safe to run again."""
    with plainly():
        upgrade_database()
    tell("The database is up to date.")
