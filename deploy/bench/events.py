"""Make webhooks as Linear sends them, some 6 KB each and each about another issue."""

import base64
import hashlib
import hmac
import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

SECRET = "bench"  # noqa: S105  it guards nothing but the bench
SIZE = 6_000
"""Bytes of a body."""
_STEMS = [
    "queue",
    "alert",
    "deploy",
    "cluster",
    "region",
    "latency",
    "retry",
    "replica",
    "shard",
    "backup",
    "token",
    "cache",
    "index",
    "timeout",
    "rollback",
    "ledger",
    "payment",
    "customer",
    "invoice",
    "gateway",
    "circuit",
    "breaker",
    "metric",
    "dashboard",
    "runbook",
    "owner",
    "review",
    "budget",
    "migration",
    "schema",
    "worker",
    "partition",
]
_ENDINGS = ("", "s", "ed", "ing", ",", ".", " the", " of")


@dataclass(frozen=True, slots=True)
class Event:
    """Hold one webhook."""

    body: bytes
    headers: dict[str, str]

    def request(self, path: str) -> bytes:
        """Return it as it goes over the wire."""
        lines = [f"POST {path} HTTP/1.1", "host: bench", f"content-length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + self.body

    def line(self, path: str) -> str:
        """Return it as a line of a file of requests."""
        return base64.b64encode(self.request(path)).decode()


def issue_event(number: int, issue: str | None = None, action: str = "update") -> Event:
    """Return a signed event about an issue, a new one unless its id is given."""
    return signed(json.dumps(_payload(number, issue or str(uuid.uuid4()), action), separators=(",", ":")).encode())


def signed(body: bytes, secret: str = SECRET) -> Event:
    """Return a body with the headers that Linear sends."""
    headers = {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "Linear-Webhook",
        "linear-event": "Issue",
        "linear-delivery": str(uuid.uuid4()),
        "linear-signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(),
    }
    return Event(body, headers)


def _payload(number: int, issue: str, action: str) -> dict[str, Any]:
    user = {"id": str(uuid.UUID(int=7, version=4)), "type": "user", "name": "Grace Hopper", "email": "grace@acme.test"}
    label = {"id": str(uuid.UUID(int=9, version=4)), "name": "post-mortem", "color": "#eb5757"}
    team = {"id": str(uuid.UUID(int=8, version=4)), "key": "ENG", "name": "Engineering"}
    state = {"id": str(uuid.UUID(int=5, version=4)), "name": "Todo", "type": "unstarted", "color": "#e2e2e2"}
    now = "2026-11-24T08:00:00.000Z"
    payload: dict[str, Any] = {
        "action": action,
        "actor": user,
        "createdAt": now,
        "data": {
            "id": issue,
            "createdAt": now,
            "updatedAt": now,
            "number": number,
            "title": f"Add an alert for the queue's length {number}",
            "description": "",
            "priority": 2,
            "labelIds": [label["id"]],
            "labels": [label],
            "teamId": team["id"],
            "team": team,
            "stateId": state["id"],
            "state": state,
            "creatorId": user["id"],
            "identifier": f"ENG-{number}",
            "url": f"https://linear.acme.test/acme/issue/ENG-{number}",
        },
        "updatedFrom": {"updatedAt": now, "description": None},
        "url": f"https://linear.acme.test/acme/issue/ENG-{number}",
        "type": "Issue",
        "organizationId": str(uuid.UUID(int=6, version=4)),
        "webhookTimestamp": int(time.time() * 1000),
        "webhookId": str(uuid.UUID(int=4, version=4)),
    }
    room = SIZE - len(json.dumps(payload, separators=(",", ":")))
    payload["data"]["description"] = _prose(number)[:room]
    return payload


def _prose(number: int) -> str:
    """Return text that compresses as text does: each word is drawn from many, by the number."""
    digest = hashlib.shake_128(str(number).encode()).digest(2 * SIZE // 8)
    return " ".join(f"{_STEMS[one >> 3]}{_ENDINGS[one & 7]}" for one in digest)
