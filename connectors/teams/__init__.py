"""Write to people in Microsoft Teams."""

from app.ports import Manifest, Messenger
from connectors.teams.card import TITLE
from connectors.teams.messenger import Teams
from connectors.teams.settings import TeamsSettings, configured, missing


def _messenger(settings: TeamsSettings) -> Messenger:
    return Teams(settings)


MANIFEST = Manifest(
    name="teams",
    title=TITLE,
    settings=TeamsSettings,
    configured=configured,
    missing=missing,
    messenger=_messenger,
)
