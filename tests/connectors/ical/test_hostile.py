"""What calendars hold that is no calendar, or would take for ever."""

import asyncio
import threading
from datetime import datetime, tzinfo
from functools import partial
from typing import Any

import pytest
import respx

from app.core.errors import Transient
from connectors.ical import on_call as port
from connectors.ical.aside import Aside
from connectors.ical.feed import MOST
from connectors.ical.people import MOST_PEOPLE
from tests.connectors.ical.calendars import NOON, SHIFT, URL, calendar, on_call, rota

ZONE = "BEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0000\n"


@pytest.mark.parametrize(
    "rule",
    [
        "RRULE:FREQ=SECONDLY",
        "rrule:freq=minutely;COUNT=9",
        "RRULE:FREQ=\r\n SECONDLY",
        "RRULE:FREQ=SECO\n\n\tNDLY",
        "RRULE:FREQ=DAILY;BYMINUTE=1,2,3",
        "RRULE:FREQ=DAILY;BYSECOND=1",
        "EXRULE:FREQ=SECONDLY",
    ],
)
async def test_what_repeats_within_the_hour_is_not_expanded(rule: str) -> None:
    """One such event would keep a processor busy for minutes."""
    with pytest.raises(Transient, match="repeats within the hour"):
        await on_call(calendar(f"{SHIFT}{rule}"))


async def test_a_zones_rule_is_looked_at_too() -> None:
    """Zones are expanded while the calendar is read."""
    head = f"{ZONE}RRULE:FREQ=SECONDLY\nEND:STANDARD\nEND:VTIMEZONE\n"
    with pytest.raises(Transient, match="repeats within the hour"):
        await on_call(calendar(SHIFT, head=head))


async def test_an_hour_is_long_enough_for_a_shift() -> None:
    """Hourly shifts are read."""
    text = calendar("DTSTART:20261101T000000Z\nDURATION:PT1H\nRRULE:FREQ=HOURLY;BYMINUTE=0\nSUMMARY:a@acme.test")
    assert await on_call(text) == [("a", "a@acme.test")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html><body>secret log-in page</body></html>",
        calendar() + calendar(),
        calendar("SUMMARY:no start"),
        calendar(f"{SHIFT}RRULE:FREQ=WEEKLY;UNTIL=secret"),
        calendar(head="X-WR-TIMEZONE:No/Where\n"),
    ],
)
async def test_what_is_no_calendar_is_transient(text: str) -> None:
    """Log-in pages and broken feeds are an error of the chain's kind, and are not quoted."""
    with pytest.raises(Transient, match="the calendar payments holds no calendar that can be read") as caught:
        await on_call(text)
    assert "secret" not in str(caught.value)


async def test_too_many_events_are_not_read() -> None:
    """A feed of thousands is no rota."""
    with pytest.raises(Transient, match="more than 5000 events"):
        await on_call(calendar(*["SUMMARY:a"] * 5_001))


async def test_a_crowd_is_cut() -> None:
    """The tracker is asked about each person, so a feed must not name thousands."""
    crowd = "\n".join(f"ATTENDEE:mailto:a{number}@acme.test" for number in range(100))
    assert len(await on_call(calendar(SHIFT + crowd))) == MOST_PEOPLE


async def test_too_large_a_feed_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading stops at the cap, and the address is not told."""
    with pytest.raises(Transient, match="more than 1000 kB") as caught:
        await on_call("x" * (MOST + 1))
    assert "f00d" not in str(caught.value)


async def test_reading_ends_in_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A calendar that takes too long is given up; while it is still being read no second reading starts."""
    release, started = threading.Event(), []

    def slow(_text: str, _at: datetime, _zone: tzinfo) -> list[Any]:
        started.append(1)
        release.wait(30)
        return []

    monkeypatch.setattr(port, "current", slow)
    monkeypatch.setattr(port, "PATIENCE", 0.05)
    with respx.mock(assert_all_called=True, assert_all_mocked=True) as router:
        router.get(URL).respond(text=calendar())
        slow_rota = rota()
        try:
            for _ in range(2):
                with pytest.raises(Transient, match="takes longer"):
                    await slow_rota.who({"calendar": "payments"}, NOON)
        finally:
            release.set()
    assert started == [1]


async def test_work_aside_takes_turns() -> None:
    """Two readings of one calendar at the same moment both get their answer."""
    aside = Aside(10)
    assert await asyncio.gather(*(aside.run(partial(abs, number)) for number in range(5))) == list(range(5))
