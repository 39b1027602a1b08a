"""Look everything up in Linear that the policy names, for `followthrough doctor`."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from app.core.errors import Denied, FollowthroughError, NotFound, Permanent
from app.core.naming import among, same
from app.core.policy import Policy
from app.ports.examiner import Diagnosis
from connectors._kit import diagnoses as common
from connectors.linear import diagnoses, surveys
from connectors.linear.client import Graph, Node
from connectors.linear.epics import Epics
from connectors.linear.health import CREDENTIALS_HINT
from connectors.linear.teams import Teams
from connectors.linear.words import NAME, BoardTarget, EpicTarget


class Examination:
    """Look one workspace over."""

    def __init__(self, graph: Graph, teams: Teams, epics: Epics) -> None:
        self._graph, self._teams, self._epics = graph, teams, epics

    async def run(self, policy: Policy, door: str | None, now: datetime) -> Sequence[Diagnosis]:
        """Return what is wrong with the set-up; what Linear does not answer is told as that."""
        found: list[Diagnosis] = []
        try:
            async for each in self._all(policy, door, now):
                found.append(each)  # noqa: PERF401  what was found before an error counts
        except Denied as error:
            found.append(Diagnosis("linear.credentials", str(error), CREDENTIALS_HINT))
        except NotFound as error:
            found.append(Diagnosis("linear.address", str(error), "look at FOLLOWTHROUGH_LINEAR_API_URL"))
        except FollowthroughError as error:
            what, hint = common.unreachable(error, "FOLLOWTHROUGH_LINEAR_API_URL")
            found.append(Diagnosis("linear.unreachable", what, hint))
        found += common.clock(NAME, "Linear", self._graph.skew)
        found += common.in_clear(NAME, "Linear", self._graph.address)
        return tuple(dict.fromkeys(found))

    async def _all(self, policy: Policy, door: str | None, now: datetime) -> AsyncIterator[Diagnosis]:
        who = await self._graph.run(surveys.WHO_AM_I)
        teams = await self._graph.all(surveys.ALL_TEAMS, ["teams"])
        labels = await self._graph.all(surveys.ALL_LABELS, ["issueLabels"])
        for each in (
            *diagnoses.account(who["viewer"], policy),
            *diagnoses.teams(policy, teams),
            *diagnoses.conditions(policy, teams),
            *diagnoses.labels(policy, labels, list(diagnoses.teams_named(policy))),
        ):
            yield each
        async for each in self._routes(policy, teams, now):
            yield each
        async for each in self._projects_watched(policy):
            yield each
        async for each in self._webhooks(policy, teams, door, now):
            yield each

    async def _routes(self, policy: Policy, teams: Sequence[Node], now: datetime) -> AsyncIterator[Diagnosis]:
        cycles = {node["key"].casefold(): bool(node["cyclesEnabled"]) for node in teams}
        for route in policy.routes:
            if NAME in route.boards:
                target = BoardTarget.model_validate(route.boards[NAME])
                team = await self._teams.find(target.team)
                if team is not None:
                    on = cycles.get(team.key.casefold(), True)
                    for each in diagnoses.board(route.name, target, team, cycles=on):
                        yield each
            if NAME in route.epics:
                wanted = EpicTarget.model_validate(route.epics[NAME])
                candidates = [each.epic for each in await self._epics.candidates(wanted)]
                if len(candidates) > 1:
                    what = f"route {route.name}: {len(candidates)} projects are called {wanted.name}"
                    hint = "name it by its id, which stands at the end of its address, or rename the others"
                    yield Diagnosis("linear.epic_ambiguous", what, hint, candidates[0].url, "warning")
                elif candidates:
                    for each in common.epic(NAME, candidates[0], route, policy, now):
                        yield each
                else:
                    yield await self._no_epic(route.name, wanted)

    async def _no_epic(self, route: str, wanted: EpicTarget) -> Diagnosis:
        near = ""
        if wanted.kind == "project":
            names = [node["name"] for node in await self._graph.all(surveys.ALL_PROJECTS, ["projects"])]
            near = common.guess(wanted.name, names)
        what = f"route {route}: there is no {wanted.kind} {wanted.name}"
        return Diagnosis("linear.epic", what, f"{near}{diagnoses.SEE}")

    async def _projects_watched(self, policy: Policy) -> AsyncIterator[Diagnosis]:
        wanted = [name for watch in policy.watches(NAME) for name in watch.projects]
        if not wanted:
            return
        names = [node["name"] for node in await self._graph.all(surveys.ALL_PROJECTS, ["projects"])]
        for name in wanted:
            if not among(name, names):
                hint = f"{common.guess(name, names)}{diagnoses.SEE}"
                yield Diagnosis("linear.project", f"watch: there is no project {name}", hint)

    async def _webhooks(
        self, policy: Policy, teams: Sequence[Node], door: str | None, now: datetime
    ) -> AsyncIterator[Diagnosis]:
        try:
            nodes = await self._graph.all(surveys.WEBHOOKS, ["webhooks"])
        except Permanent:
            what = "whether the webhook is there and switched on: only an admin's key may see webhooks"
            hint = "see in Linear under Settings, API, or on the app's page; run this once with an admin's key"
            yield Diagnosis("linear.webhook", what, hint, diagnoses.HOOKS, "unchecked")
            return
        named = diagnoses.teams_named(policy)
        watched = {
            node["key"]: node["visibility"] != "public"
            for node in teams
            if any(same(node["key"], key) for key in named)
        }
        for each in diagnoses.webhooks(nodes, door, watched, now):
            yield each
