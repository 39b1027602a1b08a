"""Print for people, and end with the exit status that scripts rely on."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TypeVar

import typer
from rich.console import Console

from app.assembly import Service, build
from app.cli.plainly import FOUND, complain, plainly
from app.core.duration import parse_duration
from app.core.hint import one_line

# Lines are never broken here: the terminal does that, and whatever reads them from a pipe wants them whole.
out = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)

T = TypeVar("T")


def tell(text: str) -> None:
    """Print text of whatever origin; what a terminal would obey, such as an escape in a title, is shown instead."""
    out.print("\n".join(map(one_line, text.split("\n"))))


def tell_table(*rows: Sequence[object]) -> None:
    """Print rows in columns, the first one as their heading; nothing is cut."""
    cells = [[one_line(str(cell)) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        out.print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def count(number: int, what: str) -> str:
    """Return `no routes`, `1 route` or `2 routes`."""
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"


def length(text: str) -> timedelta:
    """Read an option's duration, such as `14d`."""
    try:
        return parse_duration(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def with_service(work: Callable[[Service], Awaitable[T]]) -> T:
    """Run `work` with a joined service whose store is open but which neither works nor listens."""

    async def run() -> T:
        service = build()
        await service.store.open()
        try:
            return await work(service)
        finally:
            await service.aclose()

    with plainly():
        return asyncio.run(run())


def fail(message: str) -> typer.Exit:
    """Print what was not found and return the exit to raise."""
    complain(message)
    return typer.Exit(FOUND)
