"""The static rota as the policy names it and as the port answers."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from app.core.policy import Member, Messages, Policy, Watch
from app.ports import Caller
from connectors.static import MANIFEST
from connectors.static.on_call import StaticRota
from connectors.static.source import StaticSource
from tests.policies import MINIMAL, parse

PEOPLE = "people:\n  - {name: Ann, email: Ann@acme.test, jira: 'acc:1'}\n  - {name: Bob, email: bob@acme.test}\n"
AFTER_CHANGE = datetime(2026, 10, 26, 7, 30, tzinfo=UTC)
"""08:30 in Berlin, the day after clocks went back: before a hand-over at nine there, after one at 09:00+02:00."""


def _settings(**more: Any) -> dict[str, Any]:
    shift = {"people": ["ann@acme.test", "bob@acme.test"], "starts": "2026-10-19T09:00:00+02:00", "every": "7d"}
    return {**shift, **more}


def _policy(timezone: str = "UTC") -> Policy:
    people = (Member("Ann", "ann@acme.test"), Member("Bob", "bob@acme.test"))
    return Policy((Watch("linear", "pm"),), people=people, messages=Messages(timezone=timezone))


async def _name(settings: dict[str, Any], at: datetime, timezone: str = "UTC") -> str:
    (caller,) = await StaticRota(_policy(timezone)).who(settings, at)
    return caller.name


async def test_a_rota_from_the_file_names_a_person_of_the_policy() -> None:
    """E-mails compare without case, and the person's ids go along."""
    shift = "people: [ann@acme.test, bob@acme.test], starts: 2026-11-02T09:00:00+01:00, every: 7d"
    policy = parse(f"{MINIMAL}{PEOPLE}on_call:\n  x: [{{source: static, {shift}}}]\n")
    assert MANIFEST.on_call is not None
    rota = MANIFEST.on_call(MANIFEST.settings(), policy, {})
    settings = policy.on_call["x"][0].settings
    assert await rota.who(settings, datetime(2026, 11, 2, 7, 59, tzinfo=UTC)) == ()
    assert await rota.who(settings, datetime(2026, 11, 2, 8, tzinfo=UTC)) == (
        Caller("Ann", "Ann@acme.test", {"jira": "acc:1"}),
    )


async def test_the_rotas_own_zone_comes_first() -> None:
    """Its clock decides, whatever the policy's messages go by."""
    assert await _name(_settings(timezone="Europe/Berlin"), AFTER_CHANGE, "America/New_York") == "Ann"


async def test_the_policys_zone_holds_if_the_start_is_written_in_it() -> None:
    """A start at +02:00 in October is Berlin's summer time, so the hand-over stays at nine in Berlin."""
    assert await _name(_settings(), AFTER_CHANGE, "Europe/Berlin") == "Ann"


@pytest.mark.parametrize("timezone", ["UTC", "America/New_York"])
async def test_otherwise_the_offset_of_the_start_holds(timezone: str) -> None:
    """A start that is not written in the policy's zone says nothing about clock changes."""
    assert await _name(_settings(), AFTER_CHANGE, timezone) == "Bob"


async def test_a_start_in_utc_keeps_to_utc() -> None:
    """An offset of zero is an offset, too."""
    assert await _name(_settings(starts="2026-10-19T07:00:00Z"), AFTER_CHANGE, "America/New_York") == "Bob"


async def test_an_override_puts_somebody_else_on_call() -> None:
    """Also somebody who takes no turns."""
    override = {"from": "2026-10-26T00:00:00Z", "to": "2026-10-27T00:00:00Z", "who": "eve@acme.test"}
    assert await _name(_settings(overrides=[override]), AFTER_CHANGE) == "eve@acme.test"


async def test_one_person_needs_no_period() -> None:
    """They stay on call from the start on."""
    settings = _settings(people=["bob@acme.test"])
    del settings["every"]
    assert await _name(settings, datetime(2030, 1, 1, tzinfo=UTC)) == "Bob"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"every": None}, "several people need to know when they take turns; add `every: 7d`"),
        ({"every": "59m"}, "'59m' is too short for a shift; write at least 1h"),
        ({"every": "-7d"}, "'-7d' is negative"),
        ({"every": 7}, "'7' has no unit"),
        ({"starts": "2026-10-19"}, "has no offset from UTC; write it behind the time"),
        ({"starts": "2026-10-19T09:00:00"}, "has no offset from UTC; write it behind the time"),
        ({"starts": "monday"}, "'monday' is not a moment; write date, time and offset"),
        ({"starts": 20261019}, "20261019 is not a moment"),
        ({"starts": "9999-12-31T23:59:59-23:59"}, "is too far away; write a year between 1970 and 2199"),
        ({"starts": "0001-01-01T00:00:00+23:59"}, "is too far away"),
        ({"timezone": "Mars"}, "there is no time zone 'Mars'"),
        ({"people": []}, "at least 1 item"),
        ({"person": "ann"}, "Extra inputs are not permitted"),
        (
            {"overrides": [{"from": "2026-10-27T00:00:00Z", "to": "2026-10-26T00:00:00Z", "who": "a@b"}]},
            "an override ends before it begins; let `to` be later than `from`",
        ),
    ],
)
def test_settings_that_make_no_rota_are_refused(more: dict[str, Any], says: str) -> None:
    """Each with a sentence that says how to mend it."""
    with pytest.raises(ValidationError) as caught:
        StaticSource.model_validate(_settings(**more))
    assert says in str(caught.value)


def test_people_are_looked_for_in_the_policy_while_it_is_read() -> None:
    """An e-mail that nobody under `people` has is refused with the nearest, if there is one."""
    context = {"people": ["ann@acme.test", "BOB@acme.test"]}
    assert StaticSource.model_validate(_settings(), context=context).people[1] == "bob@acme.test"
    with pytest.raises(ValidationError, match=r"did you mean 'ann@acme\.test'"):
        StaticSource.model_validate(_settings(people=["an@acme.test", "bob@acme.test"]), context=context)
    with pytest.raises(ValidationError, match="is nobody's e-mail under people; add them there"):
        StaticSource.model_validate(_settings(), context={"people": []})
