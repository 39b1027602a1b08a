"""Print reports: what is stale, how far post-mortems are, and what a manager takes upstairs."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer

from app.assembly import Service
from app.cli.plainly import WRONG, complain
from app.cli.terminal import length, tell, tell_table, with_service
from app.core.item_class import ItemClass
from app.flow import stale as quiet
from app.flow import strategic as lists
from app.flow import summary as figures
from app.flow.forms import as_csv, as_markdown
from app.ports.reports import Filters

commands = typer.Typer(
    help="Report what is stale, post-mortems, strategic items and risks.", no_args_is_help=True, add_completion=False
)

NOTHING = "Nothing to report."
UNKNOWN = "No item is known yet; `followthrough reconcile` looks."


class Form(StrEnum):
    """Name how a report is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True)
class Table:
    """Hold a report for every form: `whole` as JSON, `rows` as CSV, and `cells` under `names` for people."""

    whole: object
    rows: Sequence[Mapping[str, Any]]
    names: Sequence[str]
    cells: Sequence[Sequence[object]]
    columns: Sequence[str] = ()
    below: str = ""
    nothing: str = NOTHING


Format = Annotated[Form, typer.Option("--format", help="table, json, csv or markdown")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many at most.")]
After = Annotated[str | None, typer.Option("--after", help="The cursor that an earlier page ended with.")]


@commands.command()
def stale(  # noqa: PLR0917  one option for each filter of the report
    tracker: Annotated[str | None, typer.Option("--tracker", help="linear or jira")] = None,
    team: Annotated[str | None, typer.Option("--team", help="Linear's team key or Jira's project key.")] = None,
    item_class: Annotated[ItemClass | None, typer.Option("--class", help="Only items of that class.")] = None,
    owner: Annotated[str | None, typer.Option("--owner", help="Name, e-mail or id.")] = None,
    route: Annotated[str | None, typer.Option("--route", help="The name of a route.")] = None,
    older_than: Annotated[
        timedelta | None, typer.Option("--older-than", parser=length, help="Quiet for that long, such as 14d.")
    ] = None,
    snoozed: Annotated[bool, typer.Option("--snoozed", help="Those too that somebody lets wait.")] = False,
    limit: Limit = 100,
    after: After = None,
    form: Format = Form.TABLE,
) -> None:
    """List what has been quiet for longer than its window, the oldest first."""
    filters = Filters(tracker and tracker.lower(), team, item_class, owner, route, older_than, snoozed)

    async def read(service: Service) -> dict[str, Any]:
        now = service.clock.now()
        return await quiet.stale(service.store, service.policy, filters, after=after, limit=limit, now=now)

    page = _read(read)
    names = ("item", "class", "owner", "days quiet", "days past", "rung", "title")
    cells = [
        (r["key"], r["class"], r["owner"]["name"] if r["owner"] else "", r["quiet_days"], r["bucket"], r["rung"],
         r["title"])
        for r in page["items"]
    ]  # fmt: skip
    unknown = not page["complete"] and not page["evaluated"]
    below = "" if page["complete"] or unknown else "\nNot complete: some items wait for a look, or failed."
    nothing = UNKNOWN if unknown else NOTHING
    _print(form, Table(page, page["items"], names, cells, quiet.COLUMNS, _more(page) + below, nothing))


@commands.command()
def postmortems(limit: Limit = 100, after: After = None, form: Format = Form.TABLE) -> None:
    """Say of each post-mortem how far its items are, and which of them were dropped."""

    async def read(service: Service) -> dict[str, Any]:
        now = service.clock.now()
        return await figures.postmortems(service.store, service.policy, after=after, limit=limit, now=now)

    page = _read(read)
    names = ("post-mortem", "items", "done", "open", "stale", "left", "oldest open, days")
    cells = [
        (r["postmortem"], r["total"], r["done"], r["open"], r["stale"],
         " ".join(f"{gone['key']} {gone['how']}" for gone in r["left"]), _or_blank(r["oldest_open_days"]))
        for r in page["items"]
    ]  # fmt: skip
    _print(form, Table(page, page["items"], names, cells, figures.COLUMNS, _more(page)))


@commands.command()
def summary(form: Format = Form.TABLE) -> None:
    """Count open items by class, route and team, what was found about them, and what waits."""

    async def read(service: Service) -> dict[str, Any]:
        return await figures.summary(service.store, service.policy, service.clock.now())

    counted = _read(read)
    rows = figures.as_rows(counted)
    cells = [(row["name"].replace("_", " "), row["value"], row["count"]) for row in rows]
    _print(form, Table(counted, rows, ("what", "which", "how many"), cells))


@commands.command()
def strategic(form: Format = Form.TABLE) -> None:
    """Say of every open strategic item who can plan it and which goal it serves."""

    async def read(service: Service) -> list[dict[str, Any]]:
        return await lists.strategic(service.store, service.policy)

    rows = with_service(read)
    cells = [
        (r["key"], r["area"] or "", r["epic"]["key"] or "", r["owner"]["name"] or "", r["case"]["goal"] or "",
         " ".join(r["findings"]))
        for r in rows
    ]  # fmt: skip
    below = "".join(
        f"\n{one['area'] or 'No area'}: {one['all']} of {one['total']} with owner, mandate and case"
        for one in lists.areas(rows)
    )
    _print(
        form, Table(rows, rows, ("item", "area", "epic", "owner", "goal", "findings"), cells, lists.STRATEGIC, below)
    )


@commands.command()
def risks(form: Format = Form.TABLE) -> None:
    """Say of every open risk what is at stake and who decides, undecided ones first."""

    async def read(service: Service) -> list[dict[str, Any]]:
        return await lists.risks(service.store, service.policy, service.clock.now())

    rows = with_service(read)
    fields = ("key", "state", "age_days", "quantity", "metric", "horizon", "decision_maker")
    names = ("item", "state", "days", "quantity", "metric", "horizon", "who decides")
    cells = [tuple(_or_blank(row[name]) for name in fields) for row in rows]
    below = "".join(
        f"\n{one['metric']}: {', '.join(one['quantities']) or 'how much is not said'}, {one['undecided']} of"
        f" {one['total']} to decide"
        for one in lists.exposure(rows)
    )
    _print(form, Table(rows, rows, names, cells, lists.RISKS, below))


def _read(work: Callable[[Service], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
    """Return the report; a filter that nobody knows is wrong use."""
    try:
        return with_service(work)
    except quiet.RefusedFilterError as refused:
        complain(f"{refused.name}: {refused}")
        raise typer.Exit(WRONG) from None


def _more(page: Mapping[str, Any]) -> str:
    shown = len(page["items"])
    return f"\n{shown} of {page['total']}; the next ones: --after {page['next']}" if page["next"] else ""


def _or_blank(value: object) -> object:
    return "" if value is None else value


def _print(form: Form, table: Table) -> None:
    if form is Form.JSON:
        typer.echo(json.dumps(table.whole, indent=2))
    elif form is Form.CSV:
        typer.echo(as_csv(table.rows, table.columns), nl=False)
    elif not table.cells:
        tell(table.nothing + table.below)
    elif form is Form.MARKDOWN:
        tell(as_markdown(table.names, table.cells) + table.below)
    else:
        tell_table(table.names, *table.cells)
        if table.below:
            tell(table.below.lstrip("\n"))
