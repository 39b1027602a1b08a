"""Tell of what happened in Jira's webhooks: version 2 shapes, signed.

https://developer.atlassian.com/cloud/jira/platform/webhooks/
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from connectors._kit.signature import sign
from connectors.jira.sandbox import show_issue
from connectors.jira.sandbox.model import Account, Comment, Entry, Issue, Link
from connectors.jira.sandbox.show import Show
from connectors.jira.sandbox.world import World

_WITH_COMMENTS = ("summary", "issuetype", "project", "assignee", "priority", "status")
_COMMENT_KINDS = {
    "created": "issue_commented",
    "updated": "issue_comment_edited",
    "deleted": "issue_comment_deleted",
}
_RETRIED = frozenset({408, 409, 425, 429})


def taken(status: int) -> bool:
    """Tell whether Jira does not send again after this answer; most refusals lose the event."""
    return status < 500 and status not in _RETRIED  # noqa: PLR2004  "server error" as HTTP says


def signature(body: bytes, secret: str) -> Mapping[str, str]:
    """Return the header that seals a webhook's body."""
    return {"X-Hub-Signature": f"sha256={sign(body, secret)}"}


@dataclass(frozen=True, slots=True)
class Events:
    """Write webhooks about the world and hand them to `send(body, headers)`."""

    world: World
    send: Callable[[bytes, Mapping[str, str]], None]

    def created(self, issue: Issue, by: Account, entry: Entry) -> None:
        """Tell of a new issue: all its fields, and on Cloud what it was made with."""
        log = {} if self.world.data_center else self._changelog(entry)
        self._tell("jira:issue_created", {"issue_event_type_name": "issue_created", **self._about(issue, by), **log})

    def updated(self, issue: Issue, by: Account, entry: Entry) -> None:
        """Tell of an edit: all fields and what changed."""
        kind = {"issue_event_type_name": _kind({change.name for change in entry.changes})}
        self._tell("jira:issue_updated", {**kind, **self._about(issue, by), **self._changelog(entry)})

    def deleted(self, issue: Issue, by: Account) -> None:
        """Tell that an issue is gone: how it was last, and no changes."""
        self._tell("jira:issue_deleted", self._about(issue, by))

    def commented(self, issue: Issue, comment: Comment, event: str) -> None:
        """Tell of a comment: hardly any of the issue on Cloud, none on Data Center, which sends a second event."""
        shown = {"comment": self._show.comment(issue, comment)}
        if self.world.data_center:
            by = {} if event == "created" else {"user": self._show.account(comment.editor)}
            self._tell(f"comment_{event}", {**by, **shown})
            kind = {"issue_event_type_name": _COMMENT_KINDS[event]}
            self._tell("jira:issue_updated", {**kind, **self._about(issue, comment.editor), **shown})
        else:
            self._tell(f"comment_{event}", {**shown, "issue": show_issue.issue(self._show, issue, _WITH_COMMENTS)})

    def linked(self, link: Link) -> None:
        """Tell of a link: numbers only, and nobody who made it."""
        names = {"outwardName": link.type.outward, "inwardName": link.type.inward, "name": link.type.name}
        kind = {"id": int(link.type.id), **names, "isSubTaskLinkType": False, "isSystemLinkType": False}
        ends = {"sourceIssueId": int(link.source), "destinationIssueId": int(link.destination)}
        shown = {"id": int(link.id), **ends, "issueLinkType": kind, "systemLink": False}
        self._tell("issuelink_created", {"issueLink": shown})

    @property
    def _show(self) -> Show:
        return Show(self.world, 2, webhook=True)

    def _about(self, issue: Issue, by: Account) -> dict[str, Any]:
        show = self._show
        fields = set(show_issue.fields_of(show, issue)) - (set() if self.world.data_center else {"comment"})
        return {"user": show.account(by), "issue": show_issue.issue(show, issue, fields)}

    def _changelog(self, entry: Entry) -> dict[str, Any]:
        items = [self._item(change) for change in entry.changes]
        return {"changelog": {"id": entry.id, "items": items}}

    def _item(self, change: Any) -> dict[str, Any]:
        shown = show_issue.item(self._show, change)
        if change.name != "assignee" or self.world.data_center:
            return shown
        return {**shown, "tmpFromAccountId": shown["from"], "tmpToAccountId": shown["to"]}

    def _tell(self, event: str, content: Mapping[str, Any]) -> None:
        stamp = int(self.world.clock.peek().timestamp() * 1000)
        body = json.dumps({"timestamp": stamp, "webhookEvent": event, **content}, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Atlassian HttpClient"}
        if not self.world.data_center:
            headers["User-Agent"] = "Atlassian Webhook HTTP Client"
            headers["X-Atlassian-Webhook-Identifier"] = self.world.ids.uuid("webhook")
            headers["X-Atlassian-Webhook-Flow"] = "Primary"
        self.send(body, headers)


def _kind(names: set[str]) -> str:
    """Return Jira's name for the kind of an edit."""
    if "Key" in names:
        return "issue_moved"
    if "status" in names:
        return "issue_generic"
    return "issue_assigned" if names == {"assignee"} else "issue_updated"
