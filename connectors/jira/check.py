"""Look whether Jira can be reached, knows us, and shows us what the policy names.

https://developer.atlassian.com/cloud/jira/platform/scopes-for-oauth-2-3LO-and-forge-apps/
"""

from collections.abc import Awaitable, Callable, Sequence

from app.core.errors import Denied, FollowthroughError, NotFound, Permanent
from app.core.policy import Policy
from app.ports import Problem
from connectors._kit.diagnoses import unreachable
from connectors._kit.kept import Kept
from connectors.jira.board import SCOPE, Boards
from connectors.jira.client import Client
from connectors.jira.dialect import Dialect
from connectors.jira.epics import Epics
from connectors.jira.words import BoardTarget, EpicTarget

A_MINUTE = 60.0
NAME = "jira"
RIGHTS = ("BROWSE_PROJECTS", "EDIT_ISSUES", "ADD_COMMENTS", "EDIT_OWN_COMMENTS", "ASSIGN_ISSUES", "LINK_ISSUES")
CREDENTIALS_HINT = (
    "look at FOLLOWTHROUGH_JIRA_EMAIL and _API_TOKEN (Cloud) or FOLLOWTHROUGH_JIRA_PAT (Data Center); "
    "a scoped token or a service account's is refused on the site's own address and needs FOLLOWTHROUGH_JIRA_CLOUD_ID"
)


class Checker:
    """Find what is wrong with the set-up; answers are kept for a minute, because readiness is asked for often."""

    def __init__(
        self, client: Client, policy: Policy, boards: Boards, epics: Epics, clock: Callable[[], float]
    ) -> None:
        self._client, self._boards, self._epics = client, boards, epics
        self._kept = Kept[tuple[Problem, ...]](A_MINUTE, clock)
        routes = policy.routes
        self._board_targets = {
            BoardTarget.model_validate(r.boards[NAME]).board: r.name for r in routes if NAME in r.boards
        }
        self._epic_targets = {
            EpicTarget.model_validate(r.epics[NAME]).parent: r.name for r in routes if NAME in r.epics
        }
        self._projects = dict.fromkeys(project for watch in policy.watches(NAME) for project in watch.projects)

    async def problems(self, dialect: Callable[[], Awaitable[Dialect]]) -> Sequence[Problem]:
        """Return what is wrong; empty when nothing is."""
        return await self._kept.get("problems", lambda: self._look(dialect))

    async def _look(self, dialect: Callable[[], Awaitable[Dialect]]) -> tuple[Problem, ...]:
        try:
            speaker = await dialect()
            await self._client.verify()
        except Denied as error:
            return (Problem("jira.credentials", str(error), CREDENTIALS_HINT),)
        except NotFound as error:
            return (Problem("jira.address", str(error), "FOLLOWTHROUGH_JIRA_BASE_URL must be Jira's own address"),)
        except FollowthroughError as error:
            return (Problem("jira.unreachable", *unreachable(error, "FOLLOWTHROUGH_JIRA_BASE_URL")),)
        try:
            return (*await self._rights(speaker), *await self._targets(speaker))
        except FollowthroughError as error:
            return (Problem("jira.unreachable", *unreachable(error, "FOLLOWTHROUGH_JIRA_BASE_URL")),)

    async def _rights(self, dialect: Dialect) -> list[Problem]:
        """Ask for the account's rights in each project that is watched by name."""
        found = []
        for project in self._projects:
            query = {"projectKey": project}
            if dialect.site.cloud:
                query["permissions"] = ",".join(RIGHTS)
            try:
                held = (await dialect.get("/mypermissions", **query))["permissions"]
            except Permanent as error:
                found.append(Problem("jira.project", f"{project}: {error}", "see watch: projects in the policy"))
                continue
            lacking = [right for right in RIGHTS if not held.get(right, {}).get("havePermission")]
            if lacking:
                what = f"{dialect.site.account} lacks {', '.join(lacking)} in the project {project}"
                found.append(Problem("jira.rights", what, "give the account these in the project's permission scheme"))
        return found

    async def _targets(self, dialect: Dialect) -> list[Problem]:
        """Look at every board and epic that a route names."""
        found = []
        for board, route in self._board_targets.items():
            setup = await self._boards.setup(dialect, board)
            if setup.problem is not None:
                found.append(Problem("jira.board", f"route {route}: {setup.problem}", "share the board's filter"))
            elif setup.blind:
                what = f"route {route}: the configuration of board {board} cannot be read"
                found.append(Problem("jira.board", what, f"give the token the scope {SCOPE}"))
        for epic, route in self._epic_targets.items():
            if await self._epics.details(dialect, epic) is None:
                what = f"route {route}: {epic} is not there, or {dialect.site.account} may not see it"
                found.append(Problem("jira.epic", what, "see routes: strategic in the policy"))
        return found
