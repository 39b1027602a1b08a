"""Ask about one item, or compare the tracker with the store."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from app.assembly import Service
from app.cli.terminal import fail, out, with_service
from app.flow import report
from app.flow.reconcile import Found
from app.ports import Stored, Touch

Tracker = Annotated[str, typer.Argument(help="linear or jira", metavar="TRACKER")]
Key = Annotated[str, typer.Argument(help="The item's key, such as ENG-7; an earlier key finds it too.", metavar="KEY")]


async def _find(service: Service, tracker: str, key: str) -> Stored:
    stored = await service.store.find(tracker, key)
    if stored is None:
        raise fail(
            f"{tracker} {key} is not known; is it labelled as the policy watches? `followthrough reconcile` looks."
        )
    return stored


def why(tracker: Tracker, key: Key) -> None:
    """Say what every rule found about an item and what would change it."""

    async def tell(service: Service) -> str:
        return report.why_text(await _find(service, tracker, key), service.policy)

    out.print(escape(with_service(tell)))


def check(tracker: Tracker, key: Key) -> None:
    """Have the running service look at an item now."""

    async def touch(service: Service) -> None:
        stored = await _find(service, tracker, key)
        await service.store.touch(tracker, [Touch(stored.id, "asked by check")], service.clock.now(), settle=False)

    with_service(touch)
    out.print(escape(f"{tracker} {key} is due; the running service looks at it."))


def reconcile(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what differs.")] = False,
) -> None:
    """Find what webhooks missed, and make it due for the running service."""

    async def compare(service: Service) -> dict[str, Found]:
        return {name: await service.reconciler.once(name, dry_run=dry_run) for name in service.trackers}

    table = Table("tracker", "watched", "new", "changed", "gone", "asked", "due", box=None)
    for name, found in with_service(compare).items():
        figures = (found.seen, found.new, found.changed, found.gone, found.asked, found.due)
        table.add_row(name, *(str(figure) for figure in figures))
    out.print(table)
