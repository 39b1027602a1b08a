"""Tell who is on call by a rotation that stands in the policy."""

from collections.abc import Mapping

from app.core.policy import Policy
from app.ports import Manifest, OnCall, RotaAbility, Tracker
from connectors.static.settings import Settings
from connectors.static.source import StaticSource


def _on_call(_settings: Settings, policy: Policy, _trackers: Mapping[str, Tracker]) -> OnCall:
    from connectors.static.on_call import StaticRota  # noqa: PLC0415  only where it is on

    return StaticRota(policy)


ABILITIES = frozenset(RotaAbility) - {RotaAbility.SEVERAL, RotaAbility.LEVELS, RotaAbility.ADDRESS, RotaAbility.OFFERED}

MANIFEST = Manifest(
    name="static", title="Static rota", settings=Settings, abilities=ABILITIES, on_call=_on_call, source=StaticSource
)
