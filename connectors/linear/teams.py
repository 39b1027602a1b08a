"""Know teams by key: their states, and the cycle that runs.

https://linear.app/docs/configuring-workflows
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.core.naming import same
from connectors._kit.kept import Kept
from connectors.linear import documents
from connectors.linear.client import Graph, Node
from connectors.linear.wire import CLOSED, moment

KNOWN_FOR = 300.0
"""Seconds."""
BEGUN = frozenset({"started", *CLOSED})
"""State types in which work has begun or is over: nobody is put back from there."""
WAITING = frozenset({"triage", "backlog"})
"""State types of items that nobody has taken in hand."""


@dataclass(frozen=True, slots=True)
class State:
    """Name one state of a team's workflow; `kind` is Linear's type of it."""

    id: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Team:
    """Describe a team. `states` are in the order in which people see them within a kind."""

    id: str
    key: str
    name: str
    states: tuple[State, ...]
    default_state: str | None
    cycle: str | None
    cycle_ends: datetime | None

    def state(self, name: str) -> State | None:
        """Return the state of that name."""
        return next((state for state in self.states if same(state.name, name)), None)

    def like(self, name: str, kind: str) -> State | None:
        """Return the state that comes nearest to another team's: of its kind, of its name if there is one.

        What waits in triage there does not begin in triage here: it gets the state that new issues get.
        """
        of_kind = [state for state in self.states if state.kind == kind and kind != "triage"]
        return next((state for state in of_kind if same(state.name, name)), None) or next(iter(of_kind), self.entry())

    def entry(self) -> State | None:
        """Return the state that new issues get, never one in triage."""
        able = [state for state in self.states if state.kind != "triage"]
        default = next((state for state in able if state.id == self.default_state), None)
        return default or next((state for state in able if state.kind == "unstarted"), next(iter(able), None))


class Teams:
    """Look teams up by key and remember them for some minutes, but not beyond the end of a cycle."""

    def __init__(self, graph: Graph, clock: Callable[[], float], now: Callable[[], datetime]) -> None:
        self._graph, self._now = graph, now
        self._kept = Kept[Team | None](self._seconds, clock)

    async def find(self, key: str) -> Team | None:
        """Return the team, None when it is not there or our key may not see it."""
        return await self._kept.get(key.casefold(), lambda: self._ask(key))

    def forget(self) -> None:
        """Forget every team: what was remembered turned out wrong."""
        self._kept.forget()

    async def _ask(self, key: str) -> Team | None:
        data = await self._graph.run(documents.TEAMS, filter={"key": {"eqIgnoreCase": key}})
        return next((_team(node) for node in data["teams"]["nodes"]), None)

    def _seconds(self, team: Team | None) -> float:
        if team is None or team.cycle_ends is None:
            return KNOWN_FOR if team else 0.0
        return min(KNOWN_FOR, (team.cycle_ends - self._now()).total_seconds())


def _team(node: Node) -> Team:
    states = sorted(node["states"]["nodes"], key=lambda state: float(state["position"]))
    default, cycle = node["defaultIssueState"], node["activeCycle"]
    return Team(
        id=node["id"],
        key=node["key"],
        name=node["name"],
        states=tuple(State(state["id"], state["name"], state["type"]) for state in states),
        default_state=default["id"] if default else None,
        cycle=cycle["id"] if cycle else None,
        cycle_ends=moment(cycle["endsAt"]) if cycle else None,
    )
