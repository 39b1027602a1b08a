"""Write to people in Slack."""

from app.ports import Manifest, Messenger, MessengerAbility
from connectors.slack.settings import TITLE, SlackSettings, configured, missing


def _messenger(settings: SlackSettings) -> Messenger:
    from connectors.slack.messenger import Slack  # noqa: PLC0415  only where it is on

    return Slack(settings)


ABILITIES = frozenset(MessengerAbility) - {
    MessengerAbility.CHANNEL,
    MessengerAbility.THREADS,
    MessengerAbility.DOUBLES,
    MessengerAbility.BUTTONS,
}

MANIFEST = Manifest(
    name="slack",
    title=TITLE,
    settings=SlackSettings,
    abilities=ABILITIES,
    configured=configured,
    missing=missing,
    messenger=_messenger,
)
