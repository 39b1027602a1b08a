"""Write to people by e-mail."""

from app.ports import Manifest, Messenger, MessengerAbility
from connectors.email.messenger import TITLE, Email
from connectors.email.settings import EmailSettings, configured, missing


def _messenger(settings: EmailSettings) -> Messenger:
    return Email(settings)


ABILITIES = frozenset(MessengerAbility) - {
    MessengerAbility.CHANNEL,
    MessengerAbility.IDS,
    MessengerAbility.ARRIVAL,
    MessengerAbility.OAUTH,
    MessengerAbility.BUTTONS,
}

MANIFEST = Manifest(
    name="email",
    title=TITLE,
    settings=EmailSettings,
    abilities=ABILITIES,
    configured=configured,
    missing=missing,
    messenger=_messenger,
)
