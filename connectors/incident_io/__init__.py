"""Tell who is on call in incident.io."""

from collections.abc import Mapping

from app.core.policy import Policy
from app.ports import Manifest, OnCall, RotaAbility, Tracker
from connectors.incident_io.settings import IncidentIoSettings, configured, missing
from connectors.incident_io.source import NAME, TITLE, IncidentIoSource


def _on_call(settings: IncidentIoSettings, _policy: Policy, _trackers: Mapping[str, Tracker]) -> OnCall:
    from connectors.incident_io.on_call import IncidentIo  # noqa: PLC0415  only where it is on

    return IncidentIo(settings)


ABILITIES = frozenset(RotaAbility) - {RotaAbility.ANY_TIME, RotaAbility.LEVELS}

MANIFEST = Manifest(
    name=NAME,
    title=TITLE,
    settings=IncidentIoSettings,
    abilities=ABILITIES,
    configured=configured,
    missing=missing,
    on_call=_on_call,
    source=IncidentIoSource,
)
