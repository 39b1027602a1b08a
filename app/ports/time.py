"""Tell the time, and count calls."""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tell the time."""

    def now(self) -> datetime:
        """Return the time now, aware, UTC."""
        ...


@dataclass(slots=True)
class Meter:
    """Count the API calls made on behalf of one run; for a `patient` one nobody waits: no webhook asked for it."""

    calls: int = 0
    patient: bool = False


METER: ContextVar[Meter | None] = ContextVar("meter", default=None)
"""The meter of the run in progress; connectors' HTTP adds to it, the flow reads it."""
