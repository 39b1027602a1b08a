"""Scorecards: what a connector's README says that it can do is what its manifest says, and what the code shows."""

import inspect
import re
from collections.abc import Sequence
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from app.assembly import manifests
from app.core.policy import Policy, Watch
from app.ports import Ability, Manifest, MessengerAbility, RotaAbility, TrackerAbility
from app.ports.examiner import Examiner
from app.ports.foreseer import Foreseer
from app.ports.registrar import Registers
from app.ports.surveyor import Offers, Surveyor

ROOT = Path(__file__).resolve().parents[2]
MANIFESTS = manifests()
STATES = ("done", "todo", "exempt")
OFFERS = {
    TrackerAbility.INIT: Surveyor,
    TrackerAbility.DOCTOR: Examiner,
    TrackerAbility.REGISTER: Registers,
    TrackerAbility.SIMULATE: Foreseer,
}


def kinds(manifest: Manifest) -> list[type[StrEnum]]:
    """Return the abilities of each kind that a connector is of."""
    is_one = {TrackerAbility: manifest.tracker, RotaAbility: manifest.on_call, MessengerAbility: manifest.messenger}
    return [kind for kind, made in is_one.items() if made is not None]


CREDENTIALS: dict[str, dict[str, str]] = {
    "linear": {"api_key": "made-up"},
    "jira": {"base_url": "https://jira.acme.test", "email": "ft@acme.test", "api_token": "made-up"},
}
"""What switches each tracker on, so that one can be made; nothing is asked of it."""


def scorecard(name: str) -> list[tuple[str, str, str]]:
    """Return the rows of a README's table: ability, state, reason."""
    text = (ROOT / "connectors" / name / "README.md").read_text(encoding="utf-8")
    found = re.search(r"^## Abilities\n\n\| ability \| state \| why \|\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.MULTILINE)
    assert found, f"connectors/{name}/README.md has no scorecard"
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in found[1].splitlines()]
    return [(ability, state, why) for ability, state, why in rows]


def tracker_class(manifest: Manifest) -> type[Any]:
    """Return the class that a manifest makes its tracker of."""
    assert manifest.tracker is not None
    settings = manifest.settings(**CREDENTIALS[manifest.name])
    return type(manifest.tracker(settings, Policy((Watch(manifest.name, "post-mortem"),))))


@pytest.mark.parametrize("name", sorted(MANIFESTS))
def test_scorecard_has_every_ability_of_its_kind(name: str) -> None:
    """Each once and in the one order, so that connectors can be compared; what is not done has a reason."""
    rows = scorecard(name)
    assert [ability for ability, _, _ in rows] == [one.value for kind in kinds(MANIFESTS[name]) for one in kind]
    assert {state for _, state, _ in rows} <= set(STATES)
    assert [ability for ability, state, why in rows if state != "done" and not why] == []


@pytest.mark.parametrize("name", sorted(MANIFESTS))
def test_what_is_done_is_what_the_manifest_names(name: str) -> None:
    """Neither document nor manifest claims more than the other."""
    done = {ability for ability, state, _ in scorecard(name) if state == "done"}
    assert {one.value for one in MANIFESTS[name].abilities} == done


@pytest.mark.parametrize("name", sorted(MANIFESTS))
def test_abilities_that_the_code_shows_are_named(name: str) -> None:
    """What a connector offers by its promises, its settings and its manifest it claims, and nothing of that else."""
    manifest = MANIFESTS[name]
    shown = _shown(name, manifest)
    assert shown
    assert {one for one, _ in shown if one in manifest.abilities} == {one for one, is_there in shown if is_there}


def _offers(name: str) -> bool:
    room = import_module(f"connectors.{name}.on_call")
    return any(isinstance(one, type) and one is not Offers and issubclass(one, Offers) for one in vars(room).values())


def _room(name: str) -> ModuleType:
    return import_module(f"connectors.{name}.messenger")


def _shown(name: str, manifest: Manifest) -> Sequence[tuple[Ability, bool]]:
    """Return the abilities of which the code shows whether they are there."""
    found: list[tuple[Ability, bool]] = []
    if manifest.tracker is not None:
        found += [(one, issubclass(tracker_class(manifest), port)) for one, port in OFFERS.items()]
        found += [(TrackerAbility.SIGNED, manifest.door is not None)]
        found += [(TrackerAbility.SANDBOX, manifest.sandbox is not None)]
    if manifest.on_call is not None:
        has_address = bool({"api_url", "urls"} & set(manifest.settings.model_fields))
        found += [
            (RotaAbility.ADDRESS, has_address),
            (RotaAbility.OFFERED, manifest.tracker is not None or _offers(name)),
        ]
    if manifest.messenger is not None:
        (repeatable,) = (one.repeatable for one in vars(_room(name)).values() if hasattr(one, "repeatable"))
        found += [(MessengerAbility.DOUBLES, repeatable)]
        words = inspect.getsource(_room(name)).lower()
        found += [(MessengerAbility.THREADS, any(word in words for word in ("thread_ts", "in-reply-to", "replytoid")))]
    return found
