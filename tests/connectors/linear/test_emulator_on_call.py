"""Who has triage duty in the emulated Linear."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core.errors import NotFound
from app.ports import Caller, OnCall
from connectors.linear import MANIFEST
from connectors.linear.settings import LinearSettings
from tests.connectors.linear.emulated import ADA, GRACE, LINUS, OLGA, Emulated, policy

NOW = datetime.now(UTC)


def duty(linear: Emulated) -> OnCall:
    """Return the rota as the service joins it."""
    assert MANIFEST.on_call is not None
    tracker = linear.connect()
    return MANIFEST.on_call(LinearSettings(), policy(), {"linear": tracker})


def user(linear: Emulated, email: str) -> str:
    """Return a user's id."""
    return next(str(one["id"]) for one in linear.control.state("User") if one["email"] == email)


def team_duty(linear: Emulated, key: str) -> str:
    """Return the id of a team's triage responsibility."""
    team = next(one["id"] for one in linear.control.state("Team") if one["key"] == key)
    duties = linear.control.state("TriageResponsibility")
    return next(str(one["id"]) for one in duties if one["teamId"] == team)


async def test_the_current_user_of_a_schedule_has_the_duty(linear: Emulated) -> None:
    """Whoever Linear says is responsible now is named with their id."""
    (caller,) = await duty(linear).who({"team": "eng"}, NOW)
    assert caller == Caller("Linus Duty", LINUS, {"linear": user(linear, LINUS)})


async def test_a_manual_selection_has_the_duty(linear: Emulated) -> None:
    """A duty given by hand is that person's."""
    (caller, *_) = await duty(linear).who({"team": "OPS"}, NOW)
    assert caller.email == ADA


async def test_teams_without_a_duty_cannot_tell(linear: Emulated) -> None:
    """No such team, one we may not see, and one without a duty: the chain goes on."""
    linear.control.add("team", key="NEW", name="New")
    for key in ("NOPE", "SEC", "NEW"):
        with pytest.raises(NotFound, match=key):
            await duty(linear).who({"team": key}, NOW)


async def test_a_gap_between_shifts_is_nobody(linear: Emulated) -> None:
    """When no shift covers the time, nobody is on call, and that is an answer."""
    schedule = linear.control.state("TimeSchedule")[0]
    linear.control.raw("TimeSchedule", schedule["id"], entries=[])
    assert list(await duty(linear).who({"team": "ENG"}, NOW)) == []


async def test_somebody_linear_does_not_know_is_named_as_written(linear: Emulated) -> None:
    """A shift of somebody without an account is theirs by e-mail, without an id."""
    schedule = linear.control.state("TimeSchedule")[0]
    shift = {"startsAt": _iso(-1), "endsAt": _iso(1), "userId": None, "userEmail": "guest@acme.test"}
    before = {"startsAt": _iso(-2), "endsAt": _iso(-1), "userId": None, "userEmail": "early@acme.test"}
    after = {"startsAt": _iso(1), "endsAt": _iso(2), "userId": None, "userEmail": "late@acme.test"}
    linear.control.raw("TimeSchedule", schedule["id"], entries=[before, shift, after])
    assert list(await duty(linear).who({"team": "ENG"}, NOW)) == [Caller("guest@acme.test", "guest@acme.test")]


async def test_an_inactive_person_has_no_duty(linear: Emulated) -> None:
    """Somebody deactivated is passed over for an active one, and named without an id when there is no other."""
    responsibility = team_duty(linear, "OPS")
    gone, grace = user(linear, OLGA), user(linear, GRACE)
    linear.control.raw("TriageResponsibility", responsibility, manualSelection={"userIds": [gone, grace]})
    found = await duty(linear).who({"team": "OPS"}, NOW)
    assert [caller.email for caller in found] == [GRACE]
    linear.control.raw("TriageResponsibility", responsibility, manualSelection={"userIds": [gone]})
    found = await duty(linear).who({"team": "OPS"}, NOW)
    assert {(caller.email, tuple(caller.ids)) for caller in found} == {(OLGA, ())}


def _iso(days: int) -> str:
    return (NOW + timedelta(days=days)).isoformat().replace("+00:00", "Z")
