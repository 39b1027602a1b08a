"""Make webhooks of every kind that a tracker sends, by letting people do things in a sandbox; and copies by the number.

What a sandbox has no way to bring about is worded here.
"""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.assembly import manifests

_BY = "grace@acme.test"
_MARK = "number 4004004004"
_COUNTED = "number 4%09d"
"""Stands in each copy, in as many letters as the mark."""
_TEXT = f"{_MARK}. " + "The queue grew for an hour, and nobody heard of it. " * 80


@dataclass(frozen=True, slots=True)
class Stem:
    """Hold a body of which copies are made, each about another item."""

    body: bytes
    item: bytes
    tracker: str

    def copy(self, number: int) -> bytes:
        """Return the body of that number; its item is nobody else's."""
        item = str(uuid.UUID(int=number, version=4)) if self.tracker == "linear" else str(10**9 + number)
        return self.body.replace(self.item, item.encode()).replace(_MARK.encode(), (_COUNTED % number).encode())


async def stems(tracker: str) -> list[Stem]:
    """Return a body of each kind."""
    make = manifests()[tracker].sandbox
    assert make is not None  # noqa: S101  those whose bodies are spoiled have one
    sandbox: Any = make()
    sender = getattr(sandbox, "_sender", None) or sandbox._webhooks.sender  # noqa: SLF001  what it sends is wanted, not sent
    sender.target("http://127.0.0.1:9")
    sender.hold()
    item = await _play(sandbox, tracker)
    sent: list[bytes] = [one.body for one in sender._held]  # noqa: SLF001  see above
    await sandbox.aclose()
    more = _more_of_jira(item) if tracker == "jira" else []
    bodies = [*sent, *(json.dumps(one).encode() for one in more)]
    return [Stem(body, item.encode(), tracker) for body in bodies if item.encode() in body]


async def _play(sandbox: Any, tracker: str) -> str:
    """Let people do to an item what there is to do; return its id."""
    item: str = await sandbox.create(_BY, f"Add an alert, {_MARK}", ["post-mortem"], description=_TEXT)
    await sandbox.update(item, _BY, labels=["post-mortem", "operational"], assignee=_BY, due="2027-01-31")
    await sandbox.comment(item, _BY, f"/risk If we do not act by 2027-01-31, we will lose 30 % of orders, {_MARK}")
    await sandbox.delete_comment(item, _BY)
    if tracker == "linear":
        await sandbox.attach(item, _BY, f"https://acme.test/{_MARK}".replace(" ", "-"), _MARK)
        await sandbox.archive(item)
    else:
        await sandbox.update(item, _BY, team="OPS")
        await sandbox.delete(item, _BY)
    return item


def _more_of_jira(item: str) -> list[dict[str, Any]]:
    now = datetime.now(UTC)
    grace = {"accountId": "grace", "displayName": "Grace", "accountType": "atlassian"}
    worklog = {"id": "7", "issueId": item, "author": grace, "comment": _MARK, "timeSpentSeconds": 60}
    link = {"id": 8, "sourceIssueId": int(item), "destinationIssueId": 1, "issueLinkType": {"id": 1, "name": _MARK}}
    told: list[dict[str, Any]] = [
        {"webhookEvent": "worklog_created", "worklog": {**worklog, "created": now.isoformat()}},
        {"webhookEvent": "issuelink_created", "issueLink": link},
        {"webhookEvent": "attachment_created", "attachment": {"id": 9, "filename": _MARK, "author": grace, "of": item}},
        {"webhookEvent": "sprint_started", "sprint": {"id": 3, "name": _MARK, "goal": item}},
        {"issue": {"id": int(item), "key": "PM-7", "fields": {"summary": _MARK, "labels": ["post-mortem"]}}},
    ]
    return [{"timestamp": int(now.timestamp() * 1000), **one} for one in told]
