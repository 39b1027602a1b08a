"""Who is on call, over a chain of sources."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from app.core.errors import Denied, Transient
from app.core.person import Person
from app.core.policy import Member, Policy, Source
from app.flow.on_call import FRESH, Rotas
from app.ports import Caller
from tests.flow.fakes import LINUS, POLICY, FakeClock, FakeRota, FakeTracker

CHAIN = replace(POLICY, on_call={"ops": (Source("first", {}), Source("second", {}))})


async def test_first_answer_wins_and_failures_are_told() -> None:
    """A source that fails is passed over, and what it said is kept."""
    rotas = Rotas({"first": FakeRota(error=Denied("key refused")), "second": FakeRota()}, FakeClock())
    fact = await rotas.who("ops", CHAIN, FakeTracker())
    assert fact.person == LINUS
    assert fact.tried == ("first: key refused",)


async def test_person_unknown_to_the_tracker_is_passed_over() -> None:
    """The chain goes on past somebody whom the tracker does not know, and past a gap."""
    stranger = FakeRota([Caller("Pat Pager", "pat@acme.test")])
    fact = await Rotas({"first": stranger, "second": FakeRota([])}, FakeClock()).who("ops", CHAIN, FakeTracker())
    assert (fact.person, fact.name) == (None, "Pat Pager")
    assert fact.tried == ("first: Pat Pager, unknown here", "second: nobody")


async def test_deactivated_person_is_passed_over() -> None:
    """Somebody whose account is deactivated is not given items."""
    tracker = FakeTracker(people=[replace(LINUS, active=False)])
    fact = await Rotas({"first": FakeRota(), "second": FakeRota([])}, FakeClock()).who("ops", CHAIN, tracker)
    assert fact.person is None
    assert fact.tried[0] == "first: Linus Duty, inactive here"


async def test_source_that_is_not_set_up_is_passed_over() -> None:
    """A source of another version or without credentials says so, and the chain goes on."""
    fact = await Rotas({"second": FakeRota()}, FakeClock()).who("ops", CHAIN, FakeTracker())
    assert fact.person == LINUS
    assert fact.tried == ("first: not set up here",)


async def test_answer_is_asked_for_once_and_kept_a_minute() -> None:
    """Many items at the same moment ask a source once, and again only when the answer has aged."""
    clock, rota = FakeClock(), FakeRota()
    rotas = Rotas({"rota": rota}, clock)
    await asyncio.gather(*(rotas.who("ops", POLICY, FakeTracker()) for _ in range(20)))
    assert rota.asked == 1
    clock.at += FRESH - timedelta(seconds=1)
    await rotas.who("ops", POLICY, FakeTracker())
    assert rota.asked == 1
    clock.at += timedelta(seconds=1)
    await rotas.who("ops", POLICY, FakeTracker())
    assert rota.asked == 2


async def test_failure_is_not_kept() -> None:
    """A source that failed is asked again for the next item."""
    rota = FakeRota(error=Transient("timed out"))
    rotas = Rotas({"rota": rota}, FakeClock())
    assert (await rotas.who("ops", POLICY, FakeTracker())).person is None
    rota.error = None
    assert (await rotas.who("ops", POLICY, FakeTracker())).person == LINUS


async def test_ids_of_the_policy_find_the_person() -> None:
    """The policy's own id for a tracker is handed on, so that a hidden e-mail does no harm."""

    class ById(FakeTracker):
        async def person(self, *, ids: Mapping[str, str], email: str | None, name: str | None) -> Person | None:
            return LINUS if ids.get("linear") == "u-linus" else None

    member = Member("Linus Duty", "LINUS@acme.test", ids={"linear": "u-linus"})
    policy: Policy = replace(POLICY, people=(member,))
    fact = await Rotas({"rota": FakeRota()}, FakeClock()).who("ops", policy, ById())
    assert fact.person == LINUS
