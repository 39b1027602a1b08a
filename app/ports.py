"""What the flow needs from outside, as promises that stores and connectors keep."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from app.core.change import Change
from app.core.decision import ItemClass
from app.core.delivery import Delivery, Heard, Seal
from app.core.memory import Memory
from app.core.person import Person
from app.core.policy import Policy, Target, Watch
from app.core.record import Record
from app.core.snapshot import BoardFact, Choice, EpicFact, Snapshot

# --- time and counting ---


class Clock(Protocol):
    """Tell the time."""

    def now(self) -> datetime:
        """Return the time now, aware, UTC."""
        ...


@dataclass(slots=True)
class Meter:
    """Count the API calls made on behalf of one run."""

    calls: int = 0


METER: ContextVar[Meter | None] = ContextVar("meter", default=None)
"""The meter of the run in progress; connectors' HTTP adds to it, the flow reads it."""

# --- trackers ---


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

    async def person(self, *, ids: Mapping[str, str], email: str | None, name: str | None) -> Person | None:
        """Find somebody among the tracker's people, by its own id in `ids`, else by e-mail; None: unknown to it."""
        ...

    async def apply(self, snapshot: Snapshot, changes: Sequence[Change]) -> Applied:
        """Write these changes in as few calls as the API allows: all but the comment in one.

        Doing it twice does no harm. What the tracker refuses for good is in `refused`; the rest is done all the same.
        """
        ...

    def watched(self, watches: Sequence[Watch]) -> AsyncIterator[Sequence[Seen]]:
        """Page through everything that is watched, open or closed, a page at a time."""
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

    def seal(self, headers: Mapping[str, str], raw: bytes, secrets: Sequence[str], now: datetime) -> Seal:
        """Check the signature over the raw bytes in constant time, against every secret; names are lower case."""
        ...

    def delivery_id(self, headers: Mapping[str, str]) -> str | None:
        """Return the sender's id of this delivery, None where it gives none."""
        ...

    def hear(self, headers: Mapping[str, str], body: Any) -> Heard:
        """Say what the parsed JSON body is about."""
        ...


# --- people on call ---


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


# --- the store ---


@dataclass(frozen=True, slots=True)
class Touch:
    """Make an item due. `only_known`: unless the store has never heard of it, then leave it."""

    id: str
    because: str
    only_known: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """Hold one item on loan. `fence` is void once another worker took it over. `snapshot` is what the last run saw."""

    tracker: str
    id: str
    fence: int
    touched: int
    attempts: int
    because: tuple[str, ...]
    memory: Memory
    snapshot: Snapshot | None


@dataclass(frozen=True, slots=True)
class Result:
    """Hold what a run leaves behind. `look_again_at` None: only an event makes it due again."""

    snapshot: Snapshot
    memory: Memory
    item_class: ItemClass
    route: str | None
    owner: Person | None
    watched: bool
    look_again_at: datetime | None
    record: Record


@dataclass(frozen=True, slots=True)
class Stored:
    """Show an item as the store has it. `parked` is the reason why it waits for an event, None when it does not."""

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


@dataclass(frozen=True, slots=True)
class Known:
    """Name an item during reconcile. `asks`: our comment holds an open question there."""

    id: str
    updated_at: datetime | None
    watched: bool
    asks: bool


class Store(Protocol):
    """Keep everything. Every method may raise Transient when the database is not there."""

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
        """Lend due items of these trackers to the caller, oldest first, those too whose lease ran out."""
        ...

    async def extend(self, claims: Sequence[Claim], until: datetime) -> None:
        """Move the end of leases that still hold."""
        ...

    async def release(self, claims: Sequence[Claim]) -> None:
        """Hand items back unchanged and due."""
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

    async def under_epic(self, tracker: str, epic_ids: Sequence[str]) -> Sequence[str]:
        """Return the ids of the items that were last seen under any of these epics."""
        ...

    async def find(self, tracker: str, reference: str) -> Stored | None:
        """Find an item by id, key, or a key that it had before, in any case."""
        ...

    async def items(
        self, *, tracker: str | None, watched: bool | None, after: str | None, limit: int
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

    async def writes_since(self, tracker: str, since: datetime) -> int:
        """Count the writes that were recorded since then."""
        ...

    async def counts(self, now: datetime) -> Mapping[str, int]:
        """Return the numbers of `items`, `watched`, `due`, `parked` and `deliveries`."""
        ...


# --- connectors ---


class Sandbox(Protocol):
    """Play a tracker in memory behind a real socket, for the demo and the tests.

    People act by e-mail; items are named by id. `view` shows plain words: key, title, labels, team (or project), board
    (the names of the boards that show it), state, assignee (e-mail), epic (title), due, comments [{by, body}].
    """

    url: str

    async def start(self) -> None:
        """Listen on a free loopback port."""
        ...

    async def aclose(self) -> None:
        """Stop listening; webhooks under way are dropped."""
        ...

    def environment(self) -> Mapping[str, str]:
        """Return the settings that point the service at this sandbox, by their full names, webhook secret included."""
        ...

    def policy(self, grace: str = "3s") -> str:
        """Return a `followthrough.yaml` that fits what stands in the sandbox."""
        ...

    def send_webhooks_to(self, url: str) -> None:
        """Sign and send every later event there."""
        ...

    async def create(self, by: str, title: str, labels: Sequence[str] = (), **fields: Any) -> str:
        """Create a ticket as a person would; return its id."""
        ...

    async def update(self, item: str, by: str, **fields: Any) -> None:
        """Edit a ticket as a person would: labels, assignee, state, due, epic, title, team."""
        ...

    async def comment(self, item: str, by: str, body: str) -> None:
        """Comment as a person would."""
        ...

    async def redeliver(self) -> None:
        """Send the latest webhook once more, byte for byte."""
        ...

    async def drain(self) -> None:
        """Wait until every webhook was received or given up."""
        ...

    def view(self, item: str) -> Mapping[str, Any]:
        """Show a ticket."""
        ...

    def calls(self) -> Sequence[str]:
        """Return the names of the API calls that the service made, in order, such as `PUT issue`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Say what a connector offers; found as `MANIFEST` in its package.

    `settings` is a pydantic-settings class. `configured` tells whether its credentials are set; `missing` names what is
    wrong or lacking, a line each. `board`, `epic` and `source` are pydantic models of the policy's words for it.
    """

    name: str
    title: str
    settings: type[Any]
    configured: Callable[[Any], bool] = lambda _settings: True
    missing: Callable[[Any], Sequence[str]] = lambda _settings: ()
    tracker: Callable[[Any, Policy], Tracker] | None = None
    door: Callable[[], Door] | None = None
    secrets: Callable[[Any], Sequence[str]] = lambda _settings: ()
    on_call: Callable[[Any, Policy, Mapping[str, Tracker]], OnCall] | None = None
    sandbox: Callable[[], Sandbox] | None = None
    board: type[Any] | None = None
    epic: type[Any] | None = None
    source: type[Any] | None = None
