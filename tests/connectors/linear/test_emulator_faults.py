"""What the tracker does when the emulated Linear fails, limits us, or forgets who we are."""

import asyncio
from typing import Any

import pytest

from app.core.change import AddLabel, Change, Say
from app.core.errors import Denied, RateLimited, Transient
from app.core.text import Text, paragraph
from app.ports import METER, Meter
from tests.connectors.linear.emulated import Emulated

HELLO = Text((paragraph("Hello"),))
APP: dict[str, Any] = {"client_id": "enforcer-client", "client_secret": "enforcer-secret"}


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 502, "body": "<html>Bad gateway</html>"},
        {"kind": "drop"},
        {"kind": "drop_after"},
    ],
)
async def test_a_read_that_fails_once_is_repeated(linear: Emulated, fault: dict[str, Any]) -> None:
    """Server errors, pages instead of JSON and cut connections are tried again; the meter counts both calls."""
    tracker, item = linear.connect(), linear.id_of("ENG-1")
    linear.control.faults({**fault, "op": "issues", "count": 1})
    meter = Meter()
    METER.set(meter)
    assert item in await tracker.look([item])
    assert meter.calls == 2


async def test_a_read_that_keeps_failing_is_transient(linear: Emulated) -> None:
    """After a few tries the caller hears of it."""
    tracker, item = linear.connect(), linear.id_of("ENG-1")
    linear.control.faults({"kind": "status", "status": 503, "op": "issues"})
    with pytest.raises(Transient):
        await tracker.look([item])


@pytest.mark.parametrize("data", [None, {}, {"viewer": None, "issues": None}, {"issueUpdate": None}])
async def test_an_answer_without_what_was_asked_for_is_transient(
    linear: Emulated, data: dict[str, None] | None
) -> None:
    """Nothing, or null where Linear's schema has none, is a passing trouble, for a read and for a write."""
    tracker, item = linear.connect(), linear.create()
    seen = await linear.look(tracker, item)
    linear.control.faults({"kind": "status", "status": 200, "body": {"data": data}})
    with pytest.raises(Transient):
        await tracker.look([item])
    with pytest.raises(Transient):
        await tracker.apply(seen, [Say(HELLO)])


async def test_a_write_whose_answer_was_lost_harms_nothing(linear: Emulated) -> None:
    """The caller hears of it, looks again, and writes only what is lacking: nothing is doubled."""
    tracker, item = linear.connect(), linear.create()
    changes: list[Change] = [AddLabel("operational"), Say(HELLO)]
    linear.control.faults({"kind": "drop_after", "op": "issueUpdate|commentCreate", "count": 2})
    for _ in range(2):
        with pytest.raises(Transient):
            await tracker.apply(await linear.look(tracker, item), changes)
    applied = await tracker.apply(await linear.look(tracker, item), changes)
    assert applied.refused == {}
    found = linear.control.get(item)
    assert (found["labels"], [comment["body"] for comment in found["comments"]]) == (["operational"], ["Hello"])
    assert linear.writes() == ["issueUpdate", "commentCreate"]


async def test_a_limit_is_told_with_its_wait(linear: Emulated) -> None:
    """A refusal for too many calls says how long to wait, whatever its HTTP status."""
    tracker, item = linear.connect(), linear.id_of("ENG-1")
    linear.control.exhaust(600)
    with pytest.raises(RateLimited) as refusal:
        await tracker.look([item])
    assert refusal.value.retry_after is not None
    assert 500 < refusal.value.retry_after <= 3600
    assert linear.count() == 1


async def test_a_wrong_key_is_denied(linear: Emulated) -> None:
    """A key that Linear does not know is denied at the first call, and its text is in no message."""
    tracker = linear.connect(api_key="lin_api_stolen")
    with pytest.raises(Denied) as denial:
        await tracker.look([linear.id_of("ENG-1")])
    assert "stolen" not in str(denial.value)
    assert linear.count() == 1


async def test_an_app_mints_its_token_once(linear: Emulated) -> None:
    """However many calls begin together, one token is asked for."""
    tracker, item = linear.connect(**APP), linear.id_of("ENG-1")
    found = await asyncio.gather(*(tracker.look([item]) for _ in range(5)))
    assert all(item in each for each in found)
    assert linear.count("oauth token") == 1


async def test_a_token_that_ran_out_is_minted_anew_and_the_call_replayed(linear: Emulated) -> None:
    """After a 401 every waiting call goes through with a fresh token."""
    tracker, item = linear.connect(**APP), linear.id_of("ENG-1")
    await tracker.look([item])
    linear.control.expire_keys()
    found = await asyncio.gather(*(tracker.look([item]) for _ in range(5)))
    assert all(item in each for each in found)
    assert linear.count("oauth token") == 2


async def test_wrong_client_credentials_are_denied(linear: Emulated) -> None:
    """A client secret that Linear does not know is denied, and is in no message."""
    tracker = linear.connect(client_id="enforcer-client", client_secret="stolen")
    with pytest.raises(Denied) as denial:
        await tracker.look([linear.id_of("ENG-1")])
    assert "stolen" not in str(denial.value)
