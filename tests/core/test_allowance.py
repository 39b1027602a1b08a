"""How many writes an hour still allows, where several draw from it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.core.allowance import Drawn, draw, minute_of, wanted

NOW = datetime(2026, 11, 23, 12, 0, 30, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def test_what_is_left_is_drawn_and_no_more() -> None:
    """The last one gets the rest; it is said when the oldest draw counts no more."""
    drawn = {minute_of(NOW - HOUR): 3, minute_of(NOW - 10 * MINUTE): 4}
    ends = NOW.replace(second=0) + MINUTE
    assert draw(drawn, NOW, 2, 10) == Drawn(2, 1, ends)
    assert draw(drawn, NOW, 5, 10) == Drawn(3, 0, ends)
    assert draw(drawn, NOW, 5, 7) == Drawn(0, 0, ends)


def test_lower_limit_gives_nothing_until_it_is_met() -> None:
    """A policy that allows less from now on is not answered with fewer than none."""
    assert draw({minute_of(NOW): 9}, NOW, 1, 5) == Drawn(0, 0, NOW.replace(second=0) + HOUR + MINUTE)


def test_draw_counts_until_an_hour_after_its_minute() -> None:
    """Not a second less, for it may have been spent in the last one."""
    drawn = {minute_of(NOW): 1}
    end = NOW.replace(second=0) + HOUR + MINUTE
    assert draw(drawn, end - timedelta(microseconds=1), 1, 1).number == 0
    assert draw(drawn, end, 1, 1) == Drawn(1, 0, end + HOUR + MINUTE)


def test_more_is_drawn_the_more_is_spent() -> None:
    """One by one where little is written; a twentieth of the hour's at most."""
    assert [wanted(spent, 600) for spent in (0, 3, 8, 40, 1000)] == [1, 1, 2, 10, 30]
    assert wanted(1000, 1) == 1


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 8)), max_size=30), st.integers(1, 20))
def test_no_hour_sees_more_than_its_number(draws: list[tuple[int, int]], limit: int) -> None:
    """Wherever it begins: what was drawn within a minute is spent within it."""
    drawn: dict[int, int] = {}
    for after, number in sorted(draws):
        now = NOW + after * MINUTE / 2
        drawn[minute_of(now)] = drawn.get(minute_of(now), 0) + draw(drawn, now, number, limit).number
    for first in drawn:
        assert sum(number for minute, number in drawn.items() if first <= minute <= first + 60) <= limit
