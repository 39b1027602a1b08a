"""Print the reports that a manager takes upstairs."""

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer

from app.assembly import Service
from app.cli.terminal import tell, tell_table, with_service
from app.flow import strategic as reports

commands = typer.Typer(help="Report strategic items and risks.", no_args_is_help=True)


class Form(StrEnum):
    """Name how a report is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


Format = Annotated[Form, typer.Option("--format", help="table, json or csv")]


@commands.command()
def strategic(form: Format = Form.TABLE) -> None:
    """Say of every open strategic item who can plan it and which goal it serves."""

    async def read(service: Service) -> list[dict[str, Any]]:
        return await reports.strategic(service.store, service.policy)

    rows = with_service(read)
    table = [
        (r["key"], r["area"] or "", r["epic"]["key"] or "", r["owner"]["name"] or "", r["case"]["goal"] or "",
         " ".join(r["findings"]))
        for r in rows
    ]  # fmt: skip
    _print(form, rows, ("item", "area", "epic", "owner", "goal", "findings"), table)


@commands.command()
def risks(form: Format = Form.TABLE) -> None:
    """Say of every open risk what is at stake and who decides, undecided ones first."""

    async def read(service: Service) -> list[dict[str, Any]]:
        return await reports.risks(service.store, service.policy, service.clock.now())

    rows = with_service(read)
    names = ("key", "state", "quantity", "metric", "horizon", "decision_maker")
    _print(form, rows, names, [tuple(row[name] or "" for name in names) for row in rows])


def _print(form: Form, rows: list[dict[str, Any]], names: tuple[str, ...], table: Sequence[tuple[str, ...]]) -> None:
    if form is Form.JSON:
        typer.echo(json.dumps(rows, indent=2))
    elif form is Form.CSV:
        typer.echo(reports.as_csv(rows), nl=False)
    elif rows:
        tell_table(names, *table)
    else:
        tell("Nothing to report.")
