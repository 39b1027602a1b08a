"""Tell who is on call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from app.core.policy import Target


@dataclass(frozen=True, slots=True)
class Caller:
    """Name somebody on call, in the source's words; `ids` are by system (linear, jira, pagerduty)."""

    name: str
    email: str | None = None
    ids: Mapping[str, str] = field(default_factory=dict)


class OnCall(Protocol):
    """Tell who is on call."""

    async def who(self, settings: Target, at: datetime) -> Sequence[Caller]:
        """Return who is on call at that time (UTC), the first one first; empty: nobody, which is an answer.

        Raise Transient, Denied or NotFound when the source cannot tell.
        """
        ...
