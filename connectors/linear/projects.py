"""Let projects hold a team's issues, and remember for a moment which ones they do: many items go there in a burst."""

import asyncio
from collections import defaultdict
from collections.abc import Callable

from connectors._kit.kept import Kept
from connectors.linear import documents
from connectors.linear.client import Graph
from connectors.linear.refusals import Absent, Forbidden, Impossible, Refused

KNOWN_FOR = 30.0
"""Seconds. Short: an item that moves to a team that its project lacks by then loses it without a word."""


class Projects:
    """Know for a moment which teams' issues a project can hold; `clock` counts seconds."""

    def __init__(self, graph: Graph, clock: Callable[[], float]) -> None:
        self._graph = graph
        self._held = Kept[frozenset[str]](KNOWN_FOR, clock)
        self._admitting = defaultdict[str, asyncio.Lock](asyncio.Lock)

    async def admit(self, project: str, team: str, team_name: str) -> None:
        """Let the project hold the team's issues; an issue cannot be in a project whose teams lack its own.

        One at a time: Linear takes the whole list of teams, so all that there are are read first.
        Raise Impossible when our key may not.
        """
        async with self._admitting[project]:
            held = self._held.peek(project)
            if held is None or team not in held[0]:
                self._held.put(project, await self._admitted(project, team, team_name))

    def forget(self) -> None:
        """Forget every project: what was remembered turned out wrong."""
        self._held.forget()

    async def _admitted(self, project: str, team: str, team_name: str) -> frozenset[str]:
        """Return the teams, that one among them."""
        name, teams = await self._teams(project)
        if team not in teams:
            try:
                await self._graph.run(documents.EXTEND_PROJECT, id=project, teams=[*teams, team])
            except (Refused, Forbidden, Absent) as error:
                what = f"the project “{name}” has no issues of the team {team_name}, and we may not add the team to it"
                raise Impossible(f"{what}; add it in Linear on the project's page") from error
        return frozenset((*teams, team))

    async def _teams(self, project: str) -> tuple[str, list[str]]:
        found: list[str] = []
        after: str | None = None
        while True:
            data = await self._graph.run(documents.PROJECT_TEAMS, id=project, after=after)
            page = data["project"]["teams"]
            found += [node["id"] for node in page["nodes"]]
            after = page["pageInfo"]["endCursor"] if page["pageInfo"]["hasNextPage"] else None
            if after is None:
                return data["project"]["name"], found
