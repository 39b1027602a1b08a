"""Check the policy file and describe its form."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from app.assembly import manifests
from app.cli.examples import differences
from app.cli.plainly import FOUND, plainly
from app.cli.terminal import count, tell
from app.core.sentences import as_text
from app.policy_file import policy_schema, read_policy
from app.policy_file.cases import read_cases
from app.settings import Settings, load_settings

commands = typer.Typer(help="Work on followthrough.yaml.", no_args_is_help=True, add_completion=False)
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


@commands.command("test")
def try_examples(
    cases: Annotated[Path, typer.Argument(help="A folder of examples, or one file.", metavar="CASES")],
    policy: Annotated[Path | None, typer.Option(help="The file; default FOLLOWTHROUGH_POLICY.")] = None,
) -> None:
    """Hold the policy against a team's own examples; exit 1 if any is judged otherwise."""
    with plainly():
        rules = read_policy(policy or Path(load_settings(Settings).policy), manifests())
        examples, now = read_cases(cases, [name for name, one in manifests().items() if one.tracker]), datetime.now(UTC)
        wrong = [(where, one.name, lines) for where, one in examples if (lines := differences(one, rules, now))]
    for where, name, lines in wrong:
        tell("\n".join([f"{where}: {name}", *(f"  {line}" for line in lines)]))
    tell(f"{count(len(examples), 'example')}, {len(wrong)} judged otherwise.")
    raise typer.Exit(FOUND if wrong else 0)


@commands.command()
def schema() -> None:
    """Print the JSON Schema of the policy file, for editors."""
    typer.echo(json.dumps(policy_schema(manifests()), indent=2))
