"""Register Linear's webhooks: one for all public teams, and one for each private team that the policy names.

https://linear.app/developers/webhooks — only an administrator's key may.
"""

from collections.abc import Sequence
from datetime import datetime

from app.core.errors import Denied
from app.core.naming import among
from app.core.policy import Policy
from app.ports.examiner import Diagnosis
from app.ports.registrar import Hook
from connectors._kit.diagnoses import leads_to_door, same_address, shown
from connectors.linear import diagnoses, surveys
from connectors.linear.client import Graph, Node
from connectors.linear.refusals import Refused
from connectors.linear.words import NAME

LABEL = "Followthrough"


class Hooks:
    """Know the workspace's webhooks."""

    def __init__(self, graph: Graph, now: datetime) -> None:
        self._graph, self._now = graph, now

    async def status(self, policy: Policy, door: str | None) -> tuple[Sequence[Hook], Sequence[Diagnosis]]:
        """Return the webhooks that lead to a door like ours, and what is wrong with them."""
        nodes = await self._all()
        teams = await self._teams(policy)
        watched = {node["key"]: node["visibility"] != "public" for node in teams}
        ours = [_hook(node) for node in nodes if node["url"] and leads_to_door(node["url"], NAME)]
        return ours, tuple(diagnoses.webhooks(nodes, door, watched, self._now))

    async def register(self, policy: Policy, door: str, secret: str, *, fresh: bool) -> Sequence[str]:
        """Make the webhooks, or mend those that are there; administrators see their secrets, so these are compared."""
        _ = fresh
        nodes = [node for node in await self._all() if node["url"] and same_address(node["url"], door)]
        private = [node for node in await self._teams(policy) if node["visibility"] != "public"]
        done = [await self._public(nodes, door, secret)]
        for team in private:
            there = next((node for node in nodes if node["team"] and node["team"]["id"] == team["id"]), None)
            done.append(await self._one(there, {"teamId": team["id"]}, f"the private team {team['key']}", door, secret))
        return [sentence for sentence in done if sentence]

    def clicks(self, policy: Policy, door: str) -> Sequence[str]:
        """Return what an administrator clicks."""
        _ = policy
        return (
            "As an administrator of the workspace: Settings, API, Webhooks, New webhook.",
            f"Label {LABEL}, URL {door}, tick Issues, Comments, Issue attachments and Projects; All public teams.",
            "Create it, and copy its signing secret into FOLLOWTHROUGH_LINEAR_WEBHOOK_SECRETS.",
            "Every private team needs a webhook of its own. An OAuth app has its webhook on its own page instead.",
        )

    async def _public(self, nodes: Sequence[Node], door: str, secret: str) -> str:
        there = next((node for node in nodes if node["allPublicTeams"]), None)
        return await self._one(there, {"allPublicTeams": True}, "all public teams", door, secret)

    async def _one(self, there: Node | None, scope: Node, whom: str, door: str, secret: str) -> str:
        wanted = list(diagnoses.HEARD)
        if there is None:
            made = {"label": LABEL, "url": door, "resourceTypes": wanted, "secret": secret, **scope}
            await self._graph.run(surveys.CREATE_WEBHOOK, input=made)
            return f"made a webhook for {whom}"
        lacking = [kind for kind in wanted if kind not in there["resourceTypes"]]
        held = (await self._graph.run(surveys.SIGNED_WITH, id=there["id"]))["webhook"]["secret"]
        if there["enabled"] and not lacking and held == secret:
            return ""
        mended = {"enabled": True, "resourceTypes": [*there["resourceTypes"], *lacking], "secret": secret}
        await self._graph.run(surveys.UPDATE_WEBHOOK, id=there["id"], input=mended)
        return f"mended the webhook for {whom}"

    async def _all(self) -> list[Node]:
        try:
            return await self._graph.all(surveys.WEBHOOKS, ["webhooks"])
        except Refused as error:
            raise Denied(str(error)) from error

    async def _teams(self, policy: Policy) -> list[Node]:
        """Return the teams that the policy names."""
        named = diagnoses.teams_named(policy)
        return [node for node in await self._graph.all(surveys.ALL_TEAMS, ["teams"]) if among(node["key"], named)]


def _hook(node: Node) -> Hook:
    whom = "all public teams" if node["allPublicTeams"] else f"the team {node['team']['key']}" if node["team"] else ""
    return Hook(shown(node["url"]), bool(node["enabled"]), f"{', '.join(node['resourceTypes'])} of {whom}")
