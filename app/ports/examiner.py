"""Look a set-up over: what a tracker can say of everything that the policy names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from app.core.policy import Policy

Level: TypeAlias = Literal["error", "warning", "unchecked"]
"""error: something will not work; warning: it may not be what was meant; unchecked: our account may not look."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Name one thing that is wrong with the set-up: a stable id, what is wrong, how to mend it, where (an address)."""

    id: str
    message: str
    hint: str
    link: str | None = None
    level: Level = "error"


@runtime_checkable
class Examiner(Protocol):
    """Look everything up that the policy names; trackers offer it beside their other promises."""

    async def examine(self, policy: Policy, door: str | None) -> Sequence[Diagnosis]:
        """Return what is wrong; empty when nothing is.

        `door` is the address that webhooks are to be sent to, None where nobody said what people reach us by.
        Nothing is raised for a tracker that cannot be reached or refuses us: that is a diagnosis too.
        """
        ...
