"""An item as it is now, in our words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.core.activity import Activity
from app.core.person import Person


class Kind(StrEnum):
    """Tell a ticket that can be an action item from one that holds others."""

    ITEM = "item"
    EPIC = "epic"
    SUB_TASK = "sub_task"


class Standing(StrEnum):
    """Say whether work on a ticket goes on."""

    OPEN = "open"
    DONE = "done"
    WONT_DO = "wont_do"


@dataclass(frozen=True, slots=True)
class Epic:
    """Name what a strategic item belongs under.

    `kind` is `project` or `parent`: an item can have one of each. `owner` is the project's lead or the ticket's
    assignee. `by_type`: the tracker itself calls it an epic or a project; any other ticket that holds items may as
    well be their post-mortem. `seen` is false when the item names an epic of which the tracker shows us nothing more.
    """

    kind: str
    id: str
    key: str
    title: str
    url: str
    open: bool = True
    owner: Person | None = None
    by_type: bool = False
    seen: bool = True


@dataclass(frozen=True, slots=True)
class Comment:
    """Quote one comment: `body` is plain text, its first line as it was typed.

    `by` typed what it says now: whoever edited it last, where the tracker tells. `ours`: our own account made it.
    """

    id: str
    at: datetime
    by: Person | None
    body: str
    ours: bool = False
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BoardFact:
    """Tell whether an item stands on a route's board.

    `here`: everything that puts it there is set. `hidden_because` names the board's condition that fails although it
    is `here`; None while it shows or nobody has asked. `mark` is an opaque fingerprint of what was examined, to be
    remembered and handed back, so that an unchanged item is not examined twice.
    """

    here: bool
    hidden_because: str | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class EpicFact:
    """Tell whether an item stands under a route's epic.

    `epic` is the route's epic, None when it does not exist or cannot be seen. `refusal` says why it cannot be the
    item's parent, None when it can; `under` then tells whether the two are linked instead.
    """

    under: bool
    epic: Epic | None = None
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class OnCallFact:
    """Tell who is on call.

    `person` is the tracker's person; None with a `name` means that the tracker does not know them, None without one
    that nobody is on call. `tried` says in a sentence what each source answered. `unanswered`: a source that may well
    name somebody could not be asked, and soon can be.
    """

    person: Person | None = None
    name: str | None = None
    tried: tuple[str, ...] = ()
    unanswered: bool = False


@dataclass(frozen=True, slots=True)
class DeciderFact:
    """Tell whom a risk's statement names, among the tracker's people; `person` is None for nobody."""

    person: Person | None = None


@dataclass(frozen=True, slots=True)
class HolderFact:
    """Tell who has the mandate for an item, among the tracker's people; `person` is None for nobody."""

    person: Person | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Say who put a class label on the item, and when (UTC)."""

    label: str
    at: datetime
    by: Person | None


@dataclass(frozen=True)
class Facts:
    """Hold what the flow found out for the rules beyond the item itself; see `app.core.needs`.

    `board` and `epic` belong to the item's route; None where nobody asked. `choices` are oldest first.
    """

    board: BoardFact | None = None
    epic: EpicFact | None = None
    on_call: OnCallFact | None = None
    choices: tuple[Choice, ...] | None = None
    decider: DeciderFact | None = None
    holder: HolderFact | None = None


@dataclass(frozen=True)
class Snapshot:
    """Show an item as the tracker has it. All times are UTC.

    `labels` keep the tracker's spelling; `exact_labels`: another case is another label there. `full_names` are those
    among them that are a second name, each with the other name of the same label. `team` is Linear's team key or
    Jira's project key; `project` Linear's project name or Jira's project key. `assignee` and `creator` may be inactive
    or bots. `priority` is the tracker's word for it.
    `here` is false once it was archived, trashed or deleted. `comments` are the latest, oldest first.
    `links` are addresses attached to it. `history` is what was done to it, oldest first, None where nobody asked for
    it; `heard` what webhooks told of that since the last look. `native` is the connector's own, for its `apply`.
    """

    tracker: str
    id: str
    key: str
    title: str
    url: str
    created_at: datetime
    updated_at: datetime
    description: str = ""
    standing: Standing = Standing.OPEN
    state: str = ""
    kind: Kind = Kind.ITEM
    issue_type: str | None = None
    labels: tuple[str, ...] = ()
    exact_labels: bool = False
    full_names: tuple[tuple[str, str], ...] = ()
    team: str | None = None
    project: str | None = None
    components: tuple[str, ...] = ()
    assignee: Person | None = None
    creator: Person | None = None
    due: date | None = None
    estimate: float | None = None
    priority: str | None = None
    epics: tuple[Epic, ...] = ()
    old_keys: tuple[str, ...] = ()
    here: bool = True
    comments: tuple[Comment, ...] = ()
    links: tuple[str, ...] = ()
    history: tuple[Activity, ...] | None = None
    heard: tuple[Activity, ...] = ()
    facts: Facts = field(default_factory=Facts)
    native: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def epic_of_kind(self, kind: str) -> Epic | None:
        """Return the epic of that kind that the item is under."""
        return next((epic for epic in self.epics if epic.kind == kind), None)
