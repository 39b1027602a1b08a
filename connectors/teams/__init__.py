"""Write to people in Microsoft Teams."""

from app.ports import Manifest, Messenger, MessengerAbility
from connectors.teams.card import TITLE
from connectors.teams.settings import TeamsSettings, configured, missing


def _messenger(settings: TeamsSettings) -> Messenger:
    from connectors.teams.messenger import Teams  # noqa: PLC0415  only where it is on

    return Teams(settings)


ABILITIES = frozenset(MessengerAbility) - {
    MessengerAbility.PERSON,
    MessengerAbility.THREADS,
    MessengerAbility.IDS,
    MessengerAbility.CHECK,
    MessengerAbility.ARRIVAL,
    MessengerAbility.DOUBLES,
    MessengerAbility.OAUTH,
    MessengerAbility.BUTTONS,
}

MANIFEST = Manifest(
    name="teams",
    title=TITLE,
    settings=TeamsSettings,
    abilities=ABILITIES,
    configured=configured,
    missing=missing,
    messenger=_messenger,
)
