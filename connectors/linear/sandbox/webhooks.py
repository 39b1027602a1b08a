"""Word and sign webhooks. See https://linear.app/developers/webhooks."""

import json
from collections.abc import Mapping
from typing import Any

from connectors._kit.sandbox import WebhookSender
from connectors._kit.signature import sign
from connectors.linear.sandbox.world import Row, World

CHILD = {
    "Cycle": ("id", "number", "name", "startsAt", "endsAt"),
    "Issue": ("id", "identifier", "title", "url", "teamId", "team"),
    "IssueLabel": ("id", "name", "color", "parentId"),
    "Project": ("id", "name", "url"),
    "ProjectStatus": ("id", "name", "type", "color"),
    "Team": ("id", "key", "name"),
    "User": ("id", "name", "email", "url"),
    "WorkflowState": ("id", "name", "type", "color"),
}
"""What a payload tells about a row that its own row refers to."""

TIMES = ("id", "createdAt", "updatedAt", "archivedAt")
PAYLOAD = {
    "Issue": (
        *TIMES,
        *("identifier", "number", "title", "description", "url", "priority", "priorityLabel", "estimate", "dueDate"),
        *("sortOrder", "stateId", "state", "teamId", "team", "assigneeId", "assignee", "creatorId", "creator"),
        *("cycleId", "cycle", "projectId", "project", "parentId", "labelIds", "labels", "subscriberIds"),
        *("previousIdentifiers", "addedToCycleAt", "addedToProjectAt", "addedToTeamAt", "startedAt", "completedAt"),
        *("canceledAt", "triagedAt", "snoozedUntilAt", "autoClosedAt", "autoArchivedAt", "trashed", "slaBreachesAt"),
    ),
    "Attachment": (*TIMES, "issueId", "title", "subtitle", "url", "metadata", "sourceType", "creatorId"),
    "Comment": (*TIMES, "body", "userId", "user", "issueId", "issue", "parentId", "editedAt", "resolvedAt"),
    "IssueLabel": (*TIMES, "name", "color", "description", "isGroup", "parentId", "teamId", "creatorId"),
    "Project": (
        *TIMES,
        *("name", "description", "slugId", "url", "color", "leadId", "lead", "teamIds", "memberIds", "labelIds"),
        *("statusId", "status", "priority", "sortOrder", "prioritySortOrder", "startDate", "targetDate", "startedAt"),
        *("completedAt", "canceledAt", "creatorId", "trashed"),
    ),
}
"""The kinds of rows whose changes are announced, and what is told of them."""

ALWAYS: Mapping[str, Mapping[str, Any]] = {
    "Attachment": {"groupBySource": False},
    "Issue": {"reactionData": [], "prioritySortOrder": 0, "slaType": "all"},
    "Comment": {"reactionData": [], "isArtificialAgentSessionRoot": False},
    "IssueLabel": {},
    "Project": {
        **{f"{name}History": [] for name in ("completedIssueCount", "completedScope", "inProgressScope")},
        **{name: [] for name in ("issueCountHistory", "scopeHistory", "initiatives", "milestones")},
    },
}


class Webhooks:
    """Announce changes through the sender: one webhook for all public teams and every kind in `PAYLOAD`."""

    def __init__(self, world: World, secret: str) -> None:
        self._world, self._id = world, world.ids.uuid("Webhook")
        self.sender = WebhookSender(
            lambda body: {"Linear-Signature": sign(body, secret)},
            taken=lambda status: status == 200,  # noqa: PLR2004  Linear takes nothing else for an answer
        )

    def announce(self, action: str, row: Row, actor: Row | None, former: Mapping[str, Any] | None) -> None:
        """Send a change's webhook, where its kind has one."""
        kind = row["__typename"]
        if kind not in PAYLOAD:
            return
        stamp = int(self._world.clock.peek().timestamp() * 1000)
        event = {
            "action": action,
            "actor": actor and {"type": "user", **self._child(actor)},
            "createdAt": row["updatedAt"],
            "data": self._data(row),
            "type": kind,
            "organizationId": self._world.rows("Organization")[0]["id"],
            "webhookTimestamp": stamp,
            "webhookId": self._id,
        }
        if action != "remove" and kind != "IssueLabel":
            event["url"] = self._world.value(row, "url")
        if former is not None:
            event["updatedFrom"] = former
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Linear-Webhook",
            "Linear-Delivery": self._world.ids.uuid("delivery"),
            "Linear-Event": kind,
            "Linear-Timestamp": str(stamp),
        }
        self.sender.send(json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode(), headers)

    def _data(self, row: Row) -> dict[str, Any]:
        """Return what is told of a row; fields without a value are left out, as Linear does."""
        kind = row["__typename"]
        told = {name: self._told(self._world.value(row, name)) for name in PAYLOAD[kind]}
        return {name: value for name, value in told.items() if value is not None} | dict(ALWAYS[kind])

    def _told(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._told(each) for each in value]
        return self._child(value) if isinstance(value, dict) and "__typename" in value else value

    def _child(self, row: Row) -> dict[str, Any]:
        told = {name: self._told(self._world.value(row, name)) for name in CHILD[row["__typename"]]}
        return {name: value for name, value in told.items() if value is not None}
