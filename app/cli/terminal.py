"""Print for people, and end with the exit status that scripts rely on."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import typer
from rich.console import Console
from rich.markup import escape

from app.assembly import Service, build
from app.core.errors import FollowthroughError, Misconfigured

FOUND = 1
"""Exit status: something was found, or was not there."""
WRONG = 2
"""Exit status: wrong use, settings or policy."""

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

T = TypeVar("T")


@contextmanager
def plainly() -> Iterator[None]:
    """Turn errors of ours into one line each instead of a traceback."""
    try:
        yield
    except Misconfigured as error:
        for line in error.lines:
            err.print(escape(line))
        sys.exit(WRONG)
    except FollowthroughError as error:
        err.print(escape(str(error)))
        sys.exit(FOUND)


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
    err.print(escape(message))
    return typer.Exit(FOUND)
