"""The policy's words for a static rota: `{source: static, people, starts, every, timezone, overrides}`."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from app.core.duration import PATTERN, format_duration, parse_duration
from app.core.hint import nearest, quote
from app.core.zone import parse_zone

EARLIEST, LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2199, 12, 31, tzinfo=UTC)
"""Moments that can be computed with in every zone."""

SHORTEST = timedelta(hours=1)
"""The shortest shift."""

_AS_WRITTEN = "2026-11-02T09:00:00+01:00"


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(
            f"{quote(value)} is not a moment; write date, time and offset, such as {_AS_WRITTEN}"
        ) from None
    if moment.tzinfo is None:
        raise ValueError(f"{quote(value)} has no offset from UTC; write it behind the time, such as {_AS_WRITTEN}")
    if not EARLIEST.replace(tzinfo=None) < moment.replace(tzinfo=None) < LATEST.replace(tzinfo=None):
        raise ValueError(f"{quote(value)} is too far away; write a year between 1970 and 2199")
    return moment


def _period(value: Any) -> timedelta:
    period = parse_duration(str(value))
    if period < SHORTEST:
        raise ValueError(f"{quote(value)} is too short for a shift; write at least 1h")
    return period


def _zone(name: str) -> str:
    return parse_zone(name).key


def _member(email: str, info: ValidationInfo) -> str:
    """Refuse whom the policy does not know; its reader hands in the people's e-mails, later there are none to ask."""
    emails: list[str] | None = (info.context or {}).get("people")
    if emails is None or email.casefold() in {known.casefold() for known in emails}:
        return email
    guess = nearest(email, emails)
    hint = f"did you mean {guess!r}?" if guess else "add them there"
    raise ValueError(f"{quote(email)} is nobody's e-mail under people; {hint}")


Moment: TypeAlias = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": [_AS_WRITTEN]}),
]
Period: TypeAlias = Annotated[
    timedelta,
    BeforeValidator(_period),
    PlainSerializer(format_duration),
    WithJsonSchema({"type": "string", "pattern": f"^{PATTERN}$", "examples": ["7d", "12h"]}),
]
Member: TypeAlias = Annotated[
    str, AfterValidator(_member), WithJsonSchema({"type": "string", "format": "email", "examples": ["ada@acme.test"]})
]


class Override(BaseModel):
    """Let somebody else be on call for a while."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    begins: Moment = Field(alias="from", description="From this moment on.")
    ends: Moment = Field(alias="to", description="Up to this moment, exclusive.")
    who: Member = Field(description="Who is on call instead.")

    @model_validator(mode="after")
    def _forwards(self) -> "Override":
        if self.begins >= self.ends:
            raise ValueError("an override ends before it begins; let `to` be later than `from`")
        return self


class StaticSource(BaseModel):
    """Let people take turns by the wall clock."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    people: list[Member] = Field(
        min_length=1, description="Who takes turns, in this order.", examples=[["ada@acme.test"]]
    )
    starts: Moment = Field(description="When the first one's first turn begins; nobody is on call before.")
    every: Period | None = Field(None, description="How long a turn lasts; without it the one person stays on call.")
    timezone: Annotated[str, AfterValidator(_zone)] | None = Field(
        None, description="IANA name; hand-overs keep their time of day there.", examples=["Europe/Berlin"]
    )
    overrides: list[Override] = Field([], description="Exceptions; of two that overlap the lower one holds.")

    @model_validator(mode="after")
    def _turns(self) -> "StaticSource":
        if self.every is None and len(self.people) > 1:
            raise ValueError("several people need to know when they take turns; add `every: 7d`")
        return self
