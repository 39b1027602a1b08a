"""Play Linear in memory behind a real socket, for the demo and the tests."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from connectors._kit.sandbox import SandboxServer
from connectors.linear.sandbox.acme import APP, furnish
from connectors.linear.sandbox.ages import make_older
from connectors.linear.sandbox.comments import create_comment, delete_comment
from connectors.linear.sandbox.derived import DERIVED
from connectors.linear.sandbox.example import POLICY
from connectors.linear.sandbox.issues import change_issue, create_issue, update_issue
from connectors.linear.sandbox.oauth import CLIENT_ID, CLIENT_SECRET
from connectors.linear.sandbox.operations import Caller
from connectors.linear.sandbox.projects import attach, create_label, update_project
from connectors.linear.sandbox.server import PATH, Server
from connectors.linear.sandbox.webhooks import Webhooks
from connectors.linear.sandbox.wishes import find_ticket, person, wish
from connectors.linear.sandbox.world import Row, World

API_KEY = "lin_api_sandbox"
SECRET = "sandbox webhook secret"  # noqa: S105  it guards nothing but the sandbox
AUTOMATION = "automation"
"""Whoever acts under this name is Linear itself: webhooks and history name no actor."""


class LinearSandbox:
    """Play Linear for the company Acme. What people do follows the same rules as what comes through the API.

    `by` is an e-mail address, or `automation`; tickets are named by id, key or title.
    """

    def __init__(self) -> None:
        self.url = ""
        self.world = World("acme")
        self.world.derived.update(DERIVED)
        furnish(self.world)
        self._webhooks = Webhooks(self.world, SECRET)
        self.world.announce = self._webhooks.announce
        service = self.world.find("User", email=APP)
        assert service is not None  # noqa: S101  Acme was furnished with it
        self.server = Server(Caller(self.world, service), API_KEY)
        self._listening = SandboxServer(self.server)

    async def start(self) -> None:
        """Listen on a free loopback port, told by `url`."""
        await self._listening.start()
        self.url = self._listening.url

    async def aclose(self) -> None:
        """Stop listening; webhooks under way are dropped."""
        await self._webhooks.sender.aclose()
        await self._listening.aclose()

    def environment(self, *, oauth: bool = False) -> Mapping[str, str]:
        """Return the settings that point the service at this sandbox; `oauth`: as an OAuth app, not with a key."""
        credentials = {"CLIENT_ID": CLIENT_ID, "CLIENT_SECRET": CLIENT_SECRET} if oauth else {"API_KEY": API_KEY}
        settings = {**credentials, "API_URL": f"{self.url}{PATH}", "WEBHOOK_SECRETS": SECRET}
        return {f"FOLLOWTHROUGH_LINEAR_{name}": value for name, value in settings.items()}

    def revoke_tokens(self) -> None:
        """Let every OAuth token be refused from now on."""
        self.server.tokens.revoke()

    def policy(self, grace: str = "3s") -> str:
        """Return a `followthrough.yaml` for Acme; an item may stay unclassified for `grace`."""
        return POLICY.format(grace=grace)

    # --- webhooks ---

    def send_webhooks_to(self, url: str) -> None:
        """Sign and send every later event there."""
        self._webhooks.sender.target(url)

    async def redeliver(self) -> None:
        """Send the latest webhook once more, byte for byte."""
        await self._webhooks.sender.redeliver()

    def hold_webhooks(self) -> None:
        """Keep webhooks back from now on."""
        self._webhooks.sender.hold()

    def release_webhooks(self, *, lose: bool = False) -> None:
        """Send those that were kept back, in order; `lose`: they never arrive."""
        self._webhooks.sender.release(lose=lose)

    async def drain(self) -> None:
        """Wait until every webhook was received or given up."""
        await self._webhooks.sender.drain()

    # --- people ---

    async def create(self, by: str, title: str, labels: Sequence[str] = (), **fields: Any) -> str:
        """Create a ticket, in ENG unless told otherwise; return its id. See `wish` for the fields."""
        actor = self._person(by)
        said = {"team": "ENG", "title": title, "labels": labels, **fields}
        issue = create_issue(self.world, actor, wish(self.world, actor, {}, said))
        return str(issue["id"])

    async def update(self, item: str, by: str, **fields: Any) -> None:
        """Edit a ticket. See `wish` for the fields."""
        issue, actor = find_ticket(self.world, item), self._actor(by)
        update_issue(self.world, actor, issue, wish(self.world, actor, self.world.value(issue, "team"), fields))

    async def comment(self, item: str, by: str, body: str) -> None:
        """Comment on a ticket."""
        issue = find_ticket(self.world, item)
        create_comment(self.world, self._person(by), {"issueId": issue["id"], "body": body})

    async def attach(self, item: str, by: str, url: str, title: str = "", source: str = "api") -> None:
        """Attach a link to a ticket; `source` is where it comes from, such as `github` for a pull request."""
        issue, actor = find_ticket(self.world, item), self._person(by)
        wanted = {"issueId": issue["id"], "url": url, "title": title or url, "sourceType": source}
        attach(self.world, actor, wanted)

    def age(self, item: str, span: timedelta) -> None:
        """Let everything about a ticket have happened that much earlier; no webhook tells of it."""
        make_older(self.world, find_ticket(self.world, item), span)

    async def delete_comment(self, item: str, by: str, number: int = -1) -> None:
        """Delete a ticket's comment, counted from the oldest one; usually the latest."""
        comments = self.world.value(find_ticket(self.world, item), "comments")
        delete_comment(self.world, self._person(by), comments[number])

    async def delete(self, item: str, by: str) -> None:
        """Put a ticket into the trash."""
        values = {"archivedAt": self.world.stamp(), "trashed": True}
        change_issue(self.world, self._actor(by), find_ticket(self.world, item), values, "remove")

    async def archive(self, item: str, by: str = AUTOMATION) -> None:
        """Archive a ticket, as Linear does by itself with what is done."""
        values = {"archivedAt": self.world.stamp()}
        change_issue(self.world, self._actor(by), find_ticket(self.world, item), values, "remove")

    async def hand_over(self, epic: str, by: str, owner: str | None) -> None:
        """Give a project another lead."""
        await self.update_project(epic, by, lead=owner)

    async def update_project(self, name: str, by: str, **fields: Any) -> None:
        """Edit a project: lead (e-mail or None), status (its type), teams (keys)."""
        project = self.world.find("Project", name=name)
        if project is None:
            raise ValueError(f"Acme has no project {name}")
        wanted: dict[str, Any] = {}
        if "lead" in fields:
            lead = person(self.world, fields["lead"])
            wanted["leadId"] = lead and lead["id"]
        if "status" in fields:
            wanted["statusId"] = self._one("ProjectStatus", type=fields["status"])["id"]
        if "teams" in fields:
            wanted["teamIds"] = [self._one("Team", key=key)["id"] for key in fields["teams"]]
        update_project(self.world, self._actor(by), project, wanted)

    # --- the office ---

    def make_label(
        self, name: str, *, team: str | None = None, group: str | None = None, is_group: bool = False
    ) -> None:
        """Make a label: a team's (by key) or the workspace's, in a group or a group itself."""
        wanted: dict[str, Any] = {"name": name, "isGroup": is_group}
        if team is not None:
            wanted["teamId"] = self._one("Team", key=team)["id"]
        if group is not None:
            wanted["parentId"] = self._one("IssueLabel", name=group)["id"]
        create_label(self.world, None, wanted)

    def retire_label(self, name: str) -> None:
        """Retire a label: it stays where it is, and nobody can put it anywhere."""
        self._one("IssueLabel", name=name)["retiredAt"] = self.world.stamp()

    def delete_label(self, name: str) -> None:
        """Delete a label from the workspace and from every ticket."""
        label = self._one("IssueLabel", name=name)
        del self.world.tables["IssueLabel"][label["id"]]
        for issue in self.world.rows("Issue"):
            issue["labelIds"] = [id_ for id_ in issue["labelIds"] if id_ != label["id"]]

    def deactivate(self, email: str) -> None:
        """Suspend somebody's account."""
        self._person(email)["active"] = False

    def set_on_call(self, email: str | None, team: str = "OPS") -> None:
        """Choose by hand who is on call for a team; None: nobody, and no schedule either."""
        duty = self.world.value(self._one("Team", key=team), "triageResponsibility")
        duty |= {"manualUserIds": [self._person(email)["id"]] if email else [], "timeScheduleId": None}

    # --- what the tests look at ---

    def view(self, item: str) -> Mapping[str, Any]:
        """Show a ticket in plain words."""
        issue = find_ticket(self.world, item)
        told = {name: self.world.value(issue, name) for name in ("team", "state", "assignee", "project", "parent")}
        epic = (told["project"] or {}).get("name") or (told["parent"] or {}).get("title")
        comments = [(self.world.value(each, "user"), each["body"]) for each in self.world.value(issue, "comments")]
        return {
            "key": issue["identifier"],
            "title": issue["title"],
            "labels": [label["name"] for label in self.world.value(issue, "labels")],
            "team": told["team"]["key"],
            "board": [told["team"]["name"], told["team"]["key"]],
            "state": told["state"]["name"],
            "assignee": told["assignee"] and told["assignee"]["email"],
            "epic": epic,
            "due": issue["dueDate"],
            "comments": [{"by": user["email"], "body": body} for user, body in comments],
        }

    def calls(self) -> Sequence[str]:
        """Return the service's calls in order, each by the GraphQL fields it asked for: `issues`, `issueUpdate`."""
        return self.server.calls.names()

    def writes(self) -> Sequence[str]:
        """Return the names of the mutations in those calls, one for each alias."""
        return self.server.writes.names()

    def clear_calls(self) -> None:
        """Forget the calls so far."""
        self.server.calls.clear()
        self.server.writes.clear()

    def fail_next(self, number: int, kind: str) -> None:
        """Let the next calls go wrong: `500`, `html`, `ratelimit`, or `drop_after` (the effect is there)."""
        self.server.faults.add(number, kind)

    def _actor(self, by: str) -> Row | None:
        return None if by == AUTOMATION else self._person(by)

    def _person(self, by: str) -> Row:
        return self._one("User", email=by)

    def _one(self, table: str, **fields: Any) -> Row:
        found = self.world.find(table, **fields)
        if found is None:
            raise ValueError(f"Acme has no {table} with {fields}")
        return found
