"""Look the whole set-up over and say how to mend what is wrong."""

import asyncio
import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from app.assembly import Service, build, manifests
from app.cli.plainly import FOUND, plainly
from app.cli.terminal import count, tell, tell_table
from app.core.errors import FollowthroughError
from app.ports.examiner import Diagnosis
from app.settings import Described, Settings, describe, environment, load_settings, setting_names, unknown_settings

ORDER = ("error", "warning", "unchecked")
_ITS_OWN = (".signature", ".stopped", "policy.broken", "policy.restart")
"""How the ids end of what a running service alone can know."""
_LOOPBACK = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104  whoever listens everywhere is asked here


class Form(StrEnum):
    """Name how the diagnoses are printed."""

    TABLE = "table"
    JSON = "json"


def doctor(form: Annotated[Form, typer.Option("--format", help="table or json")] = Form.TABLE) -> None:
    """Look up everything that settings and policy name; say what is wrong and how to mend it; exit 1 if anything is."""
    with plainly():
        found, mode = asyncio.run(_examined())
    found = sorted([*_strange(), *found], key=lambda each: (ORDER.index(each.level), each.id, each.message))
    wrong = [each for each in found if each.level != "unchecked"]
    settings = describe(load_settings(cls) for cls in _classes())
    if form is Form.JSON:
        typer.echo(json.dumps(_as_json(found, settings, mode), indent=2))
    else:
        _tell(found, settings)
        tell(f"Mode {mode}. Found {count(len(wrong), 'thing')} to mend." if wrong else f"Mode {mode}. All is well.")
    raise typer.Exit(FOUND if wrong else 0)


async def _examined() -> tuple[list[Diagnosis], str]:
    service = build()
    try:
        found = [*await _store(service), *await service.examine()]
        known = {one.id for one in found}
        found += [one for one in await _running(service.settings) if one.id not in known]
        return found, service.settings.mode
    finally:
        await service.aclose()


async def _store(service: Service) -> list[Diagnosis]:
    """Look whether the database is there and up to date."""
    hint = "see FOLLOWTHROUGH_DATABASE_URL; PostgreSQL is brought up to date by `followthrough database upgrade`"
    try:
        await service.store.open()
        await service.store.counts(service.clock.now())
    except FollowthroughError as error:
        return [Diagnosis("store.unreachable", str(error), hint)]
    return []


async def _running(settings: Settings) -> list[Diagnosis]:
    """Ask the service that runs beside us, if one does, for what only it knows: signatures, its tasks, its policy."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{_LOOPBACK.get(host, host)}:{settings.port}/readyz"
    try:
        async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
            checks = (await client.get(address)).json()["checks"]
        told = [Diagnosis(str(one["id"]), str(one["message"]), str(one["hint"])) for one in checks]
    except (httpx.HTTPError, ValueError, LookupError, TypeError):
        return []
    return [one for one in told if one.id.endswith(_ITS_OWN)]


def _classes() -> list[type[Any]]:
    return [Settings, *(manifest.settings for manifest in manifests().values())]


def _strange() -> list[Diagnosis]:
    lines = unknown_settings(environment(Path(".env")), setting_names(_classes()))
    parts = (line.partition("; ") for line in lines)
    return [Diagnosis("settings.unknown", what, hint, level="warning") for what, _, hint in parts]


def _as_json(found: Sequence[Diagnosis], settings: Sequence[Described], mode: str) -> dict[str, Any]:
    checks = [
        {"id": one.id, "level": one.level, "message": one.message, "hint": one.hint, "link": one.link} for one in found
    ]
    return {
        "ok": not any(one.level != "unchecked" for one in found),
        "mode": mode,
        "checks": checks,
        "settings": {each.name: each.value for each in settings},
    }


def _tell(found: Sequence[Diagnosis], settings: Sequence[Described]) -> None:
    tell_table(("setting", "value"), *((each.name, each.value) for each in settings if each.value))
    tell("")
    for one in found:
        tell(f"{one.level}  {one.id}: {one.message}")
        tell(f"    {one.hint}")
        if one.link:
            tell(f"    {one.link}")
