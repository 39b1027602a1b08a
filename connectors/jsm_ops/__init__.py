"""Tell who is on call in Jira Service Management."""

from collections.abc import Mapping

from app.core.policy import Policy
from app.ports import Manifest, OnCall, RotaAbility, Tracker
from connectors.jsm_ops.settings import JsmOpsSettings, configured, missing
from connectors.jsm_ops.source import NAME, TITLE, JsmOpsSource


def _on_call(settings: JsmOpsSettings, _policy: Policy, _trackers: Mapping[str, Tracker]) -> OnCall:
    from connectors.jsm_ops.on_call import JsmOps  # noqa: PLC0415  only where it is on

    return JsmOps(settings)


ABILITIES = frozenset(RotaAbility) - {RotaAbility.LEVELS, RotaAbility.EMAILS}

MANIFEST = Manifest(
    name=NAME,
    title=TITLE,
    settings=JsmOpsSettings,
    abilities=ABILITIES,
    configured=configured,
    missing=missing,
    on_call=_on_call,
    source=JsmOpsSource,
)
