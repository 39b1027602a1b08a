"""When the running service looks its set-up over, and what it keeps of that."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace

import pytest

from app.core.errors import Transient
from app.core.policy import Policy
from app.flow.checkup import Checkup
from app.ports.examiner import Diagnosis
from tests.running import until

WRONG = Diagnosis("jira.board", "there is no board 7", "see the route")
HIDDEN = Diagnosis("jira.webhook", "only administrators see webhooks", "ask one", level="unchecked")


@dataclass
class Practice:
    """Examine with the results that it was told to have."""

    results: list[Sequence[Diagnosis] | Exception] = field(default_factory=list)
    policy: Policy = field(default_factory=lambda: Policy((), digest="one"))
    ready: bool = True
    looks: int = 0

    async def examine(self) -> Sequence[Diagnosis]:
        """Return the next result."""
        self.looks += 1
        result = self.results.pop(0) if self.results else ()
        if isinstance(result, Exception):
            raise result
        return result

    def checkup(self) -> Checkup:
        """Return a checkup that asks here."""
        return Checkup(self.examine, lambda: self.policy, lambda: self.ready)


@contextlib.asynccontextmanager
async def running(checkup: Checkup, first: float = 0.0) -> AsyncIterator[None]:
    """Let it look by itself, with short glances."""
    task = asyncio.create_task(checkup.run(first, glance=0.001))
    yield
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def some_glances() -> None:
    """Let it glance for some time."""
    for _ in range(5):
        await asyncio.sleep(0.002)


async def test_what_is_wrong_is_kept_and_what_nobody_may_look_at_is_not() -> None:
    """Until the next look finds otherwise."""
    practice = Practice([[WRONG, HIDDEN], []])
    checkup = practice.checkup()
    await checkup.once()
    assert checkup.found == [WRONG]
    await checkup.once()
    assert checkup.found == []


@pytest.mark.parametrize("error", [Transient("down"), ZeroDivisionError("ours"), TimeoutError()])
async def test_a_look_that_fails_changes_nothing(error: Exception) -> None:
    """Whatever it was: the service works, and says what it knew before."""
    practice = Practice([[WRONG], error])
    checkup = practice.checkup()
    await checkup.once()
    await checkup.once()
    assert checkup.found == [WRONG]


async def test_it_looks_once_and_again_for_a_new_policy() -> None:
    """Not at each glance, for each look costs calls."""
    practice = Practice()
    async with running(practice.checkup()):
        await until(lambda: practice.looks == 1, "the first look")
        await some_glances()
        assert practice.looks == 1
        practice.policy = replace(practice.policy, digest="two")
        await until(lambda: practice.looks == 2, "the look for the new policy")
        await some_glances()
    assert practice.looks == 2


@pytest.mark.parametrize(("first", "ready"), [(0.0, False), (60.0, True)], ids=["reconcile", "start"])
async def test_a_start_comes_first_unless_somebody_asks(first: float, *, ready: bool) -> None:
    """A minute is left to it, and the first reconcile is waited for; SIGHUP asks at any time."""
    practice = Practice(ready=ready)
    checkup = practice.checkup()
    async with running(checkup, first):
        await some_glances()
        assert practice.looks == 0
        checkup.ask()
        await until(lambda: practice.looks == 1, "the look that was asked for")
        checkup.ask()
        await until(lambda: practice.looks == 2, "another")
