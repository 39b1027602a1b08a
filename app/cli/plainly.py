"""End with one line for each thing amiss, and the exit status that scripts rely on."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from app.core.errors import FollowthroughError, Misconfigured
from app.core.hint import one_line

FOUND = 1
"""Exit status: something was found, or was not there."""
WRONG = 2
"""Exit status: wrong use, settings or policy."""


@contextmanager
def plainly() -> Iterator[None]:
    """Turn errors of ours into one line each instead of a traceback."""
    try:
        yield
    except Misconfigured as error:
        for line in error.lines:
            complain(line)
        sys.exit(WRONG)
    except FollowthroughError as error:
        complain(str(error))
        sys.exit(FOUND)


@contextmanager
def writing(file: Path) -> Iterator[None]:
    """Turn a file that cannot be written into a line."""
    try:
        yield
    except OSError as error:
        raise Misconfigured(
            f"{file}: cannot be written ({error.strerror}); see its folder, and who may write there"
        ) from None


def complain(line: str) -> None:
    """Print a line to standard error."""
    typer.echo(one_line(line), err=True)
