"""Whose turn it is, on the wall clock and across clock changes."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.static.rotation import Exchange, Rotation, on_call

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
WEEK, DAY = timedelta(days=7), timedelta(days=1)
HOUR, MINUTE, TICK = timedelta(hours=1), timedelta(minutes=1), timedelta(microseconds=1)


def _rotation(starts: str, every: timedelta | None, zone: ZoneInfo = BERLIN) -> Rotation:
    return Rotation(("ann", "bob", "cem"), datetime.fromisoformat(starts), every, zone)


@pytest.mark.parametrize(
    ("zone", "starts", "hand_over"),
    [
        (BERLIN, "2026-10-19T09:00:00+02:00", "2026-10-26T08:00:00Z"),  # clocks go back on 2026-10-25
        (BERLIN, "2027-03-22T09:00:00+01:00", "2027-03-29T07:00:00Z"),  # clocks go forward on 2027-03-28
        (NEW_YORK, "2026-10-26T09:00:00-04:00", "2026-11-02T14:00:00Z"),  # clocks go back on 2026-11-01
        (NEW_YORK, "2027-03-08T09:00:00-05:00", "2027-03-15T13:00:00Z"),  # clocks go forward on 2027-03-14
        (LORD_HOWE, "2026-09-28T09:00:00+10:30", "2026-10-04T22:00:00Z"),  # half an hour forward on 2026-10-04
        (BERLIN, "2026-11-02T09:00:00+01:00", "2026-11-09T08:00:00Z"),  # no change
    ],
)
def test_the_hand_over_keeps_its_time_of_day_when_clocks_change(zone: ZoneInfo, starts: str, hand_over: str) -> None:
    """The week with the change is an hour longer or shorter, and at nine o'clock local time the next one takes over."""
    rotation, at = _rotation(starts, WEEK, zone), datetime.fromisoformat(hand_over)
    assert at.astimezone(zone).strftime("%H:%M") == "09:00"
    assert (rotation.who(at - TICK), rotation.who(at)) == ("ann", "bob")


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("2026-11-02T07:59:59.999999Z", None),
        ("2026-11-02T08:00:00Z", "ann"),
        ("2026-11-09T07:59:59.999999Z", "ann"),
        ("2026-11-09T08:00:00Z", "bob"),
        ("2026-11-16T08:00:00Z", "cem"),
        ("2026-11-23T08:00:00Z", "ann"),
        ("2027-11-01T08:00:00Z", "bob"),
    ],
)
def test_turns_go_round_and_are_half_open(at: str, who: str | None) -> None:
    """Nobody is on call before the start, and the hand-over's instant belongs to the next one."""
    assert _rotation("2026-11-02T09:00:00+01:00", WEEK).who(datetime.fromisoformat(at)) == who


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("2027-03-28T00:59:59Z", "ann"),  # 01:59:59, a second before the jump to 03:00
        ("2027-03-28T01:00:00Z", "bob"),  # 03:00:00: the clock has passed 02:30
        ("2027-03-29T00:29:59Z", "bob"),  # 02:29:59 on the next day
        ("2027-03-29T00:30:00Z", "cem"),
    ],
)
def test_a_time_of_day_that_is_skipped_hands_over_at_the_jump(at: str, who: str) -> None:
    """02:30 does not exist on 2027-03-28 in Berlin."""
    assert _rotation("2027-03-27T02:30:00+01:00", DAY).who(datetime.fromisoformat(at)) == who


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("2026-10-25T00:29:59Z", "ann"),  # 02:29:59, the first time
        ("2026-10-25T00:30:00Z", "bob"),  # 02:30:00, the first time
        ("2026-10-25T01:00:00Z", "bob"),  # 02:00:00 again
        ("2026-10-25T01:29:59Z", "bob"),  # 02:29:59 again
        ("2026-10-25T01:30:00Z", "bob"),  # 02:30:00 again
        ("2026-10-26T01:30:00Z", "cem"),
    ],
)
def test_a_time_of_day_that_is_shown_twice_hands_over_the_first_time(at: str, who: str) -> None:
    """02:30 comes twice on 2026-10-25 in Berlin, and nobody gets a turn back."""
    assert _rotation("2026-10-24T02:30:00+02:00", DAY).who(datetime.fromisoformat(at)) == who


def test_a_start_within_the_hour_that_is_repeated_counts_from_its_own_instant() -> None:
    """A rotation may begin in the first or the second of two equal hours."""
    first = _rotation("2026-10-25T02:50:00+02:00", DAY)
    second = _rotation("2026-10-25T02:10:00+01:00", DAY)
    assert first.who(datetime(2026, 10, 25, 1, 10, tzinfo=UTC)) == "ann"
    assert second.who(datetime(2026, 10, 25, 1, 9, tzinfo=UTC)) is None
    assert second.who(datetime(2026, 10, 25, 1, 10, tzinfo=UTC)) == "ann"
    assert second.who(datetime(2026, 10, 26, 1, 10, tzinfo=UTC)) == "bob"


def test_turns_of_hours_follow_the_wall_clock_too() -> None:
    """Twelve-hour turns change at nine and nine, also on the day with 25 hours."""
    rotation = _rotation("2026-10-24T09:00:00+02:00", timedelta(hours=12))
    changes = ["2026-10-24T19:00:00Z", "2026-10-25T08:00:00Z", "2026-10-25T20:00:00Z"]
    people = [(rotation.who(at - TICK), rotation.who(at)) for at in map(datetime.fromisoformat, changes)]
    assert people == [("ann", "bob"), ("bob", "cem"), ("cem", "ann")]


def test_turns_of_an_hour_do_not_go_back_with_the_clock() -> None:
    """In the repeated hour the one who had it first keeps it, and the order goes on behind it."""
    rotation = _rotation("2026-10-25T01:00:00+02:00", HOUR)
    instants = [datetime(2026, 10, 24, 23, 30, tzinfo=UTC) + HOUR * n for n in range(5)]
    assert [rotation.turn(at) for at in instants] == [0, 1, 1, 2, 3]


def test_a_fixed_offset_knows_no_clock_changes() -> None:
    """Without a zone the offset of the start holds the whole year."""
    rotation = Rotation(("ann", "bob"), datetime.fromisoformat("2026-10-19T09:00:00+02:00"), WEEK, timezone(2 * HOUR))
    assert rotation.who(datetime(2026, 10, 26, 7, 0, tzinfo=UTC)) == "bob"


def test_one_person_without_turns_stays_on_call() -> None:
    """No period means for ever, from the start on."""
    rotation = _rotation("2026-11-02T09:00:00+01:00", None)
    assert rotation.who(datetime(2026, 11, 2, 7, 59, tzinfo=UTC)) is None
    assert rotation.who(datetime(2040, 1, 1, tzinfo=UTC)) == "ann"


@pytest.mark.parametrize(("hour", "who"), [(9, "ann"), (10, "dee"), (11, "eve"), (12, "eve"), (13, "dee"), (14, "ann")])
def test_an_exchange_holds_half_open_and_the_last_one_wins(hour: int, who: str) -> None:
    """From ten to fourteen somebody else is on call, and a correction below takes two hours of it."""
    start = datetime(2026, 11, 2, tzinfo=UTC)
    exchanges = (
        Exchange(start + 10 * HOUR, start + 14 * HOUR, "dee"),
        Exchange(start + 11 * HOUR, start + 13 * HOUR, "eve"),
    )
    rotation = _rotation("2026-11-02T09:00:00+01:00", WEEK)
    assert on_call(rotation, exchanges, start + hour * HOUR) == who
    assert on_call(rotation, exchanges, start) is None


zones = st.sampled_from([BERLIN, NEW_YORK, LORD_HOWE, ZoneInfo("Asia/Kathmandu"), UTC])
a_day_skipped = st.just(ZoneInfo("Pacific/Apia"))
"""Samoa had no 2011-12-30."""


def _starts(timezones: st.SearchStrategy[tzinfo]) -> st.SearchStrategy[datetime]:
    earliest, latest = datetime.fromisoformat("2009-01-01"), datetime.fromisoformat("2040-01-01")
    return st.datetimes(earliest, latest, timezones=timezones, allow_imaginary=False)


periods = st.integers(1, 24 * 60).map(lambda hours: hours * HOUR)
elapsed = st.integers(0, 60 * 24 * 900).map(lambda minutes: minutes * MINUTE)


@given(_starts(zones | a_day_skipped), periods, st.lists(elapsed, min_size=2, max_size=6))
def test_after_the_start_exactly_one_person_is_on_call_and_turns_never_go_back(
    start: datetime, every: timedelta, steps: list[timedelta]
) -> None:
    """Turns count up without a gap at zero: later is never an earlier turn."""
    rotation = Rotation(("ann", "bob"), start, every, start.tzinfo or UTC)
    instants = sorted(start.astimezone(UTC) + step for step in [timedelta(0), *steps])
    turns = [rotation.turn(at) for at in instants]
    assert turns[0] == 0
    assert None not in turns
    assert turns == sorted(turns, key=lambda turn: turn or 0)
    assert all(rotation.who(at) in {"ann", "bob"} for at in instants)


@given(_starts(zones), st.integers(1, 30), st.integers(1, 60))
def test_every_hand_over_is_one_step_at_the_same_local_time(start: datetime, days: int, number: int) -> None:
    """With turns of whole days the hand-over's wall time is the start's, unless the clock skips it that day."""
    zone, every = start.tzinfo or UTC, timedelta(days=days)
    rotation = Rotation(("ann", "bob", "cem"), start, every, zone)
    wall = start.replace(tzinfo=None) + number * every
    at = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == wall:
        assert (rotation.turn(at - TICK), rotation.turn(at)) == (number - 1, number)
    else:
        assert rotation.turn(at) == number
