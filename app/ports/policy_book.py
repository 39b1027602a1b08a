"""Remember which policy was let write, which one waits for an approval, and which got one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Waiting:
    """Show a policy that may not write yet: to `written` of `items` open items it would, and `most` is its own limit.

    `most` is a share, 0.2 for 20 %. `unsure` counts the items of which nobody could be asked.
    """

    digest: str
    file: str
    written: int
    items: int
    most: float
    since: datetime
    unsure: int = 0


class PolicyBook(Protocol):
    """Keep, for all replicas, what is known of policies by their digests. Every method may raise Transient."""

    async def lets(self, digest: str) -> bool:
        """Tell whether it may write: it is the one that was last in force, or it was approved."""
        ...

    async def in_force(self) -> str | None:
        """Return the digest of the policy that was put in force last, by any replica; None: none ever was."""
        ...

    async def is_new(self) -> bool:
        """Tell whether no policy has ever been in force."""
        ...

    async def put_in_force(self, digest: str, file: str, now: datetime) -> None:
        """Note that it is the one in force; whatever waited is over, unless a replica says anew that it waits."""
        ...

    async def wait(self, waiting: Waiting) -> None:
        """Note that it waits, and why; one that waited already does so since it began to, an approved one stays so."""
        ...

    async def waiting(self) -> Sequence[Waiting]:
        """Return what waits, the latest first."""
        ...

    async def approve(self, digest: str, now: datetime) -> bool:
        """Let one that waits write, now and ever after; False when it does not wait."""
        ...
