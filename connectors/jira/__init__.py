"""Watch action items in Jira, Cloud and Data Center."""

from importlib import import_module

from app.core.policy import Policy
from app.ports import Door, Manifest, Tracker, TrackerAbility
from connectors.jira.settings import JiraSettings, configured, missing, webhook_secrets
from connectors.jira.words import BoardTarget, EpicTarget


def _tracker(settings: JiraSettings, policy: Policy) -> Tracker:
    from connectors.jira.tracker import JiraTracker  # noqa: PLC0415  only where it is on

    return JiraTracker.connect(settings, policy)


def _door() -> Door:
    from connectors.jira.webhook import JiraDoor  # noqa: PLC0415  only where it is on

    return JiraDoor()


ABILITIES = frozenset(TrackerAbility) - {TrackerAbility.WRITE_MANY, TrackerAbility.LINKS}

MANIFEST = Manifest(
    name="jira",
    title="Jira",
    settings=JiraSettings,
    abilities=ABILITIES,
    configured=configured,
    missing=missing,
    tracker=_tracker,
    door=_door,
    secrets=webhook_secrets,
    sandbox=lambda: import_module("connectors.jira.sandbox").JiraSandbox(),
    board=BoardTarget,
    epic=EpicTarget,
)
