"""Offer the commands of `followthrough`: thin, each parses, calls the flow and prints."""

import typer

from app.cli import database, deliveries, demo, items, policy, serve

app = typer.Typer(
    name="followthrough",
    help="Make post-mortem action items get done, beside Linear or Jira.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(serve.serve)
app.command()(demo.demo)
app.command()(items.why)
app.command()(items.check)
app.command()(items.reconcile)
app.add_typer(policy.commands, name="policy")
app.add_typer(deliveries.commands, name="deliveries")
app.add_typer(database.commands, name="database")
