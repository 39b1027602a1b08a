"""Tell what a tracker's request budget is spent on, and what is left of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol, TypeAlias, runtime_checkable

Ended: TypeAlias = Literal["ok", "refused", "limited", "failed"]
"""How a call ended: answered, refused for good, told to slow down, or without an answer that can be used."""


class Allowance(NamedTuple):
    """Say how much of something is left of how much, as the tracker said last; `limit` None: it did not say."""

    left: float
    limit: float | None


@dataclass(frozen=True, slots=True)
class Spending:
    """Count calls since the start by how they ended; `left` has the tracker's allowances by their few kinds."""

    calls: Mapping[Ended, int] = field(default_factory=dict)
    left: Mapping[str, Allowance] = field(default_factory=dict)


@runtime_checkable
class Spender(Protocol):
    """Tell what was spent; trackers offer it beside their other promises."""

    def spending(self) -> Spending:
        """Return what was spent since the start; asks nobody."""
        ...
