"""Which events of a calendar count at a moment."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.connectors.ical.calendars import NOON, SHIFT, calendar, fixture, on_call

LINUS = "SUMMARY:linus@acme.test\n"


def moment(text: str) -> datetime:
    """Return a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("2026-11-16T08:59:59", None),
        ("2026-11-16T09:00:00", "jane.doe@example.com"),
        ("2026-11-23T08:59:59", "jane.doe@example.com"),
        ("2026-11-23T09:00:00", "ravi.rao@example.com"),
        ("2026-11-30T09:00:00", None),
    ],
)
async def test_a_hand_over_belongs_to_the_next_one(at: str, who: str | None) -> None:
    """A shift lasts from its start up to, not including, its end."""
    found = await on_call(fixture("pagerduty-like"), moment(at))
    assert [email for _, email in found] == ([who] if who else [])


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("2025-10-27T08:30:00", ["bob@example.com"]),  # the week in which clocks go back has an hour more
        ("2025-10-27T09:00:00", ["Alice@Example.com"]),
        ("2025-03-31T07:59:00", ["bob@example.com"]),  # and that in which they go forward an hour less
        ("2025-03-31T08:00:00", ["Alice@Example.com"]),
        ("2025-07-30T12:00:00", []),  # Bob's shift of that week is cancelled
        ("2025-08-04T12:00:00", []),  # Alice's is taken out
        ("2025-08-05T12:00:00", ["carol@example.com"]),
    ],
)
async def test_repeated_shifts_keep_to_the_wall_clock(at: str, who: list[str]) -> None:
    """Weekly shifts hand over at nine whatever the season; cancelled ones and exceptions leave a gap."""
    assert [email for _, email in await on_call(fixture("google-like"), moment(at))] == who


@pytest.mark.parametrize(
    ("head", "first"),
    [("X-WR-TIMEZONE:America/New_York\n", "2026-11-23T05:00:00"), ("", "2026-11-23T00:00:00")],
)
async def test_a_whole_day_is_a_day_of_the_calendar(head: str, first: str) -> None:
    """Dates begin at midnight in the calendar's zone, else in the policy's."""
    text = calendar("DTSTART;VALUE=DATE:20261123\nDTEND;VALUE=DATE:20261124\n" + LINUS, head=head)
    begins = moment(first)
    for at, there in ((begins, 1), (begins - timedelta(seconds=1), 0), (begins + timedelta(days=1), 0)):
        assert len(await on_call(text, at)) == there


async def test_a_time_without_a_zone_is_one_of_the_calendars() -> None:
    """Floating times are read in the calendar's zone."""
    event = "DTSTART:20261123T090000\nDURATION:PT1H\n" + LINUS
    text = calendar(event, head="X-WR-TIMEZONE:America/New_York\n")
    assert len(await on_call(text, moment("2026-11-23T14:30:00"))) == 1
    assert not await on_call(text, moment("2026-11-23T09:30:00"))


async def test_a_long_shift_goes_on() -> None:
    """A shift that began weeks ago counts until it ends."""
    text = calendar("DTSTART:20261001T000000Z\nDTEND:20261201T000000Z\n" + LINUS)
    assert len(await on_call(text)) == 1


async def test_those_who_began_first_come_first() -> None:
    """Several shifts at a time are several people, in a stable order."""
    later = "DTSTART:20261123T100000Z\nDTEND:20261124T090000Z\nSUMMARY:ada@acme.test\n"
    assert [email for _, email in await on_call(calendar(later, SHIFT + LINUS))] == ["linus@acme.test", "ada@acme.test"]


async def test_an_empty_calendar_is_nobody() -> None:
    """A calendar without events is an answer."""
    assert await on_call(calendar()) == []
    assert await on_call(calendar(SHIFT + LINUS), NOON + timedelta(days=30)) == []
