"""Look at webhook deliveries, and have one heard again."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from app.assembly import Service
from app.cli.terminal import fail, out, with_service
from app.core.delivery import Delivery
from app.flow.receive import touches

commands = typer.Typer(help="Look at webhook deliveries.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(help="The number that `deliveries list` shows.")]


@commands.command("list")
def list_(
    tracker: Annotated[str | None, typer.Option(help="Only this tracker's.")] = None,
    hearing: Annotated[str | None, typer.Option(help="handled, ignored or unknown.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
) -> None:
    """List deliveries, newest first."""

    async def read(service: Service) -> Sequence[tuple[int, Delivery]]:
        return await service.store.deliveries(tracker=tracker, hearing=hearing, limit=limit)

    table = Table("number", "received", "tracker", "event", "heard as", "items", box=None)
    for number, one in with_service(read):
        at = one.received_at.isoformat(timespec="seconds")
        heard = one.heard
        table.add_row(str(number), at, one.tracker, escape(heard.event), heard.hearing, escape(" ".join(heard.items)))
    out.print(table)


@commands.command()
def show(number: Number) -> None:
    """Show a delivery's headers and body."""
    one = with_service(lambda service: _get(service, number))
    lines = [f"{name}: {value}" for name, value in one.headers.items()]
    out.print("\n".join([*lines, "", one.body.decode("utf-8", "replace")]), markup=False)


@commands.command()
def replay(number: Number) -> None:
    """Make a delivery's items due once more."""

    async def again(service: Service) -> int:
        one = await _get(service, number)
        wanted = await touches(service.store, one.tracker, one.heard, service.policy)
        return await service.store.touch(one.tracker, wanted, service.clock.now(), settle=False)

    out.print(f"{with_service(again)} items are due; the running service looks at them.")


async def _get(service: Service, number: int) -> Delivery:
    found = await service.store.delivery(number)
    if found is None:
        raise fail(f"there is no delivery {number}")
    return found
