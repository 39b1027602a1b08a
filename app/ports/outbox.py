"""Keep what people should hear until they were told, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeAlias

from app.core.digest import Message
from app.ports.messenger import Recipient

Fate: TypeAlias = Literal["waiting", "sent", "unsure", "comment"]
"""What became of messages: back to wait, sent, sent or not, or left to the item's own comment."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Hold a letter that was about to be sent and of which nobody noted how that ended."""

    letter: str
    channel: str
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Hold on loan what waits for one person (by their key). `fence` is void once another replica took it over.

    `sent` are the times (UTC) of the letters of the last two days without the one that is `begun`. `attempts` counts
    what failed in a row.
    """

    person: str
    to: Recipient
    fence: int
    touched: int
    attempts: int
    waiting: tuple[Message, ...] = ()
    sent: tuple[datetime, ...] = ()
    begun: Begun | None = None


class Outbox(Protocol):
    """Keep messages. Every method may raise Transient when the database is not there."""

    async def claim(self, limit: int, now: datetime, lease: timedelta) -> Sequence[Mailbox]:
        """Lend mailboxes that are due to the caller, those too whose lease ran out."""
        ...

    async def begin(self, mailbox: Mailbox, letter: str, channel: str, numbers: Sequence[int], now: datetime) -> bool:
        """Note that these messages are about to go out in a letter; durable when it returns.

        `attempts` counts anew from here, or goes on where that letter was begun before. False when the fence is void
        or one of them does not wait any more: then nothing is noted.
        """
        ...

    async def end(
        self,
        mailbox: Mailbox,
        *,
        numbers: Sequence[int] = (),
        fate: Fate | None = None,
        again_at: datetime | None,
        attempts: int = 0,
        now: datetime,
    ) -> bool:
        """Note what became of these messages and end the loan; False when the fence is void: then nothing changes.

        The mailbox is due again at `again_at`, or at once when something came in meanwhile.
        """
        ...

    async def prune(self, before: datetime, after: int, limit: int) -> tuple[int, int | None]:
        """Drop what was settled before then and guards nothing: withdrawn, or about an item that ended before then.

        Looks at so many messages behind the number `after`; returns how many went, and from where to go on, None at
        the end.
        """
        ...

    async def next_due(self, now: datetime) -> datetime | None:
        """Return when the next mailbox can be claimed, `now` if one can."""
        ...
