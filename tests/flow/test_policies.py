"""A policy that changes while the service runs: taken over when it is whole, left aside when it is broken."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from app.core.errors import Misconfigured
from app.core.policy import Policy, Watch
from app.flow.policies import Policies
from app.ports import Problem
from tests.running import until

OLD = Policy(watch=(Watch("jira", "post-mortem"),), digest="old")
NEW = replace(OLD, digest="new")


@dataclass
class File:
    """Play a policy file: what it holds, and when it was written."""

    holds: Policy | Misconfigured = OLD
    written: int = 0
    reads: int = 0
    adopted: list[str] = field(default_factory=list)
    later: str | None = None

    def read(self) -> Policy:
        """Return what it holds, or refuse it."""
        self.reads += 1
        if isinstance(self.holds, Misconfigured):
            raise self.holds
        return self.holds

    def write(self, holds: Policy | Misconfigured) -> None:
        """Change it."""
        self.holds, self.written = holds, self.written + 1

    def adopt(self, new: Policy) -> str | None:
        """Note that a policy came into force."""
        self.adopted.append(new.digest)
        return self.later


@pytest.fixture
def file() -> File:
    """Give a file with the old policy."""
    return File()


@pytest.fixture
def policies(file: File) -> Policies:
    """Give what watches the file."""
    return Policies(OLD, file.read, lambda: file.written, file.adopt)


def told(policies: Policies) -> Problem | None:
    """Return what is wrong now."""
    return policies.problem


@asynccontextmanager
async def watching(policies: Policies) -> AsyncIterator[None]:
    """Let it watch the file, very often."""
    task = asyncio.create_task(policies.run(0.002))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_file_that_changed_is_taken_over(file: File, policies: Policies) -> None:
    """By itself, and once; a file that stands still is never read."""
    async with watching(policies):
        await asyncio.sleep(0.02)
        assert file.reads == 0
        file.write(NEW)
        await until(lambda: policies.current() is NEW, "the new policy to be in force")
    assert (file.adopted, policies.problem) == (["new"], None)


async def test_a_broken_file_keeps_the_policy_until_it_is_mended(
    file: File, policies: Policies, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told with its place, once; what was in force stays so."""
    async with watching(policies):
        file.write(Misconfigured("f.yaml:1:1: no", "f.yaml:2:1: nor this"))
        await until(lambda: policies.problem, "the break to be told")
        assert policies.problem is not None
        assert (policies.problem.id, policies.problem.blocks) == ("policy.broken", False)
        assert "f.yaml:1:1: no (and 1 more)" in policies.problem.message
        assert policies.current() is OLD
        reads = file.reads
        await asyncio.sleep(0.02)
        assert file.reads == reads
        file.write(NEW)
        await until(lambda: policies.current() is NEW, "the mended policy to be in force")
    assert told(policies) is None
    assert "f.yaml:1:1: no; f.yaml:2:1: nor this" in caplog.text


async def test_a_file_that_means_the_same_changes_nothing(file: File, policies: Policies) -> None:
    """A new comment in it is no reason to look at every item."""
    file.write(replace(OLD))
    assert await policies.take_over() is False
    assert (file.adopted, policies.current() is OLD) == ([], True)


async def test_who_asks_gets_it_read_though_it_seems_unchanged(file: File, policies: Policies) -> None:
    """A file system may keep no good time."""
    file.holds = NEW
    async with watching(policies):
        await asyncio.sleep(0.02)
        assert policies.current() is OLD
        policies.ask()
        await until(lambda: policies.current() is NEW, "the new policy to be in force")


async def test_what_takes_a_restart_is_told(file: File, policies: Policies) -> None:
    """The rest of the policy is in force all the same."""
    file.later = "the policy watches linear now, which only a restart connects"
    file.write(NEW)
    assert await policies.take_over() is True
    assert policies.problem is not None
    assert (policies.problem.id, policies.problem.message) == ("policy.restart", file.later)


async def test_a_policy_that_cannot_be_put_in_force_is_broken(policies: Policies, file: File) -> None:
    """Such as one that watches nothing that has credentials."""

    def refuse(new: Policy) -> str | None:
        raise Misconfigured("no tracker that the policy watches has credentials")

    policies.adopt = refuse
    file.write(NEW)
    assert await policies.take_over() is False
    assert policies.current() is OLD
    assert policies.problem is not None
