"""Look whether Linear can be reached, knows us, and shows us what the policy names."""

from collections.abc import AsyncIterator, Callable, Sequence

from app.core.errors import Denied, FollowthroughError, NotFound
from app.core.policy import Policy
from app.ports import Problem
from connectors._kit.diagnoses import unreachable
from connectors._kit.kept import Kept
from connectors.linear import documents
from connectors.linear.client import Graph
from connectors.linear.epics import Epics
from connectors.linear.labels import Labels
from connectors.linear.policy_labels import class_labels
from connectors.linear.teams import Teams
from connectors.linear.words import NAME, BoardTarget, EpicTarget

A_MINUTE = 60.0
CREDENTIALS_HINT = "look at FOLLOWTHROUGH_LINEAR_API_KEY, or _CLIENT_ID and _CLIENT_SECRET"
SEE_HINT = "see the policy; a team's issues are hidden from a key that is limited to others, and from an app if private"
LABEL_HINT = "make it in Linear under Settings, Labels, for the whole workspace"


class Health:
    """Find what is wrong with the set-up; answers are kept for a minute, because readiness is asked for often."""

    def __init__(
        self, graph: Graph, policy: Policy, teams: Teams, labels: Labels, epics: Epics, *, clock: Callable[[], float]
    ) -> None:
        self._graph, self._policy = graph, policy
        self._teams, self._labels, self._epics = teams, labels, epics
        self._kept = Kept[tuple[Problem, ...]](A_MINUTE, clock)

    async def problems(self) -> Sequence[Problem]:
        """Return what is wrong; empty when nothing is."""
        return await self._kept.get("problems", self._look)

    async def _look(self) -> tuple[Problem, ...]:
        try:
            await self._graph.run(documents.HEALTH)
            return tuple([problem async for problem in self._policy_problems()])
        except Denied as error:
            return (Problem("linear.credentials", str(error), CREDENTIALS_HINT),)
        except NotFound as error:
            return (Problem("linear.address", str(error), "look at FOLLOWTHROUGH_LINEAR_API_URL"),)
        except FollowthroughError as error:
            return (Problem("linear.unreachable", *unreachable(error, "FOLLOWTHROUGH_LINEAR_API_URL")),)

    async def _policy_problems(self) -> AsyncIterator[Problem]:
        boards = [BoardTarget.model_validate(r.boards[NAME]) for r in self._policy.routes if NAME in r.boards]
        keys = [key for watch in self._policy.watches(NAME) for key in watch.teams]
        for key in dict.fromkeys([*keys, *(board.team for board in boards)]):
            if await self._teams.find(key) is None:
                yield Problem("linear.team", f"there is no team {key}, or our key may not see it", SEE_HINT)
        for board in dict.fromkeys(boards):
            team = await self._teams.find(board.team)
            if board.state and team and team.state(board.state) is None:
                has = ", ".join(state.name for state in team.states)
                yield Problem("linear.state", f"the team {team.key} has no state “{board.state}”", f"it has {has}")
        async for problem in self._names():
            yield problem

    async def _names(self) -> AsyncIterator[Problem]:
        targets = [EpicTarget.model_validate(r.epics[NAME]) for r in self._policy.routes if NAME in r.epics]
        for target in dict.fromkeys(targets):
            if not await self._epics.candidates(target):
                what = f"there is no {target.kind} {target.name}, or our key may not see it"
                yield Problem("linear.epic", what, SEE_HINT)
        watched = [watch.label for watch in self._policy.watches(NAME)]
        for name in dict.fromkeys([*watched, *class_labels(self._policy)]):
            if not await self._labels.named(name):
                yield Problem("linear.label", f"there is no label “{name}”", LABEL_HINT)
