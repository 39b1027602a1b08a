"""Ask about one item, or compare the tracker with the store."""

from datetime import timedelta
from functools import partial
from typing import Annotated

import typer

from app.assembly import Service
from app.cli.plainly import FOUND, WRONG, complain
from app.cli.progress import Left
from app.cli.terminal import fail, length, tell, tell_table, with_service
from app.core.errors import FollowthroughError
from app.flow import report
from app.flow.catch_up import catch_up
from app.flow.reconcile import Found
from app.ports import Stored, Touch

Tracker = Annotated[str, typer.Argument(help="linear or jira", metavar="TRACKER")]
Key = Annotated[str, typer.Argument(help="The item's key, such as ENG-7; an earlier key finds it too.", metavar="KEY")]


async def _find(service: Service, tracker: str, key: str) -> Stored:
    stored = await service.store.find(tracker.lower(), key)
    if stored is not None:
        return stored
    if tracker.lower() not in service.trackers:
        known = ", ".join(sorted(service.trackers)) or "none"
        raise fail(f"there is no tracker {tracker} here; switched on: {known}")
    raise fail(f"{tracker} {key} is not known; is it labelled as the policy watches? `followthrough reconcile` looks")


def why(tracker: Tracker, key: Key) -> None:
    """Say what every rule found about an item and what would change it."""

    async def read(service: Service) -> str:
        return report.why_text(await _find(service, tracker, key), service.policy, service.clock.now())

    tell(with_service(read))


def check(tracker: Tracker, key: Key) -> None:
    """Make an item due now, for a service to look at."""

    async def touch(service: Service) -> str:
        stored = await _find(service, tracker, key)
        if stored.tracker not in service.trackers:
            raise fail(f"{tracker} is not switched on here, so nobody would look; set its credentials")
        await service.store.touch(
            stored.tracker, [Touch(stored.id, "asked by check")], service.clock.now(), settle=False
        )
        return stored.key

    tell(f"{with_service(touch)} is due; a service looks at it as soon as one runs.")


async def _judged(service: Service) -> None:
    """Find out whether the policy may write; say so when it may not."""
    if service.policies:
        await service.policies.begin()
        for problem in service.policies.problems():
            complain(problem.message)


def reconcile(
    since: Annotated[
        timedelta | None,
        typer.Option(
            "--since", parser=length, help="Only what changed in that time, such as 2h; otherwise everything."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what differs.")] = False,
    look: Annotated[bool, typer.Option("--look", help="Look at what is due here and now, not in the service.")] = False,
) -> None:
    """Find what webhooks missed, and make it due for a service to look at."""
    if look and dry_run:
        complain("--look: a dry run makes nothing due that could be looked at; leave one of the two out")
        raise typer.Exit(WRONG)
    failed: list[str] = []

    async def compare(service: Service) -> dict[str, Found]:
        with Left() as left:
            return await work(service, left)

    async def work(service: Service, left: Left) -> dict[str, Found]:
        found = {}
        for name in service.trackers:
            told = partial(left.read, name)
            try:
                found[name] = await service.reconciler.once(name, within=since, dry_run=dry_run, told=told)
            except FollowthroughError as error:
                failed.extend(f"{name}: {line}" for line in str(error).splitlines())
        if look and not failed:  # else a tracker that is down would be waited for
            await _judged(service)
            left.begin(sum(one.seen - one.due for one in found.values()))
            await catch_up(service.worker, service.store, service.clock, left.tell)
        return found

    rows: list[tuple[object, ...]] = [
        (name, found.seen, found.new, found.changed, found.gone, found.asked, found.missed, found.due)
        for name, found in with_service(compare).items()
    ]
    due = "would be due" if dry_run else "looked at" if look and not failed else "due"
    if rows:
        tell_table(("tracker", "read" if since else "watched", "new", "changed", "gone", "asked", "missed", due), *rows)
    for line in failed:
        complain(line)
    if failed:
        raise typer.Exit(FOUND)
