"""Look everything up in Jira that the policy names, for `followthrough doctor`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from app.core.errors import Denied, FollowthroughError, NotFound, Permanent
from app.core.policy import Policy
from app.ports.examiner import Diagnosis
from connectors._kit import diagnoses as common
from connectors.jira import diagnoses, surveys
from connectors.jira.addresses import taken_at_gateway, taken_at_site
from connectors.jira.board import Boards
from connectors.jira.check import CREDENTIALS_HINT, RIGHTS
from connectors.jira.client import Client
from connectors.jira.dialect import Dialect
from connectors.jira.epics import Epics
from connectors.jira.wire import epic_in
from connectors.jira.words import BoardTarget, EpicTarget

NAME = diagnoses.NAME


class Examination:
    """Look one Jira over."""

    def __init__(self, client: Client, boards: Boards, epics: Epics) -> None:
        self._client, self._boards, self._epics = client, boards, epics

    async def run(
        self, dialect: Callable[[], Awaitable[Dialect]], policy: Policy, door: str | None, now: datetime
    ) -> Sequence[Diagnosis]:
        """Return what is wrong with the set-up; what Jira does not answer is told as that."""
        found: list[Diagnosis] = []
        try:
            async for each in self._all(await dialect(), policy, door, now):
                found.append(each)  # noqa: PERF401  what was found before an error counts
        except Denied as error:
            found.append(await self._denied(error))
        except NotFound as error:
            hint = "FOLLOWTHROUGH_JIRA_BASE_URL must be Jira's own address"
            found.append(Diagnosis("jira.address", str(error), hint))
        except FollowthroughError as error:
            what, hint = common.unreachable(error, "FOLLOWTHROUGH_JIRA_BASE_URL")
            found.append(Diagnosis("jira.unreachable", what, hint))
        found += common.clock(NAME, "Jira", self._client.skew)
        found += common.in_clear(NAME, "Jira", self._client.settings.api_base)
        return tuple(dict.fromkeys(found))

    async def _denied(self, error: Denied) -> Diagnosis:
        """Tell a token that is taken at the other address from one that is wrong."""
        cloud_id = await taken_at_gateway(self._client.settings)
        if cloud_id is not None:
            what = "the API token is a scoped one, which is refused on the site's own address"
            return Diagnosis("jira.scoped_token", what, f"set FOLLOWTHROUGH_JIRA_CLOUD_ID={cloud_id}")
        if await taken_at_site(self._client.settings):
            what = "the gateway refuses the API token that the site's own address takes"
            hint = (
                "see FOLLOWTHROUGH_JIRA_CLOUD_ID; without it calls go to the site itself, which is right for this token"
            )
            return Diagnosis("jira.gateway", what, hint)
        return Diagnosis("jira.credentials", str(error), CREDENTIALS_HINT)

    async def _all(self, dialect: Dialect, policy: Policy, door: str | None, now: datetime) -> AsyncIterator[Diagnosis]:
        await self._client.verify()
        for each in (
            *diagnoses.account(await dialect.get("/myself"), policy, dialect.site.browse),
            *diagnoses.fields(policy, dialect.site.fields, await dialect.get("/field")),
            *diagnoses.words(policy, await surveys.labels(dialect), await surveys.priorities(dialect)),
            *await self._projects(dialect, policy),
            *await self._routes(dialect, policy, now),
            *await self._webhooks(dialect, door),
        ):
            yield each

    async def _projects(self, dialect: Dialect, policy: Policy) -> list[Diagnosis]:
        found: list[Diagnosis] = []
        seen: dict[str, Any] = {}
        for key in dict.fromkeys(key for watch in policy.watches(NAME) for key in watch.projects):
            try:
                seen[key] = await dialect.get(f"/project/{key}")
            except Permanent:
                await self._client.verify()
                known = [each.key for each in await surveys.projects(dialect)]
                found.append(diagnoses.no_project(key, known, dialect.site.browse))
                continue
            found += await self._rights(dialect, policy, key)
        return [*found, *diagnoses.projects(policy, seen)]

    async def _rights(self, dialect: Dialect, policy: Policy, project: str) -> list[Diagnosis]:
        dates = policy.classes.due.default or policy.classes.due.urgent
        wanted = (*RIGHTS, "SCHEDULE_ISSUES") if dates else RIGHTS
        query = {"projectKey": project} | ({"permissions": ",".join(wanted)} if dialect.site.cloud else {})
        held = (await dialect.get("/mypermissions", **query))["permissions"]
        link = f"{dialect.site.browse}/plugins/servlet/project-config/{project}/permissions"
        return list(diagnoses.rights(project, dialect.site.account, held, wanted, link))

    async def _routes(self, dialect: Dialect, policy: Policy, now: datetime) -> list[Diagnosis]:
        found: list[Diagnosis] = []
        watched = list(dict.fromkeys(key for watch in policy.watches(NAME) for key in watch.projects))
        for route in policy.routes:
            if NAME in route.boards:
                target = BoardTarget.model_validate(route.boards[NAME])
                setup = await self._boards.setup(dialect, target.board)
                listed = await surveys.boards(dialect) if setup.problem else {}
                found += diagnoses.board(route.name, target, setup, listed, dialect.site.browse)
            if NAME in route.epics:
                key = EpicTarget.model_validate(route.epics[NAME]).parent
                issue = await self._epics.details(dialect, key)
                if issue is None:
                    what = f"route {route.name}: {key} is not there, or {dialect.site.account} may not see it"
                    link = f"{dialect.site.browse}/browse/{key}"
                    found.append(Diagnosis("jira.epic", what, "see routes: strategic in the policy", link))
                    continue
                epic = epic_in(issue, dialect.reader, by_key=not dialect.site.cloud)
                found += [
                    *common.epic(NAME, epic, route, policy, now),
                    *diagnoses.epic_kind(route, issue, watched),
                ]
        return found

    async def _webhooks(self, dialect: Dialect, door: str | None) -> list[Diagnosis]:
        link = f"{dialect.site.browse}/plugins/servlet/webhooks"
        hooks = await surveys.webhooks(dialect)
        if hooks is None:
            what = "whether the webhook is there and switched on: only a Jira administrator may see webhooks"
            hint = "see in Jira under System, WebHooks; run this once with an administrator's token"
            return [Diagnosis("jira.webhook", what, hint, link, "unchecked")]
        return list(diagnoses.webhooks(hooks, door, link))
