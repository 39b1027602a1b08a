"""Look after the database."""

from typing import Annotated

import typer

from app.assembly import Service, copy_database, upgrade_database
from app.cli.plainly import plainly
from app.cli.terminal import count, tell, with_service

commands = typer.Typer(help="Look after the database.", no_args_is_help=True, add_completion=False)


@commands.callback()
def group() -> None:
    """Look after the database."""


@commands.command()
def upgrade() -> None:
    """Bring the database's tables up to date; safe to run again."""
    with plainly():
        upgrade_database()
    tell("The database is up to date.")


@commands.command()
def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="Its address, as in FOLLOWTHROUGH_DATABASE_URL.")],
) -> None:
    """Copy all of another database into FOLLOWTHROUGH_DATABASE_URL, which must be empty; stop the service before."""

    def told(table: str, rows: int) -> None:
        tell(f"{table}: {count(rows, 'row')}")

    with plainly():
        copy_database(source, told)
    tell("The copy is complete. Start the service on it, and on no other.")


@commands.command()
def prune() -> None:
    """Drop deliveries older than FOLLOWTHROUGH_RETENTION and messages settled long ago; the service does so itself."""

    async def drop(service: Service) -> tuple[int, int]:
        return await service.pruner.once(), await service.pruner.messages()

    webhooks, messages = with_service(drop)
    tell(f"Dropped {count(webhooks, 'old webhook')} and {count(messages, 'old message')}.")
