"""Find the events of a calendar that go on at a moment.

https://www.rfc-editor.org/rfc/rfc5545 — what reads it comes with the optional extra `ical` and is loaded when needed.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

MOST_EVENTS = 5_000
AROUND = timedelta(hours=26)
"""Looked at before and after the moment, as the expansion misses events whose end it takes by another offset of UTC."""

_FOLD = re.compile(r"(?:\r?\n)+[ \t]")
_RULE = re.compile(r"^(?:RRULE|EXRULE)\b[^\n]*", re.IGNORECASE | re.MULTILINE)
_TOO_OFTEN = re.compile(r"FREQ\s*=\s*(?:SECONDLY|MINUTELY)|BYSECOND|BYMINUTE\s*=[^;\n]*,", re.IGNORECASE)


class UnreadableError(Exception):
    """Tell in a sentence why a calendar is not read."""


def current(text: str, at: datetime, zone: tzinfo) -> list[Any]:
    """Return the events that go on at that moment, by start; an event is over at its end, a cancelled one at once.

    Dates and times without a zone are those of the calendar's own zone, else of `zone`. Raise UnreadableError, and
    whatever the reading of a text that is no calendar raises.
    """
    import icalendar  # noqa: PLC0415  optional, and most installations have no calendars
    import recurring_ical_events  # type: ignore[import-untyped]  # noqa: PLC0415  the same; it has no types

    _refuse(text)
    calendar = icalendar.Calendar.from_ical(text)
    named = str(calendar.get("X-WR-TIMEZONE", ""))
    zone = ZoneInfo(named) if named else zone
    found = recurring_ical_events.of(calendar).between(at - AROUND, at + AROUND)
    lasting = (event for event in found if str(event.get("STATUS", "")).upper() != "CANCELLED")
    spans = [(*_span(event, zone), event) for event in lasting]
    going_on = [(begins, str(event.get("SUMMARY", "")), event) for begins, ends, event in spans if begins <= at < ends]
    return [event for *_, event in sorted(going_on, key=lambda found: found[:2])]


def _refuse(text: str) -> None:
    """Raise UnreadableError for a calendar whose expansion would take minutes of work."""
    if text.upper().count("BEGIN:VEVENT") > MOST_EVENTS:
        raise UnreadableError(f"it has more than {MOST_EVENTS} events")
    if any(_TOO_OFTEN.search(rule) for rule in _rules(text)):
        raise UnreadableError("it has an event that repeats within the hour, which no shift does")


def _rules(text: str) -> Iterator[str]:
    return (found[0] for found in _RULE.finditer(_FOLD.sub("", text)))


def _span(event: Any, zone: tzinfo) -> tuple[datetime, datetime]:
    return _moment(event.start, zone), _moment(event.end, zone)


def _moment(when: date, zone: tzinfo) -> datetime:
    """Return the moment in UTC: two times of one zone would be compared by the wall clock, which goes back."""
    moment = when if isinstance(when, datetime) else datetime.combine(when, time.min)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
