"""Register the trackers' webhooks, and see how they are."""

import os
import secrets as random
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from app.assembly import Service
from app.cli.plainly import FOUND, complain, writing
from app.cli.terminal import tell, tell_table, with_service
from app.core.errors import Denied, Misconfigured
from app.core.hint import one_line
from app.ports import Tracker
from app.ports.registrar import Registers, Registrar
from app.settings import PREFIX, environment

commands = typer.Typer(
    help="Register the trackers' webhooks, and see how they are.", no_args_is_help=True, add_completion=False
)
Name = Annotated[str | None, typer.Option("--tracker", help="linear or jira; default is each that is set up.")]
ENV = Path(".env")
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@commands.command()
def register(
    tracker: Name = None,
    url: Annotated[
        str | None, typer.Option(help="Where the tracker reaches this service; default FOLLOWTHROUGH_PUBLIC_URL.")
    ] = None,
) -> None:
    """Make the webhook with an administrator's credentials, or say what to click; done again, it changes nothing."""

    async def make(service: Service) -> bool:
        address = url or service.settings.public_url
        if not address:
            raise Misconfigured("--url: say where the tracker reaches this service, or set FOLLOWTHROUGH_PUBLIC_URL")
        if not _is_safe(address):
            name = "--url" if url else "FOLLOWTHROUGH_PUBLIC_URL"
            raise Misconfigured(
                f"{name} {one_line(address)}: begins with https:// (http:// only on this machine itself)"
            )
        told = [await _registered(each, service, address) for each in _trackers(service, tracker)]
        return all(told)

    raise typer.Exit(0 if with_service(make) else FOUND)


@commands.command()
def status(tracker: Name = None) -> None:
    """Show the webhooks that lead here and what is wrong with them; exit 1 if anything is, or nobody may look."""

    async def look(service: Service) -> bool:
        told = [await _status(each, service) for each in _trackers(service, tracker)]
        return all(told)

    raise typer.Exit(0 if with_service(look) else FOUND)


def _is_safe(address: str) -> bool:
    """Tell whether webhooks may be sent there: over TLS, or without leaving this machine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    name = parts.hostname or ""
    return bool(name) and (parts.scheme == "https" or (parts.scheme == "http" and name in LOOPBACK))


def _trackers(service: Service, wanted: str | None) -> Sequence[Tracker]:
    if wanted is not None and wanted.lower() not in service.trackers:
        raise Misconfigured(f"--tracker {one_line(wanted)}: is not set up; set up: {', '.join(service.trackers)}")
    return [one for name, one in service.trackers.items() if wanted in {None, name} or name == (wanted or "").lower()]


async def _registrar(tracker: Tracker) -> Registrar:
    if not isinstance(tracker, Registers):
        raise Misconfigured(f"{tracker.name} has no webhooks to register")
    return await tracker.registrar()


async def _registered(tracker: Tracker, service: Service, address: str) -> bool:
    registrar, door = await _registrar(tracker), f"{address.rstrip('/')}/webhooks/{tracker.name}"
    try:
        await registrar.status(service.policy, door)  # who may not look may not register: then no secret is made
        secret, fresh = _secret(tracker.name)
        done = await registrar.register(service.policy, door, secret, fresh=fresh)
    except Denied as error:
        complain(f"{tracker.name}: {error}")
        steps = _numbered(registrar.clicks(service.policy, door))
        tell("\n".join([f"{tracker.name}: what somebody with more rights clicks:", *steps]))
        return False
    tell(f"{tracker.name}: {'; '.join(done) or 'the webhook is there already and nothing is to be done'}.")
    return True


async def _status(tracker: Tracker, service: Service) -> bool:
    registrar, address = await _registrar(tracker), service.settings.public_url
    door = f"{address.rstrip('/')}/webhooks/{tracker.name}" if address else None
    try:
        hooks, wrong = await registrar.status(service.policy, door)
    except Denied as error:
        complain(f"{tracker.name}: {error}")
        return False
    if hooks:
        rows = [(tracker.name, one.url, "on" if one.enabled else "off", one.about) for one in hooks]
        tell_table(("tracker", "address", "is", "tells of"), *rows)
    for one in wrong:
        tell(f"{one.id}: {one.message}\n    {one.hint}")
    return not wrong


def _numbered(steps: Sequence[str]) -> list[str]:
    return [f"{number}. {step}" for number, step in enumerate(steps, 1)]


def _secret(tracker: str) -> tuple[str, bool]:
    """Return the secret that is set, else a new one, written down before it is used; and whether it is new."""
    name = f"{PREFIX}{tracker.upper()}_WEBHOOK_SECRETS"
    given = [part.strip() for part in environment(ENV).get(name, "").split(",") if part.strip()]
    if given:
        return given[0], False
    made = random.token_urlsafe(32)
    with writing(ENV):
        descriptor = os.open(ENV, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
            file.seek(0)
            begun = file.read()
            file.write(f"{'' if begun.endswith(chr(10)) or not begun else chr(10)}{name}={made}\n")
    tell(f"Made a secret and wrote it to {ENV} as {name}.")
    return made, True
