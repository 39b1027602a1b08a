"""Register the tracker's webhook, as an administrator."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from app.core.policy import Policy
from app.ports.examiner import Diagnosis


@dataclass(frozen=True, slots=True)
class Hook:
    """Show one webhook that leads to a door of ours; `about` says what it tells of."""

    url: str
    enabled: bool
    about: str


class Registrar(Protocol):
    """Register and show webhooks. Raise Denied where our account may not."""

    async def status(self, policy: Policy, door: str | None) -> tuple[Sequence[Hook], Sequence[Diagnosis]]:
        """Return the webhooks that lead to a door like ours, and what is wrong with them."""
        ...

    async def register(self, policy: Policy, door: str, secret: str, *, fresh: bool) -> Sequence[str]:
        """Make the webhook, or mend the one that is there; return what was done in sentences, empty: nothing.

        `fresh`: the secret was made just now, so no webhook can have it.
        """
        ...

    def clicks(self, policy: Policy, door: str) -> Sequence[str]:
        """Return what somebody with more rights clicks instead, step by step."""
        ...


@runtime_checkable
class Registers(Protocol):
    """Offer a registrar; trackers do beside their other promises."""

    async def registrar(self) -> Registrar:
        """Return what registers webhooks here."""
        ...
