"""Look after the database."""

import typer

from app.assembly import Service, upgrade_database
from app.cli.terminal import count, plainly, tell, with_service
from app.flow.prune import Pruner

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


@commands.command()
def prune() -> None:
    """Drop deliveries older than FOLLOWTHROUGH_RETENTION; the service does so by itself each minute."""

    async def drop(service: Service) -> int:
        return await Pruner(service.store, service.clock, service.settings.retention).once()

    tell(f"Dropped {count(with_service(drop), 'old webhook')}.")
