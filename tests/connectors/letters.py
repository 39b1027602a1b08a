"""Letters for the messengers' tests."""

from app.core.digest import Letter, Message, letter
from app.core.policy import Messages
from app.ports import Recipient
from tests.builders import NOW

ADA = Recipient("Ada Admin", "ada@acme.test", {"linear": "u-ada"})
RULES = Messages(timezone="Europe/Berlin")


def message(number: int = 1, title: str = "Alert on lag", url: str = "", sentence: str = "It is quiet.") -> Message:
    """Return a message that waits."""
    url = url or f"https://tracker.test/ENG-{number}"
    return Message(number, "linear", f"i-{number}", NOW, f"ENG-{number}", title, url, sentence)


def made(*messages: Message) -> Letter:
    """Return the letter of these messages."""
    return letter("ada@acme.test", messages or (message(),), RULES, "https://ft.acme.test/reports/stale?a=1&b=2")


HOSTILE = message(7, "<!channel> & <at>Ada</at> *x* [y](z) <script>", "https://tracker.test/a?b=1&c=<d>|e", "&" * 900)
"""What somebody types into a ticket who means no good."""
FULL = made(
    *(message(number, "<&>" * 60, f"https://tracker.test/{'&' * 400}{number}", "<" * 900) for number in range(30))
)
"""The longest letter that there is."""
