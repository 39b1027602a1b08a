"""Let a project hold a team's issues."""

from connectors.linear import documents
from connectors.linear.client import Graph
from connectors.linear.refusals import Absent, Forbidden, Impossible, Refused


async def admit(graph: Graph, project: str, team: str, team_name: str) -> None:
    """Let the project hold the team's issues; an issue cannot be in a project whose teams lack its own.

    Linear takes the whole list of teams, so all that there are are read first.
    Raise Impossible when our key may not.
    """
    name, teams = await _teams(graph, project)
    if team in teams:
        return
    try:
        await graph.run(documents.EXTEND_PROJECT, id=project, teams=[*teams, team])
    except (Refused, Forbidden, Absent) as error:
        what = f"the project “{name}” has no issues of the team {team_name}, and we may not add the team to it"
        raise Impossible(f"{what}; add it in Linear on the project's page") from error


async def _teams(graph: Graph, project: str) -> tuple[str, list[str]]:
    found: list[str] = []
    after: str | None = None
    while True:
        data = await graph.run(documents.PROJECT_TEAMS, id=project, after=after)
        page = data["project"]["teams"]
        found += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"] if page["pageInfo"]["hasNextPage"] else None
        if after is None:
            return data["project"]["name"], found
