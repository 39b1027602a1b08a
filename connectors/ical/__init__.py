"""Tell who is on call by a calendar that anybody can subscribe to."""

from collections.abc import Mapping

from app.core.policy import Policy
from app.ports import Manifest, OnCall, Tracker
from connectors.ical.on_call import IcalRota
from connectors.ical.settings import IcalSettings, configured, missing
from connectors.ical.source import NAME, IcalSource


def _on_call(settings: IcalSettings, policy: Policy, _trackers: Mapping[str, Tracker]) -> OnCall:
    return IcalRota(settings, policy)


MANIFEST = Manifest(
    name=NAME,
    title="Calendar",
    settings=IcalSettings,
    configured=configured,
    missing=missing,
    on_call=_on_call,
    source=IcalSource,
)
