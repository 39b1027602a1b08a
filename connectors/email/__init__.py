"""Write to people by e-mail."""

from app.ports import Manifest, Messenger
from connectors.email.messenger import TITLE, Email
from connectors.email.settings import EmailSettings, configured, missing


def _messenger(settings: EmailSettings) -> Messenger:
    return Email(settings)


MANIFEST = Manifest(
    name="email",
    title=TITLE,
    settings=EmailSettings,
    configured=configured,
    missing=missing,
    messenger=_messenger,
)
