"""Look around in a workspace, for a first policy."""

from collections.abc import Sequence

from app.core.naming import same
from app.ports.surveyor import Offer, Survey
from connectors.linear import documents, surveys
from connectors.linear.client import Graph, Node
from connectors.linear.people import person
from connectors.linear.wire import CLOSED
from connectors.linear.words import NAME

ON_CALL = ("call", "ops", "sre", "operation", "support")
"""Parts of names that a team has which takes what is urgent."""
MOST_TEAMS = 12
"""With more than so many, a list of all would say less than none."""


async def survey(graph: Graph) -> Survey:
    """Return what stands in the workspace."""
    who = await graph.run(surveys.WHO_AM_I)
    teams = [node for node in await graph.all(surveys.ALL_TEAMS, ["teams"]) if node["retiredAt"] is None]
    labels = await graph.all(surveys.ALL_LABELS, ["issueLabels"])
    projects = await graph.all(surveys.ALL_PROJECTS, ["projects"])
    users = await graph.run(documents.USERS, filter={"active": {"eq": True}, "app": {"eq": False}})
    duties = [each for node in _ranked(teams) if (each := await _duty(graph, node)) is not None]
    people = [one for user in users["users"]["nodes"] if (one := person(user)) is not None]
    return Survey(
        account=f"Linear, the workspace {who['organization']['name']}, as {who['viewer']['name']}",
        watch={"teams": sorted(node["key"] for node in teams)} if len(teams) <= MOST_TEAMS else {},
        labels=sorted({node["name"] for node in labels if _usable(node)}),
        boards=[_board(node, [each.target["team"] for each in duties]) for node in _with_duty(teams, duties)],
        epics=[_epic(node) for node in sorted(projects, key=_rank) if _fit(node)],
        rotas=duties,
        people=sorted(people, key=lambda one: one.name),
    )


async def _duty(graph: Graph, team: Node) -> Offer | None:
    if not team["triageEnabled"] and not _sounds_on_call(team):
        return None
    found = (await graph.run(documents.ON_CALL, key=team["key"]))["teams"]["nodes"]
    duty = found[0]["triageResponsibility"] if found else None
    if duty is None:
        return None
    return Offer({"source": NAME, "team": team["key"]}, f"whoever has triage responsibility in {team['name']}")


def _with_duty(teams: Sequence[Node], duties: Sequence[Offer]) -> list[Node]:
    on_duty = [each.target["team"] for each in duties]
    return sorted(_ranked(teams), key=lambda node: node["key"] not in on_duty)


def _ranked(teams: Sequence[Node]) -> list[Node]:
    return sorted(teams, key=lambda node: (not _sounds_on_call(node), not node["triageEnabled"], node["key"]))


def _sounds_on_call(team: Node) -> bool:
    return any(part in f"{team['key']} {team['name']}".casefold() for part in ON_CALL)


def _board(team: Node, on_duty: Sequence[str]) -> Offer:
    target = {"team": team["key"], **({"cycle": "active"} if team["cyclesEnabled"] else {})}
    about = f"the team {team['name']}" + (", which has triage responsibility" if team["key"] in on_duty else "")
    return Offer(target, about)


def _epic(project: Node) -> Offer:
    lead = person(project["lead"])
    return Offer({"project": project["name"]}, f"led by {lead.name}" if lead else "led by nobody", lead)


def _fit(project: Node) -> bool:
    return project["status"]["type"] not in {*CLOSED, "completed", "canceled"}


def _rank(project: Node) -> tuple[bool, bool, bool, str]:
    lead = project["lead"] or {}
    sounds = "reliab" in project["name"].casefold()
    return not lead.get("active"), not sounds, not same(project["status"]["type"], "started"), project["name"]


def _usable(label: Node) -> bool:
    return not (label["isGroup"] or label["retiredAt"] or label["archivedAt"] or label["team"])
