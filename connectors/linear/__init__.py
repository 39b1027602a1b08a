"""Watch action items in Linear."""

from collections.abc import Mapping
from importlib import import_module

from app.core.policy import Policy
from app.ports import Door, Manifest, OnCall, RotaAbility, Tracker, TrackerAbility
from connectors.linear.settings import LinearSettings, configured, missing, webhook_secrets
from connectors.linear.words import NAME, BoardTarget, EpicTarget, OnCallTarget


def _tracker(settings: LinearSettings, policy: Policy) -> Tracker:
    from connectors.linear.tracker import LinearTracker  # noqa: PLC0415  only where it is on

    return LinearTracker(settings, policy)


def _door() -> Door:
    from connectors.linear.webhook import LinearDoor  # noqa: PLC0415  only where it is on

    return LinearDoor()


def _on_call(settings: LinearSettings, policy: Policy, trackers: Mapping[str, Tracker]) -> OnCall:
    """Return the rota; it shares the tracker's connection, because only one place may mint tokens."""
    from connectors.linear.on_call import TriageDuty  # noqa: PLC0415  only where it is on
    from connectors.linear.tracker import LinearTracker  # noqa: PLC0415  only where it is on

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
    tracker=_tracker,
    door=_door,
    secrets=webhook_secrets,
    on_call=_on_call,
    sandbox=lambda: import_module("connectors.linear.sandbox").LinearSandbox(),
    board=BoardTarget,
    epic=EpicTarget,
    source=OnCallTarget,
)
