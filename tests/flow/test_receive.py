"""What a webhook call makes due, and when a second one is the first once more."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.core.policy import Policy, Watch
from app.flow.receive import Desk, Outcome, receive
from app.store import SqlStore
from connectors.jira.webhook import SHARED, JiraDoor
from tests.flow.fakes import FakeClock
from tests.store.examples import LEASE

POLICY = Policy(watch=(Watch("jira", "post-mortem"),))
RULE = b'{"issue": {"id": 10001, "key": "PM-7"}}'
"""What an automation rule sends: the same for each event of an item."""
WEBHOOK = b'{"timestamp": %d, "webhookEvent": "jira:issue_updated", "issue": {"id": "10001", "key": "PM-7"}}'


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Open a store behind Jira's door."""
    store = SqlStore(f"sqlite:///{tmp_path / 'work.db'}")
    await store.open()
    yield Desk("jira", JiraDoor(), ("secret",), store, lambda: POLICY, FakeClock())
    await store.aclose()


async def _told(desk: Desk, body: bytes) -> tuple[Outcome, bool]:
    """Make one call; return what became of it, and whether an item was due by it."""
    outcome = await receive(desk, {SHARED: "secret"}, body)
    claims = await desk.store.claim(9, desk.clock.now(), LEASE, ["jira"])
    for claim in claims:
        await desk.store.forget(claim)
    return outcome, bool(claims)


async def test_each_call_of_an_automation_rule_is_an_event(desk: Desk) -> None:
    """Its body has no stamp, so the next event of the same item reads as the one before, and is none the less new."""
    assert [await _told(desk, RULE) for _ in range(3)] == [(Outcome.KEPT, True)] * 3


async def test_webhook_that_is_sent_again_is_a_duplicate(desk: Desk) -> None:
    """Its stamp stays the same when it is sent again, and is another for the next event."""
    now = int(desk.clock.now().timestamp() * 1000)
    told = [await _told(desk, WEBHOOK % at) for at in (now, now, now + 1)]
    assert told == [(Outcome.KEPT, True), (Outcome.DUPLICATE, False), (Outcome.KEPT, True)]
