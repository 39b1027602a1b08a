"""Write to people by e-mail."""

from app.ports import Manifest, Messenger, MessengerAbility
from connectors.email.settings import TITLE, EmailSettings, configured, missing


def _messenger(settings: EmailSettings) -> Messenger:
    from connectors.email.messenger import Email  # noqa: PLC0415  only where it is on

    return Email(settings)


ABILITIES = frozenset(MessengerAbility) - {
    MessengerAbility.CHANNEL,
    MessengerAbility.THREADS,
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
