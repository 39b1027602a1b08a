"""A policy that would write to too much waits until somebody approved it, and nothing else ever waits."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Transient
from app.core.policy import Limits, Policy
from app.flow.approval import Gate, as_problem, sentence
from app.flow.policies import RETRY, Policies
from app.flow.simulate import FEW, Forecast, Simulator
from app.ports.policy_book import Waiting
from tests.flow.fakes import NOW, POLICY, FakeClock
from tests.running import until

A, B, C = (replace(POLICY, digest=name * 64) for name in "abc")
MUCH = Forecast(items=420, written=256)
LITTLE = Forecast(items=420, written=84)


@dataclass
class FakeBook:
    """Keep what is known of policies in memory; `gone` makes it be away."""

    last: str = ""
    approved: set[str] = field(default_factory=set)
    waits: dict[str, Waiting] = field(default_factory=dict)
    gone: bool = False

    async def lets(self, digest: str) -> bool:
        """Tell."""
        if self.gone:
            raise Transient("away")
        return digest == self.last or digest in self.approved

    async def in_force(self) -> str | None:
        """Return it."""
        return self.last or None

    async def is_new(self) -> bool:
        """Tell."""
        return not self.last

    async def put_in_force(self, digest: str, file: str, now: datetime) -> None:
        """Note it."""
        self.last, self.waits = digest, {}

    async def wait(self, waiting: Waiting) -> None:
        """Note it."""
        self.waits[waiting.digest] = waiting

    async def waiting(self) -> Sequence[Waiting]:
        """Return them."""
        return list(self.waits.values())

    async def approve(self, digest: str, now: datetime) -> bool:
        """Note it."""
        self.approved.add(digest)
        return self.waits.pop(digest, None) is not None


@dataclass
class Stage:
    """Hold a file, the forecast of whatever stands in it, and what watches them."""

    book: FakeBook = field(default_factory=FakeBook)
    forecast: Forecast | Exception = field(default_factory=lambda: MUCH)
    compared: list[str | None] = field(default_factory=list)
    file: Policy = B
    let: int = 0
    policies: Policies = field(init=False)

    def start(self, policy: Policy) -> Policies:
        """Begin with this policy in the file, as a start of the service does."""
        self.file = policy
        gate = Gate(self.book, self._simulator, FakeClock())
        self.policies = Policies(policy, lambda: self.file, lambda: self.file.digest, self._adopt, gate, self._let)
        return self.policies

    def state(self) -> tuple[str, bool, str]:
        """Return the policy in force, whether it writes, and which one waits, each by its letter."""
        waits = self.policies.waits
        return self.policies.policy.digest[0], self.policies.writes, waits.digest[0] if waits else ""

    def _simulator(self, today: Policy | None) -> Simulator:
        self.compared.append(today.digest[0] if today else None)
        told = self.forecast

        class Told(Simulator):
            async def run(self, other: Policy, now: datetime, *, listed: bool = True) -> Forecast:
                assert not listed
                if isinstance(told, Exception):
                    raise told
                return told

        nothing: Any = None
        return Told(nothing, {}, nothing, today)

    def _adopt(self, new: Policy) -> str | None:
        return None

    def _let(self) -> None:
        self.let += 1


@pytest.fixture
def stage() -> Stage:
    """Give a store in which A was in force."""
    return Stage(FakeBook(last=A.digest))


async def test_the_policy_of_the_last_start_goes_on_without_a_question(stage: Stage) -> None:
    """Whatever the forecast would say: none is made."""
    await stage.start(A).begin()
    assert (stage.state(), stage.let, stage.compared) == (("a", True, ""), 1, [])


async def test_a_start_with_a_changed_file_writes_nothing_until_approved(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """The one before is not known, so items are judged by the new one; it is told once, and its approval is enough."""
    policies = stage.start(B)
    await policies.begin()
    assert (stage.state(), stage.let, stage.compared) == (("b", False, "b"), 0, [None])
    await policies.take_over()
    assert caplog.text.count("a policy waits for an approval") == 1
    (problem,) = policies.problems()
    assert (problem.id, problem.blocks) == ("policy.waits", False)
    assert problem.message == (
        "The policy of followthrough.yaml would write to 61 % of 420 open items, more than the 20 % of "
        "limits.largest_change; `followthrough approve bbbbbbbbbbbb` lets it. "
        "Until then items are judged by it, and nothing is written."
    )
    assert await stage.book.approve(B.digest, NOW)
    task = asyncio.create_task(policies.run(0.001))
    await until(lambda: policies.writes, "the approved policy to write")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert (stage.state(), stage.let, stage.book.last) == (("b", True, ""), 1, B.digest)
    assert list(policies.problems()) == []


async def test_a_reload_leaves_the_policy_before_in_force_until_the_new_one_is_approved(stage: Stage) -> None:
    """It goes on writing; the new one is compared with it."""
    policies = stage.start(A)
    await policies.begin()
    stage.file = B
    assert await policies.take_over() is False
    assert (stage.state(), stage.compared) == (("a", True, "b"), ["a"])
    assert "Until then the policy before it stays in force." in policies.problems()[0].message
    await policies._look_again()
    assert stage.state() == ("a", True, "b")
    await stage.book.approve(B.digest, NOW)
    await policies._look_again()
    assert (stage.state(), stage.book.last, stage.let) == (("b", True, ""), B.digest, 1)


async def test_putting_the_file_back_ends_the_wait(stage: Stage) -> None:
    """Then nothing waits in the store either, so that nobody approves what is nowhere any more."""
    policies = stage.start(A)
    await policies.begin()
    stage.file = B
    await policies.take_over()
    assert [*stage.book.waits] == [B.digest]
    stage.file = A
    await policies.take_over()
    assert (stage.state(), stage.book.waits, list(policies.problems())) == (("a", True, ""), {}, [])


async def test_putting_the_file_back_ends_the_wait_after_a_start_too(stage: Stage) -> None:
    """What was in force at the start before needs no approval."""
    policies = stage.start(B)
    await policies.begin()
    stage.file = C
    await policies.take_over()
    assert stage.state() == ("c", False, "c")
    stage.file = A
    await policies.take_over()
    assert (stage.state(), stage.let) == (("a", True, ""), 1)


async def test_another_replica_that_forgot_it_is_reminded(stage: Stage) -> None:
    """A policy that came into force elsewhere ends all waiting; who still waits says so anew."""
    policies = stage.start(A)
    await policies.begin()
    stage.file = B
    await policies.take_over()
    await stage.book.put_in_force(C.digest, "f.yaml", NOW)
    await policies._look_again()
    assert [*stage.book.waits] == [B.digest]
    await stage.book.put_in_force(B.digest, "f.yaml", NOW)
    await policies._look_again()
    assert stage.state() == ("b", True, "")


async def test_two_policies_that_are_in_force_at_once_are_told(stage: Stage) -> None:
    """Where two replicas have other files, the one whose policy came first says so, until both have the same."""
    policies = stage.start(A)
    await policies.begin()
    await policies._look_again()
    assert list(policies.problems()) == []
    await stage.book.put_in_force(B.digest, "f.yaml", NOW)
    await policies._look_again()
    (problem,) = policies.problems()
    assert (problem.id, problem.blocks) == ("policy.another", False)
    assert problem.message == "aaaaaaaaaaaa is in force here, and another replica put bbbbbbbbbbbb in force after it"
    stage.file = B
    await policies.take_over()
    await policies._look_again()
    assert list(policies.problems()) == []


async def test_a_forecast_that_was_not_sure_is_made_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """By itself, as a tracker that was down comes back; one that was sure is not."""
    stage.forecast = replace(MUCH, unsure=200)
    policies = stage.start(A)
    await policies.begin()
    stage.file = B
    await policies.take_over()
    assert "(not sure for 200: a tracker or a rota did not answer)" in policies.problems()[0].message
    stage.forecast = LITTLE
    await policies._look_again()
    assert stage.state() == ("a", True, "b")
    policies._again_at -= RETRY
    await policies._look_again()
    assert stage.state() == ("b", True, "")


async def test_an_error_of_ours_in_the_forecast_is_told_and_stops_nothing_else(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """What cannot be told waits, and the service goes on."""
    stage.forecast = ZeroDivisionError()
    policies = stage.start(B)
    await policies.begin()
    assert policies.judged.is_set()
    assert "could not be told, the log says why" in policies.problems()[0].message
    assert "the forecast of a policy met an error of ours" in caplog.text


async def test_a_store_that_is_away_puts_the_question_off(stage: Stage) -> None:
    """The file is read again until there is an answer."""
    policies = stage.start(A)
    await policies.begin()
    stage.file, stage.forecast, stage.book.gone = B, LITTLE, True
    assert await policies.take_over() is False
    assert stage.state() == ("a", True, "")
    stage.book.gone = False
    task = asyncio.create_task(policies.run(0.001))
    await until(lambda: policies.policy is B, "the file to be read again")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert stage.book.last == B.digest


async def test_in_observe_mode_nothing_is_asked_and_nothing_noted(stage: Stage) -> None:
    """Each policy is taken as it comes, and what last wrote stays known as that."""
    policies = stage.start(A)
    policies.gate = None
    await policies.begin()
    stage.file = B
    assert await policies.take_over() is True
    assert (stage.state(), stage.let, stage.book.last) == (("b", False, ""), 0, A.digest)


@given(items=st.integers(0, 2000), share=st.floats(0, 1), most=st.floats(0, 1))
def test_with_a_share_below_the_limit_nothing_ever_waits(items: int, share: float, most: float) -> None:
    """Nor does a change to a handful of items; and every other one does."""
    written = int(items * share)
    waits = Forecast(items=items, written=written).waits(replace(POLICY, limits=Limits(largest_change=most)))
    assert waits == (written > most * items and written > FEW)


@pytest.mark.parametrize(
    ("written", "items", "most", "said"),
    [
        (256, 420, 0.2, "61 % of 420"),
        (126, 1000, 0.125, "12.6 % of 1000"),
        (30, 30, 0.2, "100 % of 30"),
        (2001, 10000, 0.2, "20.01 % of 10000"),
    ],
)
def test_the_share_is_told_so_that_it_can_be_compared(written: int, items: int, most: float, said: str) -> None:
    """Never as 13 % of which more than 13 % are too many."""
    waiting = Waiting("3f2a" * 16, "followthrough.yaml", written, items, most, NOW)
    assert f"would write to {said} open items, more than the {most * 100:g} %" in sentence(waiting)
    assert "`followthrough approve 3f2a3f2a3f2a` lets it" in as_problem(waiting, writes=True).message
