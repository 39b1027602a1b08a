"""Show people, projects, statuses and comments as Jira's JSON.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from connectors.jira.sandbox import adf
from connectors.jira.sandbox.model import Account, Comment, Issue, IssueType, LinkType, Named, Project, Rich, Status
from connectors.jira.sandbox.world import World

_CATEGORIES = {
    "new": (2, "To Do", "blue-gray"),
    "indeterminate": (4, "In Progress", "yellow"),
    "done": (3, "Done", "green"),
}


@dataclass(frozen=True, slots=True)
class Show:
    """Turn things into JSON. `version` is the API's; webhooks speak version 2 everywhere and hide e-mails on Cloud."""

    world: World
    version: int
    webhook: bool = False

    def here(self, path: str) -> str:
        """Return the address of something in the API."""
        return f"{self.world.url}/rest/api/{self.version}/{path}"

    def time(self, at: datetime) -> str:
        """Return a time as the service's account sees it: in its zone, the offset without a colon."""
        local = at.astimezone(ZoneInfo(self.world.me.zone))
        return f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond // 1000:03d}{local:%z}"

    def text(self, text: Rich | None) -> Rich | None:
        """Return a text as this version has it: a document in version 3, else wiki markup."""
        return adf.to_wiki(text) if isinstance(text, dict) and self.version == 2 else text  # noqa: PLR2004  the API's number

    def account(self, account: Account | None) -> dict[str, Any] | None:
        """Return somebody, None for nobody."""
        if account is None:
            return None
        shown = {
            "avatarUrls": {f"{size}x{size}": f"{self.world.url}/avatar/{size}" for size in (48, 24, 16, 32)},
            "displayName": account.name,
            "active": account.active,
            "timeZone": account.zone,
        }
        email = {"emailAddress": account.email} if account.kind == "atlassian" or account == self.world.me else {}
        if self.world.data_center:
            names = {"name": account.username, "key": account.key}
            return {"self": self.here(f"user?username={account.username}"), **names, **email, **shown}
        ids = {"accountId": account.id, "accountType": account.kind}
        hidden = {} if self.webhook else email
        return {"self": self.here(f"user?accountId={account.id}"), **ids, **hidden, **shown}

    def status(self, status: Status) -> dict[str, Any]:
        """Return a status with its category."""
        number, name, colour = _CATEGORIES[status.category]
        category = {"id": number, "key": status.category, "colorName": colour, "name": name}
        return {
            "self": self.here(f"status/{status.id}"),
            "description": "",
            "iconUrl": f"{self.world.url}/",
            "name": status.name,
            "id": status.id,
            "statusCategory": {"self": self.here(f"statuscategory/{number}"), **category},
        }

    def type(self, type_: IssueType) -> dict[str, Any]:
        """Return an issue type."""
        level = {} if self.world.data_center else {"hierarchyLevel": type_.level}
        icon = f"{self.world.url}/icon/{type_.id}"
        named = {"id": type_.id, "description": "", "iconUrl": icon, "name": type_.name, "subtask": type_.level < 0}
        return {"self": self.here(f"issuetype/{type_.id}"), **named, **level}

    def named(self, kind: str, one: Named | None) -> dict[str, Any] | None:
        """Return what has an id and a name; `kind` is its path in the API."""
        return {"self": self.here(f"{kind}/{one.id}"), "id": one.id, "name": one.name} if one else None

    def project(self, project: Project) -> dict[str, Any]:
        """Return a project as issues show it."""
        simplified = {} if self.world.data_center else {"simplified": project.next_gen}
        return {
            "self": self.here(f"project/{project.id}"),
            "id": project.id,
            "key": project.key,
            "name": project.name,
            "projectTypeKey": "software",
            "avatarUrls": {f"{size}x{size}": f"{self.world.url}/avatar/{size}" for size in (48, 24, 16, 32)},
            **simplified,
        }

    def link_type(self, type_: LinkType) -> dict[str, Any]:
        """Return a kind of link."""
        words = {"id": type_.id, "name": type_.name, "inward": type_.inward, "outward": type_.outward}
        return {"self": self.here(f"issueLinkType/{type_.id}"), **words}

    def comment(self, issue: Issue, comment: Comment, *, properties: bool = False) -> dict[str, Any]:
        """Return a comment; its properties only for those who asked."""
        kept = [{"key": key, "value": value} for key, value in comment.properties.items()]
        return {
            "self": self.here(f"issue/{issue.id}/comment/{comment.id}"),
            "id": comment.id,
            "author": self.account(comment.author),
            "body": self.text(comment.body),
            "updateAuthor": self.account(comment.editor),
            "created": self.time(comment.created),
            "updated": self.time(comment.updated),
            **({} if self.world.data_center else {"jsdPublic": True}),
            **({"properties": kept} if properties else {}),
        }
