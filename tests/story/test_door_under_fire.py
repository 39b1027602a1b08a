"""The doors under fire, while real webhooks come in at the same time."""

import asyncio
import hashlib
import hmac
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.story.emulators import SECRET, World, world
from tests.story.stage import LINUS, Stage, stage

NOT_FOUND = 404
A_WEEK = 7 * 24 * 3600 * 1000
"""Milliseconds."""
ROUNDS = 25
"""How often each kind of shot is fired."""


@pytest.fixture(scope="module", params=["linear", "jira"])
def tracker(request: pytest.FixtureRequest) -> Iterator[World]:
    """Start one emulator for the module."""
    with world(request.param) as one:
        yield one


def _signed(tracker: World, body: bytes, name: str) -> dict[str, str]:
    """Return the headers of a call that is signed by the right secret."""
    mac = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    if tracker.door == "linear":
        return {"linear-signature": mac, "linear-delivery": name}
    return {"x-hub-signature": f"sha256={mac}", "x-atlassian-webhook-identifier": name}


def _bodies(number: int) -> dict[str, bytes]:
    """Return what nobody expects, by its name; each round's is another."""
    now = int(time.time() * 1000)
    event = {"type": "Issue", "action": "update", "webhookEvent": "jira:issue_updated", "number": number}
    event |= {"webhookTimestamp": now, "timestamp": now}
    long_ago = {"webhookTimestamp": now - A_WEEK, "timestamp": now - A_WEEK}
    strange = {"data": {"id": "x\x00y", "labels": 7, "issueId": {"a": 1}}, "issue": {"id": -1, "fields": [1]}}
    absent = {"data": {"id": f"00000000-0000-4000-8000-{number:012}"}, "issue": {"id": f"99{number}"}}
    values: dict[str, Any] = {
        "old": event | long_ago,
        "unknown": event | {"type": "Teapot", "webhookEvent": "teapot_boiled"},
        "strange": event | strange,
        "no ticket": event | absent,
        "surrogate": event | {"type": "\ud800", "webhookEvent": "\ud800", "action": "\udfff"},
        "a number": number,
    }
    texts = {"not JSON": b"{", "deep": b"[" * 10_000 + b"]" * 10_000, "bytes": b'{"type": "Issue\xff\xfe"}'}
    spaced = {name: text + b" " * number for name, text in texts.items()}
    return {name: json.dumps(value).encode() for name, value in values.items()} | spaced


async def _fire(one: Stage, browser: httpx.AsyncClient) -> set[tuple[str, int]]:
    """Fire everything, each round's shots one after the other; return what was answered to what."""
    door, answers = f"{one.address}/webhooks/{one.world.door}", set()
    forged = {"linear-signature": "0" * 64, "x-hub-signature": "sha256=" + "0" * 64}
    for number in range(ROUNDS):
        shots = [(name, body, _signed(one.world, body, f"{name}-{number}")) for name, body in _bodies(number).items()]
        for name, body, headers in [*shots, ("forged", b"{}", forged), ("unsigned", b"{}", {})]:
            answer = await browser.post(door, content=body, headers=headers)
            answers.add((name, answer.status_code))
    huge = await browser.post(door, content=b" " * 30_000_000)
    return {*answers, ("huge", huge.status_code)}


async def test_real_webhooks_come_through(tracker: World, tmp_path: Path) -> None:
    """Whatever strangers send is answered without an error of ours, and every real item is handled meanwhile."""
    async with stage(tracker, tmp_path) as one, httpx.AsyncClient(timeout=30) as browser:
        await one.play("delivery", duplicate=0.3, bad_signature=0.1)
        firing = asyncio.create_task(_fire(one, browser))
        items = [await one.create(f"Fix it {number}", "operational") for number in range(15)]
        kept = {(name, 200) for name in ("old", "unknown", "strange", "no ticket", "surrogate", "a number")}
        refused = {("not JSON", 400), ("deep", 400), ("bytes", 400), ("huge", 413), ("forged", 401), ("unsigned", 401)}
        assert await firing == kept | refused
        replays = [one["n"] for one in await one.play("deliveries")]
        for number in random.Random(1).sample(replays, 10):
            await one.play("redeliver", number)
        lost = {entry["entity"]["id"] for entry in await one.play("deliveries") if entry["bad_signature"]}
        for item in items:
            if item not in lost:
                await one.shows(item, on_board=True, assignee=LINUS, ours=0)
        await one.rest()
        summary = await one.play("webhook_summary")
        assert not [status for status in summary["statuses"] if status not in {"200", "401"}], summary
        await one.fair(rejected=lambda refusal: refusal.get("status") == NOT_FOUND)
