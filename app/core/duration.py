"""Read and write durations as people type them: `10m`, `36h`, `14d`, `2w`, `1d12h`."""

import re
from datetime import timedelta

from app.core.hint import quote

PATTERN = r"(?=.)([0-9]{1,9}w)?([0-9]{1,9}d)?([0-9]{1,9}h)?([0-9]{1,9}m)?([0-9]{1,9}s)?"
"""What a duration looks like: weeks, days, hours, minutes, seconds, in this order, each at most once."""

LONGEST = timedelta(days=36_500)
"""The longest duration that is understood; a date that far away can still be computed with."""

_SECONDS = (604_800, 86_400, 3_600, 60, 1)


def parse_duration(text: str) -> timedelta:
    """Return what `7d` or `1d12h` stands for; raise ValueError with a sentence that says how to write it."""
    match = re.fullmatch(PATTERN, text.strip())
    if match is None:
        raise ValueError(_complaint(text.strip()))
    parts = zip(match.groups(), _SECONDS, strict=True)
    seconds = sum(int(part[:-1]) * size for part, size in parts if part)
    if seconds > LONGEST.total_seconds():
        raise ValueError(f"{text.strip()!r} is longer than a hundred years; write a shorter duration, such as 14d")
    return timedelta(seconds=seconds)


def _complaint(text: str) -> str:
    if re.fullmatch(r"[0-9]{1,9}", text):
        return f"{text!r} has no unit; write {text}d for days, {text}h for hours or {text}m for minutes"
    if text.startswith("-") and re.fullmatch(PATTERN, text[1:]):
        return f"{text!r} is negative; write how long, such as {text[1:]}"
    return f"{quote(text)} is not a duration; write numbers with w, d, h, m or s, such as 7d or 1d12h"


def format_duration(duration: timedelta) -> str:
    """Return a duration in days and smaller, such as `14d` or `1d12h`; parts of a second are left out."""
    if duration < timedelta(0):
        return "-" + format_duration(-duration)
    minutes, seconds = divmod(duration.days * 86_400 + duration.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s"))
    return "".join(f"{amount}{unit}" for amount, unit in parts if amount) or "0s"


def in_words(duration: timedelta) -> str:
    """Return a duration as a sentence says it: `14 days`, `1 day 12 hours`; parts of a second are left out."""
    units = {"d": "day", "h": "hour", "m": "minute", "s": "second"}
    parts = re.findall("([0-9]+)([dhms])", format_duration(duration))
    return " ".join(f"{amount} {units[unit]}{'' if amount == '1' else 's'}" for amount, unit in parts)
