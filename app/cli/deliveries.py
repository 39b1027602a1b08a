"""Look at webhook deliveries, and have one heard again."""

from collections.abc import Sequence
from typing import Annotated

import typer

from app.assembly import Service
from app.cli.terminal import count, fail, tell, tell_table, with_service
from app.core.delivery import Delivery, Hearing
from app.flow.about import about
from app.flow.receive import touches

commands = typer.Typer(help="Look at webhook deliveries.", no_args_is_help=True, add_completion=False)
Number = Annotated[int, typer.Argument(min=1, max=2**63 - 1, help="The number that `deliveries list` shows.")]


@commands.command("list")
def list_(
    tracker: Annotated[str | None, typer.Option(help="Only this tracker's.")] = None,
    hearing: Annotated[Hearing | None, typer.Option(help="Only those that were heard like this.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 50,
) -> None:
    """List deliveries, newest first."""

    async def read(service: Service) -> list[tuple[int, Delivery, Sequence[str]]]:
        kept = await service.store.deliveries(tracker=tracker and tracker.lower(), hearing=hearing, limit=limit)
        if not kept and tracker is not None and tracker.lower() not in service.trackers:
            known = ", ".join(sorted(service.trackers)) or "none"
            raise fail(f"there is no tracker {tracker} here; switched on: {known}")
        named = await about(service.store, [one for _, one in kept])
        return [(number, one, items) for (number, one), items in zip(kept, named, strict=True)]

    found = with_service(read)
    if not found:
        raise fail("there are no such deliveries")
    tell_table(("number", "received", "tracker", "event", "heard as", "about"), *(_row(*each) for each in found))


def _row(number: int, delivery: Delivery, named: Sequence[str]) -> tuple[object, ...]:
    heard, came = delivery.heard, f"{delivery.received_at:%Y-%m-%d %H:%M:%SZ}"
    return number, came, delivery.tracker, heard.event, heard.hearing, " ".join(named) or heard.because


@commands.command()
def show(number: Number) -> None:
    """Show a delivery's headers and body."""
    one = with_service(lambda service: _get(service, number))
    lines = [f"{name}: {value}" for name, value in one.headers.items()]
    tell("\n".join([*lines, "", one.body.decode("utf-8", "replace")]))


@commands.command()
def replay(number: Number) -> None:
    """Make a delivery's items due once more."""

    async def again(service: Service) -> int:
        one = await _get(service, number)
        wanted = touches(one, service.policy)
        return await service.store.touch(one.tracker, wanted, service.clock.now(), settle=False)

    due = with_service(again)
    then = "; a service looks as soon as one runs." if due else ": it is about none of ours."
    tell(f"Made {count(due, 'item')} due{then}")


async def _get(service: Service, number: int) -> Delivery:
    found = await service.store.delivery(number)
    if found is None:
        raise fail(f"there is no delivery {number}")
    return found
