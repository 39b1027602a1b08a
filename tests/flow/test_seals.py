"""A webhook secret that was changed on one side only is told with the first call."""

from datetime import UTC, datetime, timedelta

from app.flow.receive import Outcome, receive
from app.flow.seals import Seals
from tests.web.fakes import NOW, fake_service, signed

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_each_call_since_the_last_good_one_counts() -> None:
    """The first of them says since when."""
    seals = Seals()
    assert seals.diagnosis("jira") is None
    for minutes in range(3):
        seals.wrong(AT + timedelta(minutes=minutes))
    found = seals.diagnosis("jira")
    assert found
    assert (found.id, found.level) == ("jira.signature", "warning")
    assert "the latest 3 webhook calls for jira, since 2026-11-23 12:00 UTC" in found.message
    assert "FOLLOWTHROUGH_JIRA_WEBHOOK_SECRETS" in found.hint
    seals.right()
    assert seals.diagnosis("jira") is None


async def test_one_forged_delivery_is_enough_and_one_good_one_ends_it() -> None:
    """Also one that is no JSON: the secret fits, which is what counts here."""
    desk = fake_service().desks["linear"]
    assert await receive(desk, signed(b"{}", secret="the-other-one"), b"{}") is Outcome.FORGED
    assert await receive(desk, {}, b"{}") is Outcome.FORGED
    assert (desk.seals.refused, desk.seals.since) == (2, NOW)
    assert await receive(desk, signed(b"no JSON"), b"no JSON") is Outcome.NOT_JSON
    assert desk.seals.diagnosis("linear") is None
