"""Decide every stored open item under today's policy and under another one, and tell the difference.

It goes by what was last seen: snapshots, memory, and the facts that were fetched then; see `app.flow.foresight`.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.core.change import Say, describe
from app.core.decide import decide
from app.core.decision import Decision
from app.core.memory import Memory
from app.core.plan import plan
from app.core.policy import Policy
from app.core.snapshot import Snapshot, Standing
from app.core.text import Mention
from app.core.values import replace
from app.flow.foresight import Asked, ahead
from app.flow.on_call import Rotas
from app.ports import Store, Stored, Tracker

PAGE = 500
FEW = 25
"""A change to so many items never waits for an approval, whatever share of all they are."""


@dataclass(frozen=True, slots=True)
class Side:
    """Hold what one policy says of an item: `does` are the writes that it plans, `asks` whom it asks by name."""

    item_class: str
    route: str | None
    findings: frozenset[str]
    does: tuple[str, ...]
    asks: tuple[str, ...]


NOTHING = Side("", None, frozenset(), (), ())


@dataclass(frozen=True, slots=True)
class Difference:
    """Hold one item of which the two policies say different things."""

    tracker: str
    key: str
    title: str
    url: str
    before: Side
    after: Side

    @property
    def comes(self) -> list[str]:
        """Return the findings that only the new policy has."""
        return sorted(self.after.findings - self.before.findings)

    @property
    def goes(self) -> list[str]:
        """Return the findings that only today's policy has."""
        return sorted(self.before.findings - self.after.findings)

    @property
    def does(self) -> list[str]:
        """Return what only the new policy would write."""
        return [one for one in self.after.does if one not in self.before.does]

    @property
    def leaves(self) -> list[str]:
        """Return what only today's policy would write."""
        return [one for one in self.before.does if one not in self.after.does]

    @property
    def asks(self) -> list[str]:
        """Return whom only the new policy asks."""
        return [name for name in self.after.asks if name not in self.before.asks]


@dataclass(slots=True)
class Forecast:
    """Hold the difference over all items; `unsure` counts those for which a tracker or rota could not be asked.

    `written` says to how many items the new policy would write what today's would not.
    """

    items: int = 0
    unsure: int = 0
    written: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def comes(self) -> Mapping[str, int]:
        """Return how many items get each finding."""
        return dict(sorted(Counter(id_ for one in self.differences for id_ in one.comes).items()))

    @property
    def goes(self) -> Mapping[str, int]:
        """Return how many items lose each finding."""
        return dict(sorted(Counter(id_ for one in self.differences for id_ in one.goes).items()))

    def waits(self, policy: Policy) -> bool:
        """Tell whether it would write to more items than the policy lets pass without an approval."""
        return self.written > max(FEW, policy.limits.largest_change * self.items)


@dataclass(slots=True)
class Simulator:
    """Compare two policies over what the store holds; `today` is None where it is not known: then it does nothing."""

    store: Store
    trackers: Mapping[str, Tracker]
    rotas: Rotas
    today: Policy | None

    async def run(self, other: Policy, now: datetime, *, listed: bool = True) -> Forecast:
        """Return what would be different under the other policy, in numbers alone if not `listed`; nothing is written.

        Whatever else runs here gets its turn after each item.
        """
        forecast, asked = Forecast(), Asked(self.rotas)
        if self.today:
            other = replace(other, where=self.today.where)  # comments name the file
        async for stored, snapshot in self._open():
            one, sure = await self._differs(stored, snapshot, other, asked, now)
            forecast.items += 1
            forecast.unsure += not sure
            forecast.written += bool(one.does)
            if listed and one.before != one.after:
                forecast.differences.append(one)
            await asyncio.sleep(0)
        return forecast

    async def _differs(
        self, stored: Stored, snapshot: Snapshot, other: Policy, asked: Asked, now: datetime
    ) -> tuple[Difference, bool]:
        snapshot = _as_if_read(snapshot, stored.memory)
        before = side(decide(snapshot, stored.memory, self.today, now), now) if self.today else NOTHING
        tracker = self.trackers.get(stored.tracker)
        seen = await ahead(snapshot, stored.memory, (self.today, other), tracker, asked)
        after = side(decide(seen.snapshot, stored.memory, other, now), now)
        return Difference(stored.tracker, stored.key, snapshot.title, snapshot.url, before, after), seen.sure

    async def _open(self) -> AsyncIterator[tuple[Stored, Snapshot]]:
        after: str | None = None
        while True:
            page, after = await self.store.items(tracker=None, watched=None, after=after, limit=PAGE)
            for one in page:
                if one.snapshot is not None and one.snapshot.here and one.snapshot.standing is Standing.OPEN:
                    yield one, one.snapshot
            if after is None:
                return


def _as_if_read(snapshot: Snapshot, memory: Memory) -> Snapshot:
    """Take it that the item's history will bear out what is known: who could be told that it is stale is foretold."""
    read = memory.history_read
    return snapshot if read and read.changed_at >= snapshot.updated_at else replace(snapshot, history=())


def side(decision: Decision, now: datetime) -> Side:
    """Return what a decision comes to: its writes as phrases, and the names of those whom it asks."""
    planned = plan(decision, now).changes
    said = [change for change in planned if isinstance(change, Say)] if decision.asks else []
    spans = [span for say in said for block in say.text.blocks for span in block.spans]
    return Side(
        item_class=str(decision.item_class),
        route=decision.route,
        findings=frozenset(finding.id for finding in decision.findings),
        does=tuple(describe(change) for change in planned),
        asks=tuple(dict.fromkeys(span.person.name for span in spans if isinstance(span, Mention))),
    )
