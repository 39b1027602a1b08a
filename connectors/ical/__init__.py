"""Tell who is on call by a calendar that anybody can subscribe to."""

from collections.abc import Mapping

from app.core.policy import Policy
from app.ports import Manifest, OnCall, RotaAbility, Tracker
from connectors.ical.settings import IcalSettings, configured, missing
from connectors.ical.source import NAME, IcalSource


def _on_call(settings: IcalSettings, policy: Policy, _trackers: Mapping[str, Tracker]) -> OnCall:
    from connectors.ical.on_call import IcalRota  # noqa: PLC0415  only where it is on

    return IcalRota(settings, policy)


ABILITIES = frozenset(RotaAbility) - {RotaAbility.LEVELS, RotaAbility.IDS, RotaAbility.OFFERED}

MANIFEST = Manifest(
    name=NAME,
    title="Calendar",
    settings=IcalSettings,
    abilities=ABILITIES,
    configured=configured,
    missing=missing,
    on_call=_on_call,
    source=IcalSource,
)
