"""Write to a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from app.core.digest import Letter
from app.ports.tracker import Problem


@dataclass(frozen=True, slots=True)
class Recipient:
    """Name somebody to write to; `ids` are by system (linear, jira, slack)."""

    name: str
    email: str | None = None
    ids: Mapping[str, str] = field(default_factory=dict)


class Messenger(Protocol):
    """Write to people in one way. Every method may raise Transient, RateLimited, Denied, NotFound or Permanent.

    All of these mean that nothing went out. Denied says that nobody can be reached in this way until the settings are
    mended, the other Permanent ones that this person cannot, or not with this letter.
    """

    repeatable: bool
    """A letter that is sent twice is seen to be the same one, so that it may be sent again when nobody knows."""

    async def address(self, to: Recipient) -> str | None:
        """Return where that person is reached; None: not in this way."""
        ...

    async def send(self, address: str, to: Recipient, letter: Letter) -> None:
        """Send a letter; raise Uncertain where it may have gone out or not."""
        ...

    async def check(self) -> Sequence[Problem]:
        """Look whether the credentials work; return what is wrong."""
        ...

    async def aclose(self) -> None:
        """Give connections back."""
        ...
