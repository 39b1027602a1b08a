"""Read the policy's words for a calendar: its name in the settings, and how people are named in it."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

NAME = "ical"


def _pattern(text: str) -> str:
    try:
        groups = re.compile(text).groupindex
    except re.error as error:
        raise ValueError(f"is no regular expression ({error})") from None
    if "name" not in groups:
        raise ValueError("must say which part is the name: write it as (?P<name>…)")
    return text


class IcalSource(BaseModel):
    """Name the calendar whose events are the rota's shifts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    calendar: str = Field(
        min_length=1, description="The calendar's name in FOLLOWTHROUGH_ICAL_URLS.", examples=["payments"]
    )
    summary_pattern: Annotated[str, AfterValidator(_pattern)] | None = Field(
        None,
        max_length=200,
        description="Which part of an event's title is somebody's name, where it shows no e-mail.",
        examples=["On Call - (?P<name>.+?) - "],
    )
