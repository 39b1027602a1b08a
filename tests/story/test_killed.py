"""The service is killed in the middle of its work: nothing is doubled, nothing is lost."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.cli.commands import Serving, serving
from tests.database import empty
from tests.running import until
from tests.story.emulators import SECRET, World, world
from tests.story.stage import LINUS, US, Policy, policy


@pytest.fixture
def tracker(request: pytest.FixtureRequest) -> Iterator[World]:
    """Start the emulator that the test names."""
    with world(request.param) as one:
        yield one


@pytest.fixture
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that is a child's home."""
    return tmp_path_factory.mktemp("home")


@asynccontextmanager
async def program(cache: Path, folder: Path, settings: dict[str, str]) -> AsyncIterator[Serving]:
    """Run `followthrough serve` as a program, and read its log, so that it can go on writing one."""
    async with serving(cache, folder, settings) as service:
        assert service.process.stderr is not None
        reading = asyncio.create_task(service.process.stderr.read())
        try:
            yield service
        finally:
            if service.process.returncode is None:
                service.process.kill()
            service.log.extend((await reading).decode().splitlines())


def child(tracker: World, folder: Path, rules: Policy, **more: str) -> dict[str, str]:
    """Write the policy; return the settings of a child."""
    rules = {**rules, "limits": {"largest_change": "100%"}}  # there is more to do than goes without an approval
    (folder / "followthrough.yaml").write_text(json.dumps(rules), encoding="utf-8")
    return {**tracker.settings, "FOLLOWTHROUGH_MODE": "act", **more}


async def _everywhere(tracker: World, asked: Sequence[str], routed: Sequence[str]) -> bool:
    """Tell whether all items are where they belong."""
    for item in asked:
        now = await tracker.get(item)
        if "needs-class" not in now["labels"] or len(now["ours"]) != 1:
            return False
    for item in routed:
        now = await tracker.get(item)
        if not now["on_board"] or now["assignee"] != LINUS or not now["due"]:
            return False
    return True


def _written_since(tracker: World, before: int) -> Callable[[], Awaitable[bool]]:
    """Return what tells whether five more writes were made than before."""

    async def written() -> bool:
        return len(await tracker.play("service_writes")) >= before + 5

    return written


async def _nothing_doubled(tracker: World, items: Sequence[str]) -> None:
    assert [write for write in await tracker.play("service_writes") if write["noop"]] == []
    assert await tracker.play("conformance") == await tracker.play("unsupported") == []
    for item in items:
        comments = [one for one in (await tracker.play("get", item))["comments"] if one["user"] == US]
        assert len(comments) <= 1


async def _items(tracker: World) -> tuple[list[str], list[str]]:
    """Create items to ask about and items to route."""
    asked = [await tracker.create(f"What is it {number}", ["post-mortem"]) for number in range(12)]
    return asked, [await tracker.create(f"Fix it {number}", ["post-mortem", "operational"]) for number in range(12)]


@pytest.mark.parametrize("tracker", ["linear", "jira"], indirect=True)
async def test_killed_in_the_middle_of_work(tracker: World, cache: Path, tmp_path: Path) -> None:
    """A service that is killed while it writes, and started again, ends where one would that was not."""
    settings = child(tracker, tmp_path, policy(tracker))
    asked, routed = await _items(tracker)
    await tracker.play("faults", {"only": "write", "kind": "slow", "seconds": 0.2})
    async with program(cache, tmp_path, settings) as service:
        await until(_written_since(tracker, 0), "some writes", 30)
        service.process.send_signal(signal.SIGKILL)
        await service.process.wait()
    await tracker.play("no_faults")
    async with program(cache, tmp_path, settings):
        await until(lambda: _everywhere(tracker, asked, routed), "everything in its place", 20)
    await _nothing_doubled(tracker, [*asked, *routed])


@pytest.mark.parametrize("tracker", ["linear"], indirect=True)
async def test_two_share_the_work_and_one_dies(
    tracker: World, postgres_tables: str, cache: Path, tmp_path: Path
) -> None:
    """Of two replicas on one database one is killed: the other takes its items over within 15 seconds."""
    empty(postgres_tables)
    settings = child(tracker, tmp_path, policy(tracker), FOLLOWTHROUGH_DATABASE_URL=postgres_tables)
    async with program(cache, tmp_path, settings) as one, program(cache, tmp_path, settings) as other:
        await tracker.play("webhook", f"{other.address}/webhooks/{tracker.door}", SECRET)
        await tracker.play("faults", {"only": "write", "kind": "slow", "seconds": 0.3})
        before = len(await tracker.play("service_writes"))
        asked, routed = await _items(tracker)
        await until(_written_since(tracker, before), "some writes", 30)
        one.process.send_signal(signal.SIGKILL)
        await one.process.wait()
        await tracker.play("no_faults")
        await until(lambda: _everywhere(tracker, asked, routed), "everything in its place", 15)
    await _nothing_doubled(tracker, [*asked, *routed])
    assert [_handled(each) > 0 for each in (one, other)] == [True, True]


def _handled(service: Serving) -> int:
    """Count the items that a replica told of."""
    return sum('"handled"' in line for line in service.log)
