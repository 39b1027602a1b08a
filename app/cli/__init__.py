"""Offer the commands of `followthrough`: thin, each parses, calls the flow and prints."""

import io
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from app.cli import approve, database, deliveries, demo, doctor, init, items, policy, reports, serve, simulate, webhook

app = typer.Typer(
    name="followthrough",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _tell_version(wanted: bool) -> None:
    if wanted:
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


app.command()(serve.serve)
app.command()(demo.demo)
app.command()(init.init)
app.command()(doctor.doctor)
app.command()(items.why)
app.command()(items.check)
app.command()(items.reconcile)
app.command()(simulate.simulate)
app.command()(approve.approve)
app.add_typer(policy.commands, name="policy")
app.add_typer(reports.commands, name="report")
app.add_typer(deliveries.commands, name="deliveries")
app.add_typer(webhook.commands, name="webhook")
app.add_typer(database.commands, name="database")
