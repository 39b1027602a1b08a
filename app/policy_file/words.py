"""The kinds of words that stand in the policy: how each is written, and what it becomes."""

import re
from datetime import date, time, timedelta
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from app.core.duration import PATTERN, parse_duration
from app.core.hint import did_you_mean, quote
from app.core.zone import parse_zone

_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]"


def _duration(value: Any) -> timedelta:
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return parse_duration(str(value))
    raise ValueError(f"{quote(value)} is not a duration; write numbers with w, d, h, m or s, such as 7d or 1d12h")


def _clock(value: Any) -> time:
    if isinstance(value, str) and re.fullmatch(_CLOCK, value):
        return time.fromisoformat(value)
    raise ValueError(f'{quote(value)} is not a time of day; write hours and minutes, such as "09:00"')


def _hours(value: Any) -> tuple[time, time]:
    if not (isinstance(value, str) and re.fullmatch(f"{_CLOCK}-{_CLOCK}", value)):
        raise ValueError(f'{quote(value)} is not a span of hours; write from and until, such as "18:00-08:00"')
    begin, end = (time.fromisoformat(part) for part in value.split("-"))
    if begin == end:
        raise ValueError(f'{quote(value)} has no length; write two different times, such as "18:00-08:00"')
    return begin, end


def _day(value: Any) -> date:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"there is no day {value}; check month and day") from None
    raise ValueError(f"{quote(value)} is not a date; write year, month and day, such as 2027-06-30")


def _share(value: Any) -> float:
    share = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    if isinstance(value, str) and (match := re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,6})?) ?%", value)):
        share = float(match[1]) / 100
    if share is None or not 0 <= share <= 1:
        raise ValueError(f"{quote(value)} is not a share; write 20% or 0.2, no more than 100%")
    return float(share)


def _zone(name: str) -> str:
    return parse_zone(name).key


def _version(version: int) -> int:
    if version == 1:
        return version
    raise ValueError(f"{version} is not known; this version of Followthrough reads `version: 1`")


def _email(address: str) -> str:
    if re.fullmatch(r"[^@\s]+@[^@\s]+", address):
        return address
    raise ValueError(f"{quote(address)} is not an e-mail address; write it like ada@acme.test")


def lower(value: Any) -> Any:
    """Return text in lower case, anything else as it is: for words that are known in any case."""
    return value.lower() if isinstance(value, str) else value


def one_of(names: tuple[str, ...]) -> Any:
    """Return the type of a word that must be one of these names."""

    def check(name: str) -> str:
        if name in names:
            return name
        raise ValueError(f"{quote(name)} is not known; {did_you_mean(name, names)}")

    return Annotated[Text, AfterValidator(check), WithJsonSchema({"type": "string", "enum": list(names)})]


Text: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""Words that are not empty."""

Texts: TypeAlias = Annotated[list[Text], Field(min_length=1)]
"""A list that names something."""

Duration: TypeAlias = Annotated[
    timedelta,
    BeforeValidator(_duration),
    WithJsonSchema({"type": "string", "pattern": f"^{PATTERN}$", "examples": ["7d", "1d12h"]}),
]
Version: TypeAlias = Annotated[int, AfterValidator(_version), WithJsonSchema({"const": 1, "examples": [1]})]
Clock: TypeAlias = Annotated[
    time,
    BeforeValidator(_clock),
    WithJsonSchema({"type": "string", "pattern": f"^{_CLOCK}$", "examples": ["09:00"]}),
]
Hours: TypeAlias = Annotated[
    tuple[time, time],
    BeforeValidator(_hours),
    WithJsonSchema({"type": "string", "pattern": f"^{_CLOCK}-{_CLOCK}$", "examples": ["18:00-08:00"]}),
]
Day: TypeAlias = Annotated[
    date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date", "examples": ["2027-06-30"]})
]
Share: TypeAlias = Annotated[
    float,
    BeforeValidator(_share),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": "^[0-9]{1,3}(\\.[0-9]{1,6})? ?%$"},
                {"type": "number", "minimum": 0, "maximum": 1},
            ]
        }
    ),
]
Zone: TypeAlias = Annotated[
    Text, AfterValidator(_zone), WithJsonSchema({"type": "string", "examples": ["Europe/Berlin"]})
]
Email: TypeAlias = Annotated[
    Text, AfterValidator(_email), WithJsonSchema({"type": "string", "format": "email", "examples": ["ada@acme.test"]})
]
