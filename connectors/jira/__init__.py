"""Watch action items in Jira, Cloud and Data Center."""

from importlib import import_module

from app.ports import Manifest
from connectors.jira.settings import JiraSettings, configured, missing, webhook_secrets
from connectors.jira.tracker import JiraTracker
from connectors.jira.webhook import JiraDoor
from connectors.jira.words import BoardTarget, EpicTarget

MANIFEST = Manifest(
    name="jira",
    title="Jira",
    settings=JiraSettings,
    configured=configured,
    missing=missing,
    tracker=JiraTracker.connect,
    door=JiraDoor,
    secrets=webhook_secrets,
    sandbox=lambda: import_module("connectors.jira.sandbox").JiraSandbox(),
    board=BoardTarget,
    epic=EpicTarget,
)
