"""Speak to a tracker, and understand what it sends."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from app.core.activity import Activity
from app.core.change import Change
from app.core.delivery import Heard
from app.core.person import Person
from app.core.policy import Target, Watch
from app.core.snapshot import BoardFact, Choice, EpicFact, Snapshot


@dataclass(frozen=True, slots=True)
class Applied:
    """Tell what became of a plan.

    `done` are the changes that took effect or had before. `refused` gives for each change name why the tracker will not
    take it, in a sentence. `snapshot` is the item after the writes where the answer showed it, else None: the changes
    are then seen by the next look. `comment_id` is the living comment's id if the plan spoke; `comment_gone`: it was to
    be edited but somebody had deleted it.
    """

    done: tuple[Change, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    snapshot: Snapshot | None = None
    comment_id: str | None = None
    comment_gone: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """Name one watched ticket during reconcile: its id, and when the tracker last changed it (UTC)."""

    id: str
    updated_at: datetime
    open: bool = True


@dataclass(frozen=True, slots=True)
class Problem:
    """Name one thing that is wrong with the set-up, with a stable id and how to mend it.

    `blocks`: deliveries cannot be kept or items not be worked on until it is mended. A tracker that is down blocks
    nothing: what it sends later is kept, and what we write to it is tried again.
    """

    id: str
    message: str
    hint: str
    blocks: bool = False


class Tracker(Protocol):
    """Speak to one tracker. Every method may raise Transient, RateLimited, Denied; writes also Permanent."""

    name: str

    async def look(self, ids: Sequence[str]) -> Mapping[str, Snapshot]:
        """Read items by id (or `key:PM-7`) in as few calls as the API allows, under the ids that were asked for.

        An id that is not in the answer is not there or not to be seen. Credentials that fail raise Denied instead.
        """
        ...

    async def board(self, snapshot: Snapshot, target: Target, seen: BoardFact | None) -> BoardFact:
        """Tell whether the item stands on that board; `seen` is what was found last, to spare calls while it holds."""
        ...

    async def epic(self, snapshot: Snapshot, target: Target) -> EpicFact:
        """Tell whether the item stands under that epic; asks the tracker only when it does not."""
        ...

    async def choices(self, snapshot: Snapshot, labels: Sequence[str]) -> tuple[Choice, ...]:
        """Return who added these labels and when, oldest first, from the item's history."""
        ...

    async def history(self, ids: Sequence[str]) -> Mapping[str, tuple[Activity, ...]]:
        """Return what was done to each of these items, oldest first, in as few calls as the API allows.

        Ids as in `look`, without `key:`; an id that is not in the answer is not there or not to be seen. The creation
        is left out, for the snapshot tells it. Of a long history it is the end that counts: what lies before the
        latest doing of a person may be left out.
        """
        ...

    def is_ours(self, person: Person | None) -> bool:
        """Tell whether that is our own account, as far as is known: a tracker knows it after its first call."""
        ...

    async def person(self, *, ids: Mapping[str, str], email: str | None, name: str | None) -> Person | None:
        """Find somebody among the tracker's people, by its own id in `ids`, else by e-mail; None: unknown to it."""
        ...

    async def apply(self, snapshot: Snapshot, changes: Sequence[Change]) -> Applied:
        """Write these changes in as few calls as the API allows: all but the comment in one.

        Doing it twice does no harm. What the tracker refuses for good is in `refused`; the rest is done all the same.
        """
        ...

    def watched(self, watches: Sequence[Watch], within: timedelta | None = None) -> AsyncIterator[Sequence[Seen]]:
        """Page through everything that is watched, open or closed, a page at a time.

        `within`: only what changed in so long a time before now, by the tracker's own clock.
        """
        ...

    async def check(self) -> Sequence[Problem]:
        """Look whether the credentials work; return what is wrong."""
        ...

    async def aclose(self) -> None:
        """Give connections back."""
        ...


class Door(Protocol):
    """Understand a tracker's webhooks. Pure: no I/O, and no exception whatever comes in."""

    kept_headers: frozenset[str]
    """Lower-case names of the headers worth keeping: never a signature or secret."""

    def signed(self, headers: Mapping[str, str], raw: bytes, secrets: Sequence[str]) -> bool:
        """Check the signature over the raw bytes in constant time, against every secret; names are lower case."""
        ...

    def in_time(self, body: Any, now: datetime) -> bool:
        """Tell whether the parsed JSON body is neither too old nor from the future."""
        ...

    def stamped(self, body: Any) -> bool:
        """Tell whether the parsed JSON body says when it was sent, so that the same body means the same event."""
        ...

    def delivery_id(self, headers: Mapping[str, str]) -> str | None:
        """Return the sender's id of this delivery, None where it gives none."""
        ...

    def hear(self, headers: Mapping[str, str], body: Any) -> Heard:
        """Say what the parsed JSON body is about."""
        ...
