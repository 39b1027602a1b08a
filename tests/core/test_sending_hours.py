"""When people may be written to, by the wall clock, also where clocks are changed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.policy import Messages
from app.core.sending_hours import day_of, is_quiet, moments, next_moment, opening

BERLIN = Messages(
    timezone="Europe/Berlin", quiet_days=("sat", "sun"), quiet_from=time(18), quiet_until=time(8), per_person_per_day=1
)
ALWAYS = Messages(timezone="Europe/Berlin")
LUNCH = Messages(digest_at=time(12, 30), timezone="Europe/Berlin", quiet_from=time(12), quiet_until=time(13))
EVENING = Messages(digest_at=time(19), timezone="Europe/Berlin", quiet_from=time(18), quiet_until=time(8))
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Pacific/Apia",
)
CLOCK = st.times(min_value=time(0), max_value=time(23, 59)).map(lambda wall: wall.replace(second=0, microsecond=0))
DAYS = st.frozensets(st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), max_size=6)


@st.composite
def rules(draw: st.DrawFn) -> Messages:
    """Return any rules that leave some time of the week."""
    begin, end = draw(st.one_of(st.tuples(CLOCK, CLOCK), st.just((None, None))))
    if begin == end:
        begin = end = None
    return Messages(
        digest_at=draw(CLOCK),
        timezone=draw(st.sampled_from(ZONES)),
        quiet_days=tuple(sorted(draw(DAYS))),
        quiet_from=begin,
        quiet_until=end,
        per_person_per_day=draw(st.integers(1, 4)),
    )


def local(text: str, zone: str = "Europe/Berlin") -> datetime:
    """Return the moment (UTC) at which clocks there show that."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "quiet"),
    [
        ("2026-11-23T07:59:59", True),
        ("2026-11-23T08:00", False),
        ("2026-11-23T17:59:59", False),
        ("2026-11-23T18:00", True),
        ("2026-11-27T17:00", False),
        ("2026-11-28T12:00", True),
        ("2026-11-29T23:59", True),
    ],
)
def test_quiet_hours_pass_midnight_and_quiet_days_are_whole(at: str, *, quiet: bool) -> None:
    """The end of quiet hours is not quiet, their beginning is; a weekend is quiet from midnight to midnight."""
    assert is_quiet(local(at), BERLIN) == quiet


def test_quiet_hours_within_a_day() -> None:
    """A pause at noon is quiet; without quiet hours nothing is."""
    assert [is_quiet(local(f"2026-11-23T{hour}:30"), LUNCH) for hour in (11, 12, 13)] == [False, True, False]
    assert not is_quiet(local("2026-11-23T03:00"), ALWAYS)


@pytest.mark.parametrize(
    ("asked", "day", "at"),
    [
        pytest.param(BERLIN, "2026-11-23", "09:00", id="as it is said"),
        pytest.param(LUNCH, "2026-11-23", "13:00", id="in a pause: after it"),
        pytest.param(EVENING, "2026-11-23", "08:00", id="in the evening's quiet: the day's first"),
        pytest.param(Messages(digest_at=time(2, 30), timezone="Europe/Berlin"), "2026-03-29", "03:30", id="no such"),
    ],
)
def test_a_days_moment(asked: Messages, day: str, at: str) -> None:
    """The moment is the one that the policy names, or the nearest that is allowed."""
    assert moments(date.fromisoformat(day), asked) == (local(f"{day}T{at}"),)


def test_a_time_that_comes_twice_counts_once() -> None:
    """Where clocks go back at three, half past two comes first in summer time."""
    twice = Messages(digest_at=time(2, 30), timezone="Europe/Berlin")
    assert moments(date(2026, 10, 25), twice) == (datetime(2026, 10, 25, 0, 30, tzinfo=UTC),)


def test_several_messages_a_day_are_spread() -> None:
    """Over what is left of the day, which ends with quiet hours or at midnight."""
    three = Messages(timezone="Europe/Berlin", quiet_from=time(18), quiet_until=time(8), per_person_per_day=3)
    assert [one.hour for one in moments(date(2026, 11, 23), three)] == [8, 11, 14]
    assert [one.hour for one in moments(date(2026, 11, 23), Messages(per_person_per_day=3))] == [9, 14, 19]
    assert len(moments(date(2026, 11, 23), Messages(per_person_per_day=1_000_000))) == 24


def test_the_next_moment_leaves_quiet_days_out() -> None:
    """After Friday's comes Monday's; a week without any day has none."""
    assert next_moment(local("2026-11-27T09:00"), BERLIN) == local("2026-11-30T09:00")
    assert next_moment(local("2026-11-27T08:59"), BERLIN) == local("2026-11-27T09:00")
    never = Messages(quiet_days=("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    assert next_moment(local("2026-11-27T09:00"), never) is None


def test_the_rest_of_a_day_may_be_quiet() -> None:
    """What could not go out before the evening is not sent in the night."""
    assert opening(local("2026-11-23T12:00"), BERLIN) == local("2026-11-23T12:00")
    assert opening(local("2026-11-23T07:00"), BERLIN) == local("2026-11-23T08:00")
    assert opening(local("2026-11-23T18:00"), BERLIN) is None


@settings(max_examples=150, deadline=None)
@given(rules(), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_moments_are_of_their_day_and_never_quiet(asked: Messages, day: date) -> None:
    """Whatever the rules and the clocks, a day's moments are in order, at most as many as the limit, and allowed."""
    found = moments(day, asked)
    assert list(found) == sorted(set(found))
    assert len(found) <= asked.per_person_per_day
    for moment in found:
        assert abs(day_of(moment, asked) - day) <= timedelta(days=1)
        assert not is_quiet(moment, asked)


@settings(max_examples=100, deadline=None)
@given(rules(), st.integers(0, 700 * 1440))
def test_a_week_always_has_a_moment(asked: Messages, minutes: int) -> None:
    """Rules that leave a day leave a moment on it, within a fortnight also where a change of clocks takes an hour."""
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    found = next_moment(now, asked)
    assert found is not None
    assert now < found <= now + timedelta(days=15)
