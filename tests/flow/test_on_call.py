"""Who is on call, over a chain of sources."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from app.core.errors import Denied, Transient
from app.core.person import Person
from app.core.policy import Member, Policy, Source
from app.flow.on_call import FAILING, FRESH, STALE, Rotas
from app.ports import Caller
from tests.flow.fakes import LINUS, NOW, POLICY, FakeClock, FakeRota, FakeTracker

CHAIN = replace(POLICY, on_call={"ops": (Source("first", {}), Source("second", {}))})


async def test_first_answer_wins_and_failures_are_told() -> None:
    """A source that fails is passed over, and what it said is kept."""
    rotas = Rotas({"first": FakeRota(error=Denied("key refused")), "second": FakeRota()}, FakeClock())
    fact = await rotas.who("ops", CHAIN, FakeTracker())
    assert fact.person == LINUS
    assert fact.tried == ("first: key refused",)


async def test_an_answer_out_of_shape_is_passed_over_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    """What nobody foresaw fails no item: it is told as a failure of the source that passes."""
    odd = FakeRota(error=KeyError("oncalls"))
    fact = await Rotas({"first": odd, "second": FakeRota()}, FakeClock()).who("ops", CHAIN, FakeTracker())
    assert fact.person == LINUS
    assert fact.tried == ("first: its answer cannot be read (KeyError)",)
    assert [record.message for record in caplog.records] == ["a rota met an error of ours"]
    fact = await Rotas({"first": odd}, FakeClock()).who("ops", CHAIN, FakeTracker())
    assert fact.unanswered


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


async def test_source_that_failed_is_left_alone_for_a_moment() -> None:
    """Items of one burst do not wait for a failing source one after another; then it is asked again."""
    clock, rota = FakeClock(), FakeRota(error=Transient("timed out"))
    rotas = Rotas({"rota": rota}, clock)
    for _ in range(3):
        assert (await rotas.who("ops", POLICY, FakeTracker())).tried == ("rota: timed out",)
    assert rota.asked == 1
    rota.error = None
    clock.at += FAILING
    assert (await rotas.who("ops", POLICY, FakeTracker())).person == LINUS


async def test_a_source_that_cannot_be_asked_is_not_taken_for_nobody() -> None:
    """For an hour it may name somebody yet, whatever the rest of the chain says; one that refuses will not."""
    clock, first = FakeClock(), FakeRota(error=Transient("timed out"))
    rotas = Rotas({"first": first, "second": FakeRota([])}, clock)
    for after, unanswered in ((timedelta(), True), (STALE - timedelta(seconds=1), True), (STALE, False)):
        clock.at = NOW + after
        fact = await rotas.who("ops", CHAIN, FakeTracker())
        assert (fact.person, fact.unanswered) == (None, unanswered)
    first.error = Denied("key refused")
    clock.at += FAILING
    assert not (
        await Rotas({"first": first, "second": FakeRota([])}, clock).who("ops", CHAIN, FakeTracker())
    ).unanswered


async def test_failing_source_answers_with_what_it_said_last() -> None:
    """For less than an hour the last answer stands in, told with its hour, which stays the same sentence."""
    clock, rota = FakeClock(), FakeRota()
    rotas = Rotas({"rota": rota}, clock)
    await rotas.who("ops", POLICY, FakeTracker())
    rota.error = Transient("timed out")
    for later in (FRESH, STALE - timedelta(seconds=1)):
        clock.at = NOW + later
        fact = await rotas.who("ops", POLICY, FakeTracker())
        assert (fact.person, fact.tried) == (LINUS, ("rota: timed out; as of 12:00 UTC",))
    clock.at = NOW + STALE
    fact = await rotas.who("ops", POLICY, FakeTracker())
    assert (fact.person, fact.tried) == (None, ("rota: timed out",))


async def test_chain_goes_on_past_a_last_answer_that_helps_nobody() -> None:
    """A stand-in answer counts as the real one would: nobody means the next source."""
    clock, first = FakeClock(), FakeRota([])
    rotas = Rotas({"first": first, "second": FakeRota()}, clock)
    await rotas.who("ops", CHAIN, FakeTracker())
    first.error = Denied("key refused")
    clock.at += FRESH
    fact = await rotas.who("ops", CHAIN, FakeTracker())
    assert fact.person == LINUS
    assert fact.tried == ("first: key refused; as of 12:00 UTC", "first: nobody")


async def test_recovered_source_is_believed_at_once() -> None:
    """A new answer replaces the stand-in, and nothing is told of the failure any more."""
    clock, rota = FakeClock(), FakeRota()
    rotas = Rotas({"rota": rota}, clock)
    for error, after in ((None, FRESH), (Transient("timed out"), FAILING), (None, FRESH)):
        rota.error = error
        fact = await rotas.who("ops", POLICY, FakeTracker())
        assert (fact.person, bool(fact.tried)) == (LINUS, error is not None)
        clock.at += after


async def test_ids_of_the_policy_find_the_person() -> None:
    """The policy's own id for a tracker is handed on, so that a hidden e-mail does no harm."""

    class ById(FakeTracker):
        async def person(self, *, ids: Mapping[str, str], email: str | None, name: str | None) -> Person | None:
            return LINUS if ids.get("linear") == "u-linus" else None

    member = Member("Linus Duty", "LINUS@acme.test", ids={"linear": "u-linus"})
    policy: Policy = replace(POLICY, people=(member,))
    fact = await Rotas({"rota": FakeRota()}, FakeClock()).who("ops", policy, ById())
    assert fact.person == LINUS


async def test_an_id_of_the_source_finds_the_policys_person() -> None:
    """A source that shows no e-mail is understood by the id that the policy has for it, unless the id is another's."""
    member = Member("Linus Duty", "linus@acme.test", ids={"pagerduty": "PLINUS1"})
    policy: Policy = replace(POLICY, people=(member,))
    for id_, person in (("PLINUS1", LINUS), ("PGRACE1", None)):
        rotas = Rotas({"rota": FakeRota([Caller(id_, None, {"pagerduty": id_})])}, FakeClock())
        assert (await rotas.who("ops", policy, FakeTracker())).person == person
