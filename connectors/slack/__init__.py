"""Write to people in Slack."""

from app.ports import Manifest, Messenger, MessengerAbility
from connectors.slack.messenger import Slack
from connectors.slack.settings import SlackSettings, configured, missing
from connectors.slack.wire import TITLE


def _messenger(settings: SlackSettings) -> Messenger:
    return Slack(settings)


ABILITIES = frozenset(MessengerAbility) - {MessengerAbility.CHANNEL, MessengerAbility.DOUBLES, MessengerAbility.BUTTONS}

MANIFEST = Manifest(
    name="slack",
    title=TITLE,
    settings=SlackSettings,
    abilities=ABILITIES,
    configured=configured,
    missing=missing,
    messenger=_messenger,
)
