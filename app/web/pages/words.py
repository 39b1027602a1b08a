"""Say times and lengths as people do, and make what others wrote harmless to show."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

_STEPS = (("year", 365 * 86_400), ("month", 30 * 86_400), ("day", 86_400), ("hour", 3_600), ("minute", 60))
_FEW_DAYS = 60
"""Up to so many, days are counted, because windows and dues are written in days."""


def moment(value: str | datetime) -> datetime:
    """Return the time that the interface wrote, UTC."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value).astimezone(UTC)


def count(number: int, one: str, many: str | None = None) -> str:
    """Return `1 item`, `2 items`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def span(length: timedelta) -> str:
    """Return a length in its largest whole unit: `12 days`; weeks stay days, because windows are written in days."""
    seconds = abs(length).total_seconds()
    for name, size in _STEPS:
        if seconds >= size and not (size > _STEPS[2][1] and seconds < _FEW_DAYS * _STEPS[2][1]):
            return count(int(seconds // size), name)
    return "less than a minute"


def ago(value: str | datetime, now: datetime) -> str:
    """Return `3 hours ago`, `in 2 days` or `just now`."""
    distance = now - moment(value)
    if abs(distance) < timedelta(minutes=1):
        return "just now" if distance >= timedelta(0) else "in a moment"
    return f"{span(distance)} ago" if distance > timedelta(0) else f"in {span(distance)}"


def absolute(value: str | datetime) -> str:
    """Return the time in full: `24 Nov 2026, 09:30 UTC`."""
    return moment(value).strftime("%-d %b %Y, %H:%M UTC")


def past_window(row: Mapping[str, Any], now: datetime) -> str:
    """Return how long a stale item is past its window: `5 past its window of 7 days`."""
    past, window = (now - moment(row["stale_since"])).days, row["window_days"]
    if window != int(window):
        return f"{span(now - moment(row['stale_since']))} past its window of {span(timedelta(days=window))}"
    allowed = f"its window of {count(int(window), 'day')}"
    return f"{past:,} past {allowed}" if past else f"{allowed} is over since today"


_HOWS = {
    "wont_do": "was closed as won't do",
    "vanished": "was deleted or cannot be seen any more",
    "label_removed": "lost the label that makes it an action item",
    "moved": "was moved out of what is watched",
    "epic_closed": "is open, but its epic was closed over it",
}


FOUND = {
    "class.missing": "no class",
    "class.conflict": "two classes",
    "size.too_large": "too large for a small fix",
    "route.none": "no place to go to",
    "board.not_visible": "hidden on its board",
    "on_call.nobody": "nobody on call",
    "on_call.unanswered": "rota does not answer",
    "on_call.unknown_person": "who is on call is unknown",
    "epic.none": "epic not found",
    "epic.closed": "epic is closed",
    "epic.no_owner": "epic without owner",
    "epic.owner_inactive": "epic's owner left",
    "epic.owner_without_mandate": "epic's owner without mandate",
    "epic.cannot_be_parent": "epic cannot hold it",
    "case.missing": "no business case",
    "case.unknown_goal": "unknown goal",
    "risk.missing": "risk not stated",
    "risk.incomplete": "risk stated in part",
    "risk.undecided": "risk not decided",
    "risk.expired": "acceptance is over",
    "owner.inactive": "owner left",
    "stale.quiet": "gone quiet",
    "due.missed": "past its due date",
    "write.refused": "tracker refuses a change",
    "flips.stopped": "changes were undone",
}
"""Each finding in a few words."""


def found(name: str) -> str:
    """Say in a few words what a finding's id means."""
    return FOUND.get(name, name.replace(".", ": ").replace("_", " "))


_ENDS = {
    "done": "done",
    "wont_do": "won't do",
    "vanished": "gone",
    "label_removed": "label taken off",
    "moved": "moved",
}


def left(name: str) -> str:
    """Say in a word or two how an item left."""
    return _ENDS.get(name, name.replace("_", " "))


def how(name: str) -> str:
    """Say how an item left, after its key."""
    return _HOWS.get(name, name.replace("_", " "))


def sentence(clause: str) -> str:
    """Return the clause with a capital at its start."""
    return clause[:1].upper() + clause[1:]


def cut(text: str, length: int) -> str:
    """Return the text, shortened with an ellipsis where it is too long for its place."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def web_address(address: object) -> str | None:
    """Return an address that may be linked: http or https and nothing else, so that no link runs a script."""
    if not isinstance(address, str) or any(ord(sign) < ord("!") for sign in address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in {"http", "https"} and parts.netloc else None
