"""Stand in for a tracker and a clock, in memory."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from app.core.activity import Activity
from app.core.change import AddLabel, Assign, Change, LinkToEpic, MoveToBoard, RemoveLabel, Say, SetDue, name_of
from app.core.person import Person
from app.core.policy import Classes, ClassLabel, Policy, Route, Source, Target, Watch
from app.core.snapshot import BoardFact, Choice, Epic, EpicFact, Snapshot
from app.ports import METER, Applied, Caller, Meter, Problem, Seen

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
GRACE = timedelta(minutes=10)
LINUS = Person("u-linus", "Linus Duty", "linus@acme.test")
GRACE_HOPPER = Person("u-grace", "Grace Hopper", "grace@acme.test")
EPIC = Epic("project", "p-1", "p-1", "Q4 Reliability", "https://linear.test/p-1", owner=GRACE_HOPPER)

POLICY = Policy(
    watch=(Watch("linear", "post-mortem"),),
    classes=Classes(
        ClassLabel("operational", ("ops",)), ClassLabel("strategic"), needs_class="needs-class", grace=GRACE
    ),
    on_call={"ops": (Source("rota", {"name": "ops"}),)},
    routes=(Route("all", on_call="ops", boards={"linear": {"team": "OPS"}}, epics={"linear": {"project": "Q4"}}),),
)


def item(id_: str, *labels: str, **more: object) -> Snapshot:
    """Return an item that Grace created a minute ago."""
    made = Snapshot(
        "linear", id_, f"ENG-{id_}", f"Item {id_}", "https://linear.test", NOW, NOW, labels=("post-mortem", *labels)
    )
    return replace(made, team="ENG", creator=GRACE_HOPPER, **more)  # type: ignore[arg-type]  # fields by name


@dataclass
class FakeClock:
    """Tell a time that tests move."""

    at: datetime = NOW

    def now(self) -> datetime:
        """Return the time."""
        return self.at


@dataclass
class FakeRota:
    """Answer with these callers, or raise this error."""

    callers: Sequence[Caller] = (Caller("Linus Duty", "linus@acme.test"),)
    error: Exception | None = None
    asked: int = 0

    async def who(self, settings: Target, at: datetime) -> Sequence[Caller]:
        """Answer."""
        self.asked += 1
        if self.error is not None:
            raise self.error
        return self.callers


@dataclass
class FakeTracker:
    """Hold items and write what it is told; `refuses` names changes it will not take, `errors` what calls raise."""

    name: str = "linear"
    items: dict[str, Snapshot] = field(default_factory=dict)
    people: Sequence[Person] = (LINUS, GRACE_HOPPER)
    refuses: Mapping[str, str] = field(default_factory=dict)
    errors: dict[str, Exception] = field(default_factory=dict)
    hidden: str | None = None
    shows: bool = True
    now: datetime = NOW
    within: list[timedelta | None] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    patient: list[bool] = field(default_factory=list)
    histories: dict[str, tuple[Activity, ...]] = field(default_factory=dict)
    ours: frozenset[str] = frozenset()

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if (meter := METER.get()) is not None:
            meter.calls += 1
        if name in self.errors:
            raise self.errors[name]

    async def look(self, ids: Sequence[str]) -> Mapping[str, Snapshot]:
        """Return those that are there."""
        self._call("look")
        return {id_: self.items[id_] for id_ in ids if id_ in self.items}

    async def board(self, snapshot: Snapshot, target: Target, seen: BoardFact | None) -> BoardFact:
        """Tell by the team."""
        here = snapshot.team == target["team"]
        return BoardFact(here, self.hidden if here else None)

    async def epic(self, snapshot: Snapshot, target: Target) -> EpicFact:
        """Tell by the project."""
        return EpicFact(any(epic.id == EPIC.id for epic in snapshot.epics), EPIC)

    async def choices(self, snapshot: Snapshot, labels: Sequence[str]) -> tuple[Choice, ...]:
        """Return nothing: nobody knows."""
        return ()

    async def history(self, ids: Sequence[str]) -> Mapping[str, tuple[Activity, ...]]:
        """Return what was done to those that are there; nothing unless `histories` says it."""
        self._call("history")
        return {id_: self.histories.get(id_, ()) for id_ in ids if id_ in self.items}

    def is_ours(self, person: Person | None) -> bool:
        """Tell by the ids in `ours`."""
        return person is not None and person.id in self.ours

    async def person(self, *, ids: Mapping[str, str], email: str | None, name: str | None) -> Person | None:
        """Find by e-mail."""
        return next((person for person in self.people if person.email == email), None)

    async def apply(self, snapshot: Snapshot, changes: Sequence[Change]) -> Applied:
        """Write what it takes."""
        self.patient.append((METER.get() or Meter()).patient)
        self._call("say" if all(isinstance(change, Say) for change in changes) else "write")
        done = tuple(change for change in changes if name_of(change) not in self.refuses)
        now = self.items[snapshot.id]
        for change in done:
            now = written(now, change)
        self.items[snapshot.id] = now
        refused = {name_of(change): self.refuses[name_of(change)] for change in changes if change not in done}
        said = any(isinstance(change, Say) for change in done)
        return Applied(done, refused, now if self.shows else None, "c-1" if said else None)

    async def watched(self, watches: Sequence[Watch], within: timedelta | None = None) -> AsyncIterator[Sequence[Seen]]:
        """Page through everything, or what changed so short a time before `now`."""
        self._call("watched")
        self.within.append(within)
        since = None if within is None else self.now - within
        yield [Seen(one.id, one.updated_at) for one in self.items.values() if since is None or one.updated_at >= since]

    async def check(self) -> Sequence[Problem]:
        """Find nothing wrong."""
        return ()

    async def aclose(self) -> None:
        """Do nothing."""


def written(now: Snapshot, change: Change) -> Snapshot:
    """Return the item after a change."""
    match change:
        case AddLabel(label):
            now = replace(now, labels=(*now.labels, label))
        case RemoveLabel(label):
            now = replace(now, labels=tuple(name for name in now.labels if name != label))
        case MoveToBoard(_, target):
            now = replace(now, team=target["team"])
        case LinkToEpic(_, epic, _):
            now = replace(now, epics=(epic,))
        case Assign(person):
            now = replace(now, assignee=person)
        case SetDue(day):
            now = replace(now, due=day)
        case Say():
            pass
    return now
