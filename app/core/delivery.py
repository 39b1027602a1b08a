"""One webhook call, as it came in and as it was understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.core.activity import Activity
from app.core.person import Person


class Hearing(StrEnum):
    """Say how an event is treated: there is no fourth way."""

    HANDLED = "handled"
    IGNORED = "ignored"
    """Known by name, and known not to matter."""
    UNKNOWN = "unknown"
    """Kept for a person to look at."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Pass on what an event tells about its item's place, to spare a look at tickets that cannot be action items.

    None means that the event does not say. Names, not ids; the item's snapshot is read fresh all the same.
    """

    labels: frozenset[str] | None = None
    team: str | None = None
    project: str | None = None
    issue_type: str | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """Say in our words what a delivery is about.

    `event` is the vendor's own name of it (`Issue.update`, `jira:issue_created`). `items` are the tracker's immutable
    ids; `key:PM-7` where the event carries only a key. `epics` are ids of projects or parents whose items must be
    looked at. `by` is the actor, None where the event does not say or a machine acted on its own. `because` says why
    the event was ignored or is unknown. `beside`: it is about something that hangs on the items, such as a comment,
    which makes no ticket an action item that was none. `activity` is what it tells to have been done to the items.
    `updated_at` (UTC) is the item's own time of update, where the event shows the item as it was then.
    """

    hearing: Hearing
    event: str
    items: tuple[str, ...] = ()
    epics: tuple[str, ...] = ()
    by: Person | None = None
    hint: Hint = field(default_factory=Hint)
    because: str = ""
    beside: bool = False
    activity: Activity | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """Hold one webhook call as it is kept: the raw body and what was understood of it.

    `delivery_id` is the sender's, or the digest where it sends none. `digest` is the SHA-256 of the body, in hex.
    `received_at` is UTC. `headers` hold only what helps to replay: never a signature or a secret.
    """

    tracker: str
    delivery_id: str
    digest: str
    received_at: datetime
    headers: Mapping[str, str]
    body: bytes
    heard: Heard
