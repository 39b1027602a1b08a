"""Tell who is on call in PagerDuty."""

from collections.abc import Mapping

from app.core.policy import Policy
from app.ports import Manifest, OnCall, RotaAbility, Tracker
from connectors.pagerduty.settings import PagerDutySettings, configured, missing
from connectors.pagerduty.source import NAME, TITLE, PagerDutySource


def _on_call(settings: PagerDutySettings, _policy: Policy, _trackers: Mapping[str, Tracker]) -> OnCall:
    from connectors.pagerduty.on_call import PagerDuty  # noqa: PLC0415  only where it is on

    return PagerDuty(settings)


ABILITIES = frozenset(RotaAbility) - {RotaAbility.ANY_TIME}

MANIFEST = Manifest(
    name=NAME,
    title=TITLE,
    settings=PagerDutySettings,
    abilities=ABILITIES,
    configured=configured,
    missing=missing,
    on_call=_on_call,
    source=PagerDutySource,
)
