"""Keep the tracker's promises for Linear."""

import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime, timedelta

from app.core.activity import Activity
from app.core.change import Change
from app.core.person import Person
from app.core.policy import Policy, Target, Watch
from app.core.snapshot import BoardFact, Choice, EpicFact, Snapshot
from app.ports import Applied, Problem, Seen
from app.ports.examiner import Diagnosis
from app.ports.spending import Spending
from app.ports.surveyor import Survey
from connectors.linear import documents, history, past
from connectors.linear.apply import Writer
from connectors.linear.board import board_ahead, board_fact
from connectors.linear.client import Graph, Node
from connectors.linear.draft import Drafter
from connectors.linear.epics import Epics
from connectors.linear.examine import Examination
from connectors.linear.health import Health
from connectors.linear.hooks import Hooks
from connectors.linear.labels import Labels
from connectors.linear.people import People
from connectors.linear.policy_labels import matters
from connectors.linear.projects import Projects
from connectors.linear.references import BY_KEY, is_key, is_uuid
from connectors.linear.refusals import Absent, now_utc
from connectors.linear.settings import LinearSettings
from connectors.linear.survey import survey
from connectors.linear.teams import Teams
from connectors.linear.watched import watched
from connectors.linear.wire import snapshot
from connectors.linear.words import NAME, BoardTarget, EpicTarget

PAGE = 30
"""How many issues are read in one call; a call may cost 10,000 points, and an issue costs some 230."""


class LinearTracker:
    """Speak to Linear. `clock` counts seconds, as `time.monotonic`; `now` tells the time, UTC."""

    name = NAME

    def __init__(
        self,
        settings: LinearSettings,
        policy: Policy,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = now_utc,
    ) -> None:
        self.graph = Graph(settings, now)
        self.people = People(self.graph, clock)
        self._client_id = settings.client_id.casefold()
        self._ours: frozenset[str] | None = None
        self._labels, self._teams = Labels(self.graph, clock), Teams(self.graph, clock, now)
        self._epics, self._now = Epics(self.graph, clock), now
        self._health = Health(self.graph, policy, self._teams, self._labels, self._epics, clock=clock)
        self._projects = Projects(self.graph, clock)
        drafter = Drafter(self._labels, self._teams, self._projects, matters(policy))
        self._writer = Writer(self.graph, drafter, self._read, self._forget)

    async def look(self, ids: Sequence[str]) -> Mapping[str, Snapshot]:
        """Read items by id, many in one call, or by `key:ENG-1`, also one that it had before a move."""
        found = {}
        wanted = [id_ for id_ in dict.fromkeys(ids) if is_uuid(id_)]
        for start in range(0, len(wanted), PAGE):
            chunk = wanted[start : start + PAGE]
            data = await self.graph.run(documents.LOOK, ids=chunk, first=len(chunk))
            self._know(data["viewer"])
            for node in data["issues"]["nodes"]:
                found[node["id"]] = await self._read(node)
        for reference in dict.fromkeys(id_ for id_ in ids if id_.startswith(BY_KEY)):
            if (one := await self._by_key(reference.removeprefix(BY_KEY))) is not None:
                found[reference] = one
        return found

    async def board(self, snapshot: Snapshot, target: Target, seen: BoardFact | None) -> BoardFact:
        """Tell whether the item stands on that team's board."""
        return board_fact(snapshot, BoardTarget.model_validate(target), seen)

    async def epic(self, snapshot: Snapshot, target: Target) -> EpicFact:
        """Tell whether the item stands under that project or parent."""
        return await self._epics.fact(snapshot, EpicTarget.model_validate(target))

    async def missing(self, labels: Sequence[str]) -> Sequence[str]:
        """Return those of which there is no label by that name."""
        return [name for name in labels if not await self._labels.is_there(name)]

    async def choices(self, snapshot: Snapshot, labels: Sequence[str]) -> tuple[Choice, ...]:
        """Return who added these labels and when, oldest first."""
        return await history.choices(self.graph, snapshot, labels, await self._own_ids())

    async def history(self, ids: Sequence[str]) -> Mapping[str, tuple[Activity, ...]]:
        """Return what was done to these items, ten in one call."""
        found = {}
        wanted = [id_ for id_ in dict.fromkeys(ids) if is_uuid(id_)]
        async for issues, viewer in past.issues(self.graph, wanted):
            self._know(viewer)
            for issue in issues:
                found[issue["id"]] = await past.told(self.graph, issue, await self._own_ids())
        return found

    def is_ours(self, person: Person | None) -> bool:
        """Tell whether that is our user or our OAuth app, which a webhook may name by its client id."""
        return person is not None and person.id.casefold() in (self._ours or {self._client_id})

    async def person(self, *, ids: Mapping[str, str], email: str | None, name: str | None) -> Person | None:
        """Find somebody by user id, else by e-mail, which Linear always shows."""
        _ = name
        return await self.people.find(ids, email)

    async def apply(self, snapshot: Snapshot, changes: Sequence[Change]) -> Applied:
        """Write these changes in one edit, and the comment."""
        return await self._writer.apply(snapshot, changes)

    async def watched(self, watches: Sequence[Watch], within: timedelta | None = None) -> AsyncIterator[Sequence[Seen]]:
        """Page through what is watched; learn before that who we are, so that our own echo is known."""
        await self._own_ids()
        since = None if within is None else self._now() - timedelta(seconds=self.graph.skew or 0.0) - within
        async for page in watched(self.graph, watches, since):
            yield page

    async def check(self) -> Sequence[Problem]:
        """Look whether the credentials work and the policy's names can be found; once a minute at most."""
        return await self._health.problems()

    def board_ahead(self, snapshot: Snapshot, target: Target, seen: BoardFact | None) -> BoardFact:
        """Tell whether the item would be found on that team's board."""
        return board_ahead(snapshot, BoardTarget.model_validate(target), seen)

    async def epic_ahead(self, snapshot: Snapshot, target: Target) -> EpicFact:
        """Tell whether the item would be found under that project or parent."""
        return await self._epics.fact(snapshot, EpicTarget.model_validate(target))

    async def examine(self, policy: Policy, door: str | None) -> Sequence[Diagnosis]:
        """Look everything up that the policy names."""
        return await Examination(self.graph, self._teams, self._epics).run(policy, door, self._now())

    async def registrar(self) -> Hooks:
        """Return what registers webhooks here."""
        return Hooks(self.graph, self._now())

    async def survey(self, label: str) -> Survey:
        """Look around in the workspace."""
        _ = label
        return await survey(self.graph)

    def spending(self) -> Spending:
        """Return what was spent on calls."""
        return self.graph.spending()

    async def aclose(self) -> None:
        """Give connections back."""
        await self._writer.aclose()
        await self.graph.aclose()

    async def _by_key(self, key: str) -> Snapshot | None:
        if not is_key(key):
            return None
        try:
            data = await self.graph.run(documents.LOOK_BY_KEY, key=key)
        except Absent:
            return None
        self._know(data["viewer"])
        return await self._read(data["issue"])

    async def _read(self, node: Node) -> Snapshot:
        """Return an issue as a snapshot, with those labels too that did not come along."""
        labels = node["labels"]["nodes"]
        missing = set(node["labelIds"]) - {label["id"] for label in labels}
        more = await self._labels.by_ids(sorted(missing)) if missing else []
        return snapshot(node, [*labels, *more], await self._own_ids())

    def _know(self, viewer: Node) -> None:
        self._ours = frozenset(id_ for id_ in (viewer["id"].casefold(), self._client_id) if id_)

    async def _own_ids(self) -> frozenset[str]:
        if self._ours is None:
            self._know((await self.graph.run(documents.ME))["viewer"])
        return self._ours or frozenset()

    def _forget(self) -> None:
        self._labels.forget()
        self._teams.forget()
        self._projects.forget()
        self.people.forget()
