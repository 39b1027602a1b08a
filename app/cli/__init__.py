"""Offer the commands of `followthrough`: thin, each parses, calls the flow and prints."""

import gc
import io
import sys
from collections.abc import Iterator, MutableMapping
from functools import cache
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from app.cli.lean import SELDOM

_WHERE = {
    "serve": "serve",
    "demo": "demo",
    "init": "init",
    "doctor": "doctor",
    "why": "items",
    "check": "items",
    "reconcile": "items",
    "simulate": "simulate",
    "approve": "approve",
    "policy": "policy",
    "report": "reports",
    "deliveries": "deliveries",
    "webhook": "webhook",
    "database": "database",
}
"""The module of each command, or of each group of them: there it is called `commands`."""


class _Commands(MutableMapping[str, Any]):
    """Import a command's module when it is asked for: `serve` starts sooner and stays smaller without the others."""

    def __getitem__(self, name: str) -> Any:
        if name not in _WHERE:
            raise KeyError(name)
        return _command(name)

    def __iter__(self) -> Iterator[str]:
        return iter(_WHERE)

    def __len__(self) -> int:
        return len(_WHERE)

    def __setitem__(self, name: str, command: Any) -> None:
        raise NotImplementedError

    def __delitem__(self, name: str) -> None:
        raise NotImplementedError


@cache
def _command(name: str) -> Any:
    module = import_module(f"app.cli.{_WHERE[name]}")
    group = getattr(module, "commands", None)
    if group is None:
        group = typer.Typer(add_completion=False)
        group.command(name)(getattr(module, name))
    made = typer.main.get_command(group)
    made.name = name
    gc.freeze()  # what was imported stays: nobody need look there for garbage
    gc.set_threshold(SELDOM)
    return made


class _Followthrough(TyperGroup):
    """Hold the commands."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = _Commands()


app = typer.Typer(
    cls=_Followthrough,
    name="followthrough",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415  most commands read no mail, in which packages tell it

        typer.echo(f"followthrough {version('followthrough')}")
        raise typer.Exit


@app.callback()
def main(
    _version: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", callback=_tell_version, is_eager=True)
    ] = False,
) -> None:
    """Make post-mortem action items get done, beside Linear or Jira."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter is no reason to fail
