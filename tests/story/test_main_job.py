"""The main job from FastAPI's door to the sandbox's state, on both trackers and both databases."""

import math
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.assembly import Service, manifests
from app.ports import Sandbox
from tests.running import quiet, running, until

GRACE = "300ms"


@pytest.fixture(params=["linear", "jira"])
async def sandbox(request: pytest.FixtureRequest) -> AsyncIterator[Sandbox]:
    """Start a sandbox tracker."""
    make = manifests()[request.param].sandbox
    assert make is not None
    one = make()
    await one.start()
    yield one
    await one.aclose()


@pytest.fixture
async def at_work(sandbox: Sandbox, tmp_path: Path, database_url: str) -> AsyncIterator[Service]:
    """Run the service in act mode beside the sandbox."""
    settings = {**sandbox.environment(), "FOLLOWTHROUGH_DATABASE_URL": database_url}
    async with running(tmp_path, sandbox.policy(grace="1s"), settings) as (service, address):
        await quiet(service)
        sandbox.send_webhooks_to(f"{address}/webhooks/{next(iter(service.desks))}")
        yield service


async def _shows(sandbox: Sandbox, item: str, what: str, **wanted: Any) -> None:
    """Wait until the sandbox shows these truths (True: anything is there)."""

    def holds() -> bool:
        now = sandbox.view(item)
        return all(bool(now[key]) if value is True else now[key] == value for key, value in wanted.items())

    await until(holds, f"{what}; it shows {sandbox.view(item)}", 10)


async def test_operational_item_lands_on_the_board_of_whoever_is_on_call(sandbox: Sandbox, at_work: Service) -> None:
    """An operational item is on the on-call team's board, assigned and due, and nobody is spoken to."""
    item = await sandbox.create("grace@acme.test", "Alert on lag", ["post-mortem", "operational"])
    await _shows(sandbox, item, "the board", board=True, assignee="linus@acme.test", due=True)
    await quiet(at_work)
    assert sandbox.view(item)["comments"] == []


async def test_strategic_item_lands_under_the_epic_of_its_route(sandbox: Sandbox, at_work: Service) -> None:
    """A strategic item is put under the route's epic and stays with whoever has it."""
    item = await sandbox.create("grace@acme.test", "Shard the ledger", ["post-mortem", "strategic"])
    await _shows(sandbox, item, "the epic", epic=True)
    await quiet(at_work)
    assert sandbox.view(item)["assignee"] is None


async def test_unlabelled_item_is_asked_about_once_and_then_routed(sandbox: Sandbox, at_work: Service) -> None:
    """After its grace the creator is asked in one comment; their answer routes it and closes the question."""
    item = await sandbox.create("grace@acme.test", "Retry storms", ["post-mortem"])
    await until(lambda: len(sandbox.view(item)["comments"]) == 1, "the question")
    assert "needs-class" in sandbox.view(item)["labels"]
    await sandbox.comment(item, "grace@acme.test", "/operational")
    await _shows(sandbox, item, "the board", board=True, assignee="linus@acme.test")
    await quiet(at_work)
    now = sandbox.view(item)
    assert "needs-class" not in now["labels"]
    ours = [comment for comment in now["comments"] if comment["by"] != "grace@acme.test"]
    assert len(ours) == 1
    assert "Nothing is open" in ours[0]["body"]


async def test_doubled_webhook_changes_nothing(sandbox: Sandbox, at_work: Service) -> None:
    """The same delivery again is answered as a duplicate: nothing is read, nothing is written."""
    item = await sandbox.create("grace@acme.test", "Alert on lag", ["post-mortem", "operational"])
    await _shows(sandbox, item, "the board", board=True)
    await _at_rest(sandbox, at_work)
    before, calls = dict(sandbox.view(item)), list(sandbox.calls())
    await sandbox.redeliver()
    await _at_rest(sandbox, at_work)
    assert dict(sandbox.view(item)) == before
    assert list(sandbox.calls()) == calls


async def test_steady_state_costs_one_read(sandbox: Sandbox, at_work: Service) -> None:
    """A webhook for an item that is as it should be makes one read and no write."""
    item = await sandbox.create("grace@acme.test", "Alert on lag", ["post-mortem", "operational"])
    await _shows(sandbox, item, "the board", board=True)
    await _at_rest(sandbox, at_work)
    calls = len(sandbox.calls())
    await sandbox.update(item, "grace@acme.test", title="Alert on replica lag")
    await until(lambda: len(sandbox.calls()) > calls, "the look")
    await _at_rest(sandbox, at_work)
    assert len(sandbox.calls()) == calls + 1


async def test_forty_webhooks_in_a_second_make_two_reads_and_one_write(sandbox: Sandbox, at_work: Service) -> None:
    """A burst of webhooks for one item is folded: one write, and at most two reads of it, one more for each second."""
    calls, start = len(sandbox.calls()), time.monotonic()
    item = await sandbox.create("grace@acme.test", "Alert 0", ["post-mortem", "operational"])
    for number in range(39):
        await sandbox.update(item, "grace@acme.test", title=f"Alert {number + 1}")
    await sandbox.drain()
    seconds = math.ceil(time.monotonic() - start)
    await _shows(sandbox, item, "the board", board=True, assignee="linus@acme.test")
    await _at_rest(sandbox, at_work)
    made = list(sandbox.calls())[calls:]
    writes = [name for name in made if _is_write(name)]
    reads = [name for name in made if name in {"issues", "query issues", "POST issue/bulkfetch"}]
    assert len(writes) == 1, made
    assert len(reads) <= 1 + seconds, made


def _is_write(call: str) -> bool:
    return call.startswith("PUT") or "Update" in call or "Create" in call or call in {"POST comment", "POST issueLink"}


async def _at_rest(sandbox: Sandbox, service: Service) -> None:
    """Wait until webhooks are delivered, nothing is due soon, and nothing is on loan."""
    seen = -1
    while seen != len(sandbox.calls()):
        seen = len(sandbox.calls())
        await sandbox.drain()
        await quiet(service)

        async def nothing_soon() -> bool:
            now = service.clock.now()
            due = await service.store.next_due(now, list(service.trackers))
            return due is None or (due - now).total_seconds() > 2

        await until(nothing_soon, "nothing to be due soon")
