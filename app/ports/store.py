"""Keep everything that must not be lost."""

from collections.abc import AsyncIterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from app.core.activity import Activity
from app.core.allowance import Drawn
from app.core.decision import ItemClass
from app.core.delivery import Delivery
from app.core.memory import Memory
from app.core.notice import Notice
from app.core.person import Person
from app.core.postmortem import PostMortem
from app.core.quiet import Quiet
from app.core.record import Record
from app.core.snapshot import Snapshot
from app.ports.loan import Loan
from app.ports.policy_book import PolicyBook
from app.ports.reports import Reports


@dataclass(frozen=True, slots=True)
class Touch:
    """Make an item due. `only_known`: unless the store has never heard of it, then leave it.

    `epic`: `id` names an epic, and meant are the items that were last seen under it.
    `activity` is a person's doing that a webhook told: the latest is kept with the item for its next run. So is what
    came last of the doings that are no sign of life, `passed_over`.
    `echo_at`: our own write did it, and this is the item's time of update (UTC) after it. Whoever has seen the item as
    it was then need not look again. `delivery` is the id of the webhook that told of it.
    """

    id: str
    because: str
    only_known: bool = False
    activity: Activity | None = None
    epic: bool = False
    passed_over: Activity | None = None
    echo_at: datetime | None = None
    delivery: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """Hold one item on loan. `fence` is void once another worker took it over. `snapshot` is what the last run saw.

    `heard` is the latest that a webhook told of a person's doing, `passed_over` of one that is no sign of life.
    `loan` is shared by what was claimed together. `delivery` is the id of the latest webhook that made it due, None
    where none did.
    """

    tracker: str
    id: str
    fence: int
    touched: int
    attempts: int
    because: tuple[str, ...]
    memory: Memory
    snapshot: Snapshot | None
    heard: Activity | None = None
    passed_over: Activity | None = None
    delivery: str | None = None
    loan: Loan | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Result:
    """Hold what a run leaves behind. `look_again_at` None: only an event makes it due again.

    `quiet` is None for an item that is closed or not watched, `postmortem` where nothing names one. `notices` go
    into the outbox in the same transaction.

    `judged_by` names the policy by which it was judged, and whether it could write.
    """

    snapshot: Snapshot
    memory: Memory
    item_class: ItemClass
    route: str | None
    owner: Person | None
    watched: bool
    look_again_at: datetime | None
    record: Record
    quiet: Quiet | None = None
    postmortem: PostMortem | None = None
    notices: tuple[Notice, ...] = ()
    judged_by: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """Show an item as the store has it. `parked` is the reason why it waits for an event, None when it does not.

    `last` is the latest run that was not in vain; `quiet` is None for an item that is closed or not watched.
    `left` is how it ended or was dropped (`done`, `wont_do`, `moved` and so on), None while it goes on.
    """

    tracker: str
    id: str
    key: str
    snapshot: Snapshot | None
    memory: Memory
    item_class: ItemClass | None
    route: str | None
    owner: Person | None
    watched: bool
    due_at: datetime | None
    attempts: int
    parked: str | None
    last: Record | None
    quiet: Quiet | None = None
    postmortem: PostMortem | None = None
    left: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Name an item during reconcile. `asks`: our comment holds an open question there.

    `judged_by` is that of its last `Result`, None where an older version made it.
    """

    id: str
    updated_at: datetime | None
    watched: bool
    asks: bool
    judged_by: str | None = None


@dataclass(frozen=True, slots=True)
class Watermark:
    """Say up to when a tracker was compared with the store (UTC, by our clock, when the reading began).

    `whole_at` is when all of it was, and `watched` how many tickets there were then.
    """

    at: datetime
    whole_at: datetime
    watched: int


class Store(Protocol):
    """Keep everything. Every method may raise Transient when the database is not there."""

    @property
    def reports(self) -> Reports:
        """Answer reports."""
        ...

    @property
    def policies(self) -> PolicyBook:
        """Remember policies."""
        ...

    async def open(self) -> None:
        """Connect; an embedded database is created and migrated, another one must be up to date or Misconfigured."""
        ...

    async def aclose(self) -> None:
        """Close connections."""
        ...

    async def keep(self, delivery: Delivery, touches: Sequence[Touch], now: datetime) -> bool:
        """Keep a delivery and make its items due, in one transaction; durable when it returns.

        Return False for a duplicate, by delivery id with the same body or by the body alone: nothing changes then.
        Calls of the same moment share a commit. An item is due at once, or `settle` after its last look began.
        """
        ...

    async def touch(self, tracker: str, touches: Sequence[Touch], now: datetime, *, settle: bool = True) -> int:
        """Make items due without a delivery; free parked ones. Return how many were made due."""
        ...

    async def claim(self, limit: int, now: datetime, lease: timedelta, trackers: Sequence[str]) -> Sequence[Claim]:
        """Lend due items of these trackers to the caller, oldest first, those too whose lease ran out.

        A tracker that is paused lends none.
        """
        ...

    async def extend(self, claims: Sequence[Claim], until: datetime) -> None:
        """Move the end of leases that still hold."""
        ...

    async def release(self, claims: Sequence[Claim]) -> None:
        """Hand items back unchanged and due."""
        ...

    async def note(self, claim: Claim, memory: Memory) -> bool:
        """Keep what the item's next run must know even if this one has no end; False when the fence is void.

        A power cut may undo it where it ends us as well.
        """
        ...

    async def record(self, claim: Claim, result: Result, now: datetime) -> bool:
        """Keep what a run found and end its lease; False when the fence is void, and then nothing changes.

        An item that was touched during the run stays due.
        """
        ...

    async def fail(self, claim: Claim, reason: str, retry_at: datetime | None, now: datetime) -> bool:
        """End a failed run's lease: due again at `retry_at`, or parked with the reason when that is None."""
        ...

    async def rename(self, claim: Claim, id_: str, now: datetime) -> None:
        """Replace an item known only by key (`key:PM-7`) by its real id, due at once; what is known of it stays."""
        ...

    async def forget(self, claim: Claim) -> None:
        """Drop an item that never was watched."""
        ...

    async def next_due(self, now: datetime, trackers: Sequence[str]) -> datetime | None:
        """Return when the next item is due, `now` if one is; None when none ever is."""
        ...

    async def wait(self, seconds: float) -> None:
        """Wait until something was made due, by any replica, or the time is over."""
        ...

    async def pause(self, tracker: str, until: datetime) -> None:
        """Let every replica leave this tracker alone until then; an earlier end never shortens a later one."""
        ...

    async def pauses(self, now: datetime) -> Mapping[str, datetime]:
        """Return the trackers that are paused now, and until when."""
        ...

    def known(self, tracker: str) -> AsyncIterator[Sequence[Known]]:
        """Page through the tracker's items."""
        ...

    async def told_of(self, tracker: str, ids: Sequence[str], since: datetime) -> AbstractSet[str]:
        """Return which of them a webhook told of and no run has dealt with, or a run looked at since then."""
        ...

    async def watermark(self, tracker: str) -> Watermark | None:
        """Return up to when the tracker was compared with what is kept; None: never."""
        ...

    async def put_watermark(self, tracker: str, mark: Watermark) -> None:
        """Note up to when the tracker was compared."""
        ...

    async def find(self, tracker: str, reference: str) -> Stored | None:
        """Find an item by id, key, or a key that it had before, in any case."""
        ...

    async def items(
        self,
        *,
        tracker: str | None,
        watched: bool | None,
        after: str | None,
        limit: int,
        postmortem: str | None = None,
    ) -> tuple[Sequence[Stored], str | None]:
        """Return a page of items in a stable order, and the next page's cursor; ValueError for a forged one."""
        ...

    async def records(self, tracker: str, id_: str, limit: int) -> Sequence[Record]:
        """Return an item's records, newest first."""
        ...

    async def deliveries(
        self, *, tracker: str | None, hearing: str | None, limit: int
    ) -> Sequence[tuple[int, Delivery]]:
        """Return deliveries with their numbers, newest first."""
        ...

    async def delivery(self, number: int) -> Delivery | None:
        """Return one delivery."""
        ...

    async def prune(self, before: datetime, limit: int) -> int:
        """Drop deliveries that came before then, the oldest first, so many at most; return how many."""
        ...

    async def writes_since(self, tracker: str, since: datetime) -> int:
        """Count the writes that were recorded since then."""
        ...

    async def draw(self, tracker: str, now: datetime, number: int, limit: int) -> Drawn:
        """Draw so many of the writes that all replicas may make in an hour, or what is left; good for this minute."""
        ...

    async def unseen(self) -> int:
        """Count the items that nobody has looked at yet, but for those whose look failed."""
        ...

    async def counts(self, now: datetime) -> Mapping[str, int]:
        """Return the numbers of `items`, `watched`, `due`, `parked` and `deliveries`."""
        ...
