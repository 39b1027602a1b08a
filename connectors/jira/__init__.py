"""Watch action items in Jira, Cloud and Data Center."""

from importlib import import_module

from app.ports import Manifest, TrackerAbility
from connectors.jira.settings import JiraSettings, configured, missing, webhook_secrets
from connectors.jira.tracker import JiraTracker
from connectors.jira.webhook import JiraDoor
from connectors.jira.words import BoardTarget, EpicTarget

ABILITIES = frozenset(TrackerAbility) - {TrackerAbility.WRITE_MANY, TrackerAbility.LINKS}

MANIFEST = Manifest(
    name="jira",
    title="Jira",
    settings=JiraSettings,
    abilities=ABILITIES,
    configured=configured,
    missing=missing,
    tracker=JiraTracker.connect,
    door=JiraDoor,
    secrets=webhook_secrets,
    sandbox=lambda: import_module("connectors.jira.sandbox").JiraSandbox(),
    board=BoardTarget,
    epic=EpicTarget,
)
