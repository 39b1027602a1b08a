"""What the team asked for: `followthrough.yaml` as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any, Literal, TypeAlias

Target: TypeAlias = Mapping[str, Any]
"""A board, epic or rota source in the words of the connector that understands it; the core only passes it on."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Say which tickets of a tracker are action items. Empty `teams`, `projects`, `issue_types`: all of them."""

    tracker: str
    label: str
    teams: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    issue_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Say one way in which an item names its post-mortem: `source` is label, link or parent."""

    source: Literal["label", "link", "parent"]
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class ByUrgency:
    """Hold a duration for urgent items and one for the others; None: not asked for."""

    default: timedelta | None = None
    urgent: timedelta | None = None


@dataclass(frozen=True, slots=True)
class ClassLabel:
    """Name a class's label and the other spellings that mean it."""

    label: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Classes:
    """Name the class labels and how missing and double ones are treated."""

    operational: ClassLabel = ClassLabel("operational")
    strategic: ClassLabel = ClassLabel("strategic")
    due: ByUrgency = ByUrgency()
    risk: str | None = None
    needs_class: str | None = None
    grace: timedelta = timedelta(minutes=10)
    on_conflict: Literal["wait", "latest"] = "wait"


@dataclass(frozen=True, slots=True)
class Size:
    """Say when an item is large; any of these."""

    estimate_at_least: float | None = None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Urgency:
    """Say when an item is urgent; any of these."""

    priorities: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mandate:
    """Give the right to put work on the roadmap. No `areas`: every area. `until` is the last day, None: no end."""

    areas: tuple[str, ...] = ()
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """Describe somebody whom the policy knows. `ids` are by system, as linear, jira, slack or pagerduty."""

    name: str
    email: str
    role: str = ""
    mandate: Mandate | None = None
    ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Goal:
    """Name a business goal."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """Name a connector that can tell who is on call, and its settings."""

    connector: str
    settings: Target


@dataclass(frozen=True, slots=True)
class When:
    """Hold a route's conditions: all that are given must hold, each by any of its words."""

    labels: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    title_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """Say whose an item is: boards and epics by tracker, and the rota. `when` None: the default route."""

    name: str
    area: str | None = None
    when: When | None = None
    on_call: str | None = None
    boards: Mapping[str, Target] = field(default_factory=dict)
    epics: Mapping[str, Target] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rung:
    """Say whom to tell how long after an item went stale."""

    after: timedelta
    tell: Literal["owner", "on_call", "mandate"]


@dataclass(frozen=True, slots=True)
class Stale:
    """Say how long each class may stay quiet, and what happens then.

    `tell_old`: people hear also of what had been quiet for too long already when it was first seen.
    """

    operational: ByUrgency = ByUrgency()
    strategic: ByUrgency = ByUrgency()
    unclassified: ByUrgency = ByUrgency()
    ladder: tuple[Rung, ...] = ()
    longest_snooze: timedelta = timedelta(days=30)
    snoozes: int = 2
    tell_old: bool = False


@dataclass(frozen=True, slots=True)
class Messages:
    """Say when and how often people may be written to. Hours are wall clock in `timezone`, an IANA name."""

    digest_at: time = time(9)
    timezone: str = "UTC"
    quiet_days: tuple[str, ...] = ()
    quiet_from: time | None = None
    quiet_until: time | None = None
    per_person_per_day: int = 1
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """Bound what we write. `largest_change` is a share of the open items, 0.2 for 20 %."""

    writes_per_hour: int = 600
    largest_change: float = 0.2
    flips: int = 3


@dataclass(frozen=True, slots=True)
class Policy:
    """Hold the whole policy. `digest` changes whenever the file's meaning does; `where` is the file's name."""

    watch: tuple[Watch, ...]
    routes: tuple[Route, ...] = ()
    postmortem: tuple[Origin, ...] = ()
    classes: Classes = Classes()
    size: Size = Size()
    urgency: Urgency = Urgency()
    people: tuple[Member, ...] = ()
    mandate_roles: tuple[str, ...] = ()
    goals: tuple[Goal, ...] = ()
    on_call: Mapping[str, tuple[Source, ...]] = field(default_factory=dict)
    stale: Stale = Stale()
    bots: tuple[str, ...] = ()
    relays: tuple[str, ...] = ()
    messages: Messages = Messages()
    limits: Limits = Limits()
    digest: str = ""
    where: str = "followthrough.yaml"

    def watches(self, tracker: str) -> tuple[Watch, ...]:
        """Return what is watched on that tracker."""
        return tuple(watch for watch in self.watch if watch.tracker == tracker)

    def member(self, email: str | None) -> Member | None:
        """Return whom the policy knows by that e-mail, in any case."""
        wanted = (email or "").casefold()
        return next((member for member in self.people if member.email.casefold() == wanted), None)
