"""Show what another policy would change, before it does."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from app.assembly import Service, manifests
from app.cli.plainly import FOUND
from app.cli.terminal import count, tell, tell_table, with_service
from app.core.policy import Policy
from app.flow.simulate import Difference, Forecast, Simulator
from app.policy_file import read_policy


class Form(StrEnum):
    """Name how the difference is printed."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


@dataclass(frozen=True)
class Told:
    """Hold a forecast and what it is about."""

    forecast: Forecast
    today: Policy
    other: Policy

    @property
    def headline(self) -> str:
        """Return the whole of it in a sentence."""
        found = self.forecast
        return (
            f"{count(len(found.differences), 'item')} of {found.items} would be judged otherwise, "
            f"{count(found.written, 'item')} written to."
        )

    def notes(self) -> Iterator[str]:
        """Yield what else there is to know."""
        if self.today.digest == self.other.digest:
            yield "Both files mean the same; to see what one changed, compare with its version before."
        if self.forecast.waits(self.other):
            share = f"{self.other.limits.largest_change:.0%}"
            yield (
                f"That is more than limits.largest_change lets pass ({share} of the open items): "
                "to act by it, it waits for `followthrough approve`."
            )
        if self.forecast.unsure:
            yield f"Not sure for {count(self.forecast.unsure, 'item')}: a tracker or a rota did not answer."
        if self.today.watch != self.other.watch:
            yield "It watches something else: tickets that today's policy does not watch are not counted here."


def simulate(
    policy: Annotated[Path, typer.Argument(help="The other policy file.", metavar="POLICY")],
    form: Annotated[Form, typer.Option("--format", help="table, json or markdown")] = Form.TABLE,
) -> None:
    """Decide every open item under today's policy and another one, and show the difference; exit 1 if there is any."""

    async def compare(service: Service) -> Told:
        other = read_policy(policy, manifests())
        rotas = next(iter(service.worker.handlers.values())).rotas
        simulator = Simulator(service.store, service.trackers, rotas, service.policy)
        return Told(await simulator.run(other, service.clock.now()), service.policy, other)

    told = with_service(compare)
    {Form.TABLE: _table, Form.JSON: _json, Form.MARKDOWN: _markdown}[form](told)
    raise typer.Exit(FOUND if told.forecast.differences else 0)


def _table(told: Told) -> None:
    if told.forecast.differences:
        tell_table(("item", "class", "route", "comes", "goes", "writes", "asks"), *map(_row, told.forecast.differences))
        tell("")
    tell("\n".join([told.headline, *told.notes()]))


def _row(one: Difference) -> tuple[str, ...]:
    return (
        one.key,
        _turn(one.before.item_class, one.after.item_class),
        _turn(one.before.route or "none", one.after.route or "none"),
        " ".join(one.comes),
        " ".join(one.goes),
        "; ".join([*one.does, *(f"not: {left}" for left in one.leaves)]),
        ", ".join(one.asks),
    )


def _turn(before: str, after: str) -> str:
    return after if before == after else f"{before} → {after}"


def _json(told: Told) -> None:
    found = told.forecast
    typer.echo(
        json.dumps(
            {
                "policy": {"today": told.today.digest, "other": told.other.digest},
                "items": found.items,
                "differ": len(found.differences),
                "written": found.written,
                "waits": found.waits(told.other),
                "unsure": found.unsure,
                "comes": dict(found.comes),
                "goes": dict(found.goes),
                "differences": [_as_json(one) for one in found.differences],
            },
            indent=2,
        )
    )


def _as_json(one: Difference) -> dict[str, Any]:
    return {
        "tracker": one.tracker,
        "key": one.key,
        "title": one.title,
        "url": one.url,
        "class": {"today": one.before.item_class, "other": one.after.item_class},
        "route": {"today": one.before.route, "other": one.after.route},
        "comes": one.comes,
        "goes": one.goes,
        "writes": one.does,
        "leaves": one.leaves,
        "asks": one.asks,
    }


def _markdown(told: Told) -> None:
    found = told.forecast
    tell(f"### {told.other.where}: what would change\n\n{told.headline} {' '.join(told.notes())}".rstrip())
    if found.comes or found.goes:
        tell("\n| finding | comes | goes |\n|---|---|---|")
        for id_ in sorted({*found.comes, *found.goes}):
            tell(f"| `{id_}` | {found.comes.get(id_, 0)} | {found.goes.get(id_, 0)} |")
    if found.differences:
        tell("\n| item | class | route | comes | goes | writes | asks |\n|---|---|---|---|---|---|---|")
        for one in found.differences:
            cells = [_cell(cell) for cell in _row(one)[1:]]
            tell(f"| [{_cell(one.key)}]({one.url}) {_cell(one.title)} | {' | '.join(cells)} |")


def _cell(text: str) -> str:
    """Return text as a cell of a table: nothing in it is markup."""
    return "".join(f"\\{letter}" if letter in "\\|[]<>*_`" else letter for letter in text)
