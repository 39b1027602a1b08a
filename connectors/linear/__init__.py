"""Watch action items in Linear."""

from collections.abc import Mapping
from importlib import import_module

from app.core.policy import Policy
from app.ports import Manifest, OnCall, RotaAbility, Tracker, TrackerAbility
from connectors.linear.on_call import TriageDuty
from connectors.linear.settings import LinearSettings, configured, missing, webhook_secrets
from connectors.linear.tracker import LinearTracker
from connectors.linear.webhook import LinearDoor
from connectors.linear.words import NAME, BoardTarget, EpicTarget, OnCallTarget


def _on_call(settings: LinearSettings, policy: Policy, trackers: Mapping[str, Tracker]) -> OnCall:
    """Return the rota; it shares the tracker's connection, because only one place may mint tokens."""
    tracker = trackers.get(NAME)
    known = tracker if isinstance(tracker, LinearTracker) else LinearTracker(settings, policy)
    return TriageDuty(known.graph, known.people)


ABILITIES = (frozenset(TrackerAbility) - {TrackerAbility.VISIBLE}) | (
    frozenset(RotaAbility) - {RotaAbility.ANY_TIME, RotaAbility.LEVELS}
)

MANIFEST = Manifest(
    name=NAME,
    title="Linear",
    settings=LinearSettings,
    abilities=ABILITIES,
    configured=configured,
    missing=missing,
    tracker=LinearTracker,
    door=LinearDoor,
    secrets=webhook_secrets,
    on_call=_on_call,
    sandbox=lambda: import_module("connectors.linear.sandbox").LinearSandbox(),
    board=BoardTarget,
    epic=EpicTarget,
    source=OnCallTarget,
)
