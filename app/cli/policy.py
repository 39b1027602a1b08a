"""Check the policy file and describe its form."""

import json
from pathlib import Path
from typing import Annotated

import typer

from app.assembly import manifests
from app.cli.terminal import count, plainly, tell
from app.core.sentences import as_text
from app.policy_file import policy_schema, read_policy
from app.settings import Settings, load_settings

commands = typer.Typer(help="Work on followthrough.yaml.", no_args_is_help=True)
File = Annotated[Path | None, typer.Argument(help="The file; default FOLLOWTHROUGH_POLICY.", show_default=False)]


@commands.command()
def check(file: File = None) -> None:
    """Say what is wrong in the policy, each with its place; exit 2 if anything is."""
    with plainly():
        where = file or Path(load_settings(Settings).policy)
        policy = read_policy(where, manifests())
        watched = ", ".join(dict.fromkeys(watch.tracker for watch in policy.watch))
        tell(f"{where}: fine. It watches {watched} and has {count(len(policy.routes), 'route')}.")


@commands.command()
def explain(file: File = None) -> None:
    """Say the whole policy in sentences."""
    with plainly():
        tell(as_text(read_policy(file or Path(load_settings(Settings).policy), manifests())))


@commands.command()
def schema() -> None:
    """Print the JSON Schema of the policy file, for editors."""
    typer.echo(json.dumps(policy_schema(manifests()), indent=2))
