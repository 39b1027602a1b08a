"""Play Jira in memory behind a real socket, for the demo and the tests."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from connectors._kit.sandbox import SandboxServer, WebhookSender
from connectors.jira.sandbox import boards, policy
from connectors.jira.sandbox.api.app import ANY, Api, Exchange
from connectors.jira.sandbox.deeds import Deeds
from connectors.jira.sandbox.edit import Edit
from connectors.jira.sandbox.events import Events, signature, taken
from connectors.jira.sandbox.model import Account
from connectors.jira.sandbox.seed import AUTOMATION, acme
from connectors.jira.sandbox.values import Place
from connectors.jira.sandbox.wishes import find_issue, find_project, find_type, wish

TOKEN = "sandbox-token"  # noqa: S105  it opens nothing but the sandbox
SECRET = "sandbox webhook secret"  # noqa: S105  it guards nothing but the sandbox


class JiraSandbox:
    """Play the Jira of the company Acme: Cloud, or Data Center with the same people and issues.

    `by` is an e-mail, or `automation` for a rule of the site's; issues are named by id, key or title. `url` is the
    site's address, empty before `start`.
    """

    def __init__(self, *, data_center: bool = False) -> None:
        self.url = ""
        self.world = acme(data_center=data_center)
        self._sender = WebhookSender(lambda body: signature(body, SECRET), taken=taken)
        self._deeds = Deeds(self.world, Events(self.world, self._sender.send))
        self.api = Api(self._deeds, TOKEN)
        self._server = SandboxServer(self.api.app())

    async def start(self) -> None:
        """Listen on a free loopback port."""
        await self._server.start()
        self.url = self.world.url = self._server.url

    async def aclose(self) -> None:
        """Stop listening; webhooks under way are dropped."""
        await self._sender.aclose()
        await self._server.aclose()

    def environment(self) -> Mapping[str, str]:
        """Return the settings that point the service at this sandbox."""
        shared = {"FOLLOWTHROUGH_JIRA_BASE_URL": self.url, "FOLLOWTHROUGH_JIRA_WEBHOOK_SECRETS": SECRET}
        if self.world.data_center:
            return {**shared, "FOLLOWTHROUGH_JIRA_PAT": TOKEN}
        return {
            **shared,
            "FOLLOWTHROUGH_JIRA_EMAIL": self.world.me.email,
            "FOLLOWTHROUGH_JIRA_API_TOKEN": TOKEN,
        }

    def policy(self, grace: str = "3s") -> str:
        """Return a `followthrough.yaml` for Acme; an item may stay unclassified for `grace`."""
        return policy.policy(grace)

    # --- webhooks ---

    def send_webhooks_to(self, url: str) -> None:
        """Sign and send every later event there."""
        self._sender.target(url)

    async def redeliver(self) -> None:
        """Send the latest webhook once more, byte for byte."""
        await self._sender.redeliver()

    def hold_webhooks(self) -> None:
        """Keep webhooks back from now on."""
        self._sender.hold()

    def release_webhooks(self, *, lose: bool = False) -> None:
        """Send those that were kept back, in order; `lose`: they never arrive."""
        self._sender.release(lose=lose)

    async def drain(self) -> None:
        """Wait until every webhook was received or given up."""
        await self._sender.drain()

    # --- people ---

    async def create(
        self,
        by: str,
        title: str,
        labels: Sequence[str] = (),
        *,
        team: str = "PM",
        type: str = "Task",  # noqa: A002  it is Jira's word
        created_at: datetime | None = None,
        **fields: Any,
    ) -> str:
        """Create an issue in the project `team`; return its id. See `wish` for the fields."""
        project = find_project(self.world, team)
        place = Place(project, find_type(self.world, project, type))
        values = wish(self.world, place, {"title": title, "labels": labels, **fields})
        return self._deeds.create(self._person(by), project, place.type, Edit(values), created_at).id

    async def update(self, item: str, by: str, *, team: str | None = None, **fields: Any) -> None:
        """Edit an issue; `team` moves it to another project. See `wish` for the fields."""
        issue, actor = find_issue(self.world, item), self._person(by)
        if team is not None:
            self._deeds.move(issue, actor, find_project(self.world, team))
        self._deeds.edit(issue, actor, Edit(wish(self.world, Place(issue.project, issue.type), fields)))

    async def hand_over(self, epic: str, by: str, owner: str | None) -> None:
        """Assign an epic to somebody else."""
        await self.update(epic, by, assignee=owner)

    async def comment(self, item: str, by: str, body: str) -> None:
        """Comment on an issue in plain text."""
        self._deeds.comment(find_issue(self.world, item), self._person(by), self.world.rich(body), {})

    def age(self, item: str, span: timedelta) -> None:
        """Let everything about an issue have happened that much earlier; no webhook tells of it."""
        issue = find_issue(self.world, item)
        issue.created, issue.updated = issue.created - span, issue.updated - span
        issue.history = [replace(entry, at=entry.at - span) for entry in issue.history]
        for comment in issue.comments:
            comment.created, comment.updated = comment.created - span, comment.updated - span

    async def delete_comment(self, item: str, by: str, number: int = -1) -> None:
        """Delete an issue's comment, counted from the oldest one; usually the latest."""
        issue = find_issue(self.world, item)
        self._deeds.delete_comment(issue, issue.comments[number], self._person(by))

    async def delete(self, item: str, by: str) -> None:
        """Delete an issue."""
        self._deeds.delete(find_issue(self.world, item), self._person(by))

    def deactivate(self, email: str) -> None:
        """Let somebody leave Acme; what is assigned to them stays so."""
        self.world.person(email).active = False

    # --- what the tests look at ---

    def view(self, item: str) -> Mapping[str, Any]:
        """Show an issue in plain words."""
        issue = find_issue(self.world, item)
        return {
            "key": issue.key,
            "title": issue.summary,
            "labels": list(issue.labels),
            "team": issue.project.key,
            "board": boards.showing(self.world, issue),
            "state": issue.status.name,
            "assignee": issue.assignee and issue.assignee.email,
            "epic": issue.parent and issue.parent.summary,
            "due": issue.due and issue.due.isoformat(),
            "comments": [{"by": one.author.email, "body": self.world.plain(one.body)} for one in issue.comments],
        }

    def calls(self) -> Sequence[str]:
        """Return the names of the calls that the service made, in order, such as `PUT issue`."""
        return self.api.calls.names()

    def writes(self) -> Sequence[str]:
        """Return the names of the calls that meant to change something, in order."""
        return self.api.writes.names()

    def clear_calls(self) -> None:
        """Forget the calls so far."""
        self.api.calls.clear()
        self.api.writes.clear()

    def unsupported(self) -> Sequence[str]:
        """Return the calls that this sandbox does not know, in order."""
        return self.api.unsupported.names()

    def exchanges(self) -> Sequence[Exchange]:
        """Return the latest calls with their answers, to be held against the vendor's contract."""
        return tuple(self.api.exchanges)

    def fail_next(self, number: int, kind: str, call: str = ANY) -> None:
        """Let the next calls go wrong, or the next ones of that name (`POST comment`).

        Before anything happens: `500`, `409`, `ratelimit`, `html`, `drop`. With the effect in place: `drop_after`
        (the connection closes) and `truncate` (half an answer).
        """
        self.api.faults[call].add(number, kind)

    def _person(self, by: str) -> Account:
        return self.world.person(AUTOMATION if by == "automation" else by)
