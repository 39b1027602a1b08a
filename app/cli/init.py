"""Look around on the trackers, and write a first policy and the settings that go with it."""

import asyncio
import os
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from app.assembly import manifests
from app.cli.plainly import WRONG, complain, plainly, writing
from app.cli.terminal import tell
from app.core.errors import FollowthroughError, Misconfigured
from app.core.hint import did_you_mean, one_line
from app.core.policy import Policy, Watch
from app.policy_file import parse_policy
from app.policy_file.draft import Wish, draft
from app.ports import CA_FILE, Manifest
from app.ports.surveyor import Offer, Offers, Survey, Surveyor
from app.settings import PREFIX, Settings, environment, load_settings, setting_names

ENV = Path(".env")
Given = dict[str, str]


def init(
    tracker: Annotated[list[str] | None, typer.Option(help="linear or jira; several: one of each.")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A setting, with or without FOLLOWTHROUGH_.")
    ] = None,
    label: Annotated[str, typer.Option(help="The label of action items.")] = "post-mortem",
    on_call: Annotated[str, typer.Option(help="Who takes turns on call, a week each: e-mails with commas.")] = "",
) -> None:
    """Look around on the trackers and write followthrough.yaml and .env; what is there is never overwritten."""
    with plainly():
        given = _given(set_ or [])
        settings = load_settings(Settings, given=_own(given, PREFIX))
        CA_FILE.set(settings.ca_file)
        policy = Path(settings.policy)
        _must_be_new(policy, given)
        names = _trackers(tracker, given)
        surveys = {name: _survey(manifests()[name], given, label) for name in names}
        wish = Wish(label, tuple(mail.strip() for mail in on_call.split(",") if mail.strip()))
        text = draft(surveys, wish, datetime.now(UTC), _rotas(given))
        parse_policy(text, str(policy), manifests())  # what is written is never broken
        with writing(policy):
            policy.write_text(text, encoding="utf-8")
        _write_settings(names, given)
    for survey in surveys.values():
        tell(f"Looked around: {survey.account}.")
    tell(f"Wrote {policy} and {ENV}. Next: `followthrough doctor`, then `followthrough reconcile --look`.")


def _given(pairs: list[str]) -> Given:
    """Read `--set`; names are those of settings, in any case, with or without the prefix."""
    known = setting_names([Settings, *(manifest.settings for manifest in manifests().values())])
    found: Given = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        full = name.upper() if name.upper().startswith(PREFIX) else f"{PREFIX}{name.upper()}"
        if not equals:
            raise Misconfigured(f"--set {one_line(name)}: write NAME=VALUE")
        if full not in known:
            short = [each.removeprefix(PREFIX) for each in known]
            raise Misconfigured(
                f"--set {one_line(name)}: there is no such setting; {did_you_mean(name.upper(), short)}"
            )
        found[full] = value
    return found


def _must_be_new(policy: Path, given: Given) -> None:
    if policy.exists():
        raise Misconfigured(f"{policy}: is there already, and stays as it is; move it away, or work in another folder")
    if ENV.exists() and given:
        raise Misconfigured(f"{ENV}: is there already, and stays as it is; write these there: {', '.join(given)}")


def _trackers(wanted: list[str] | None, given: Given) -> list[str]:
    """Return which trackers to look around on: those named, else those with credentials, else the one asked for."""
    able = {name: manifest for name, manifest in manifests().items() if manifest.tracker}
    for name in wanted or ():
        if name.lower() not in able:
            raise Misconfigured(f"--tracker {one_line(name)}: is not known; {did_you_mean(name, able)}")
    if wanted:
        return list(dict.fromkeys(name.lower() for name in wanted))
    set_up = [name for name, manifest in able.items() if manifest.configured(_settings(manifest, given))]
    if set_up:
        return set_up
    if not sys.stdin.isatty():
        raise Misconfigured(f"--tracker: say which one, {' or '.join(able)}, and its credentials with --set")
    typed = str(typer.prompt(f"Tracker ({' or '.join(able)})"))
    return _trackers([typed], given)


def _survey(manifest: Manifest, given: Given, label: str) -> Survey:
    settings = _settings(manifest, given)
    while not manifest.configured(settings):
        lines = [line for line in manifest.missing(settings) if "WEBHOOK_SECRETS" not in line]
        if not sys.stdin.isatty():
            raise Misconfigured(*lines)
        _ask(lines[0], given)
        settings = _settings(manifest, given)
    return asyncio.run(_looked(manifest, settings, label))


def _ask(line: str, given: Given) -> None:
    """Ask for the first setting that a line names, else for the next one of it; what is typed is not shown."""
    complain(line)
    for name in dict.fromkeys(re.findall(rf"{PREFIX}[A-Z_]+[A-Z]", line)):
        typed = typer.prompt(name, default="", show_default=False, hide_input=_is_secret(name)).strip()
        if typed:
            given[name] = typed
            return
    raise typer.Exit(WRONG)


def _is_secret(name: str) -> bool:
    return name.endswith(("KEY", "SECRET", "SECRETS", "TOKEN", "PAT"))


async def _looked(manifest: Manifest, settings: Any, label: str) -> Survey:
    assert manifest.tracker is not None  # noqa: S101  only trackers are asked for
    tracker = manifest.tracker(settings, Policy(watch=(Watch(manifest.name, label),)))
    try:
        if not isinstance(tracker, Surveyor):
            raise Misconfigured(f"{manifest.title} cannot be looked around in; write the policy by hand")
        return await tracker.survey(label)
    finally:
        await tracker.aclose()


def _rotas(given: Given) -> list[Sequence[Offer]]:
    """Return what each source of rotas offers whose credentials are set; one that does not answer is told of."""
    found: list[Sequence[Offer]] = []
    for manifest in manifests().values():
        settings = _settings(manifest, given)
        if not manifest.on_call or manifest.tracker or not manifest.configured(settings):
            continue
        source = manifest.on_call(settings, Policy(()), {})
        try:
            found += [asyncio.run(_offered(source))] if isinstance(source, Offers) else []
        except FollowthroughError as error:
            complain(f"{manifest.title}: its rotas were not looked up: {error}")
    return found


async def _offered(source: Offers) -> Sequence[Offer]:
    return await source.offers()


def _settings(manifest: Manifest, given: Given) -> Any:
    prefix = str(manifest.settings.model_config.get("env_prefix", PREFIX))
    shared = {str(field.validation_alias) for field in manifest.settings.model_fields.values()} & given.keys()
    return load_settings(manifest.settings, given={**_own(given, prefix), **{name: given[name] for name in shared}})


def _own(given: Given, prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix).lower(): value for name, value in given.items() if name.startswith(prefix)}


def _write_settings(trackers: list[str], given: Given) -> None:
    """Write what was given, readable for us alone, and the names of what the environment holds or is still to come."""
    if ENV.exists():
        return
    known = setting_names([Settings, *(manifest.settings for manifest in manifests().values())])
    kept = [name for name in known if name in environment(None) and name not in given]
    there = {*given, *kept}
    lines = ["# Settings of Followthrough; see the README. This file holds secrets.", "FOLLOWTHROUGH_MODE=observe"]
    lines += [f"{name}={_quoted(value)}" for name, value in given.items() if name != f"{PREFIX}MODE"]
    lines += [f"# {name}=  # set in the environment, which wins" for name in kept]
    lines += [
        f"# {name}=  # the secret that the tracker signs its webhooks with"
        for name in (f"{PREFIX}{tracker.upper()}_WEBHOOK_SECRETS" for tracker in trackers)
        if name not in there
    ]
    with writing(ENV):
        descriptor = os.open(ENV, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")


def _quoted(value: str) -> str:
    """Return a value as it stands in the file, where a space, a quote or a `#` would otherwise end it."""
    if re.fullmatch(r"[\w./:@,+=%?&~-]*", value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
