"""Write calendars for tests, and play the servers that have them."""

from datetime import UTC, datetime

import respx
from pydantic import SecretStr

from app.core.policy import Member, Policy
from connectors.ical.on_call import IcalRota
from connectors.ical.settings import IcalSettings
from tests.contracts import need_shared

URL = "https://calendar.acme.test/private-f00d/payments.ics"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SHIFT = "DTSTART:20261123T090000Z\nDTEND:20261124T090000Z\n"
POLICY = Policy(
    (),
    people=(
        Member("Linus Duty", "linus@acme.test", ids={"jira": "712020:l"}),
        Member("Ada Admin", "ada@acme.test"),
        Member("Ada Admin", "other-ada@acme.test"),
    ),
)


def calendar(*events: str, head: str = "") -> str:
    """Return a calendar with these events; each line that is given stands in it."""
    parts = (f"BEGIN:VEVENT\nUID:{number}\n{event.strip()}\nEND:VEVENT\n" for number, event in enumerate(events))
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{''.join(parts)}END:VCALENDAR\n"


def fixture(name: str) -> str:
    """Return one of the contract folder's calendars."""
    return need_shared(f"contracts/ical/{name}.ics").read_text(encoding="utf-8")


def rota(url: str = URL, policy: Policy = POLICY) -> IcalRota:
    """Return a rota that knows one calendar, `payments`."""
    return IcalRota(IcalSettings(urls=SecretStr(f"payments={url}")), policy)


async def on_call(
    text: str, at: datetime = NOON, policy: Policy = POLICY, **words: str
) -> list[tuple[str, str | None]]:
    """Return names and e-mails of those on call at that time by a calendar."""
    with respx.mock(assert_all_called=True, assert_all_mocked=True) as router:
        router.get(URL).respond(text=text)
        found = await rota(policy=policy).who({"calendar": "payments", **words}, at)
    return [(caller.name, caller.email) for caller in found]
