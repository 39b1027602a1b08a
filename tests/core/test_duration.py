"""Durations as people type them."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.duration import LONGEST, PATTERN, format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("10m", timedelta(minutes=10)),
        ("36h", timedelta(hours=36)),
        ("14d", timedelta(days=14)),
        ("2w", timedelta(days=14)),
        ("45s", timedelta(seconds=45)),
        ("1d12h", timedelta(hours=36)),
        ("1w2d3h4m5s", timedelta(days=9, hours=3, minutes=4, seconds=5)),
        ("0d", timedelta(0)),
        (" 7d ", timedelta(days=7)),
        ("36500d", LONGEST),
    ],
)
def test_a_duration_means_what_it_says(text: str, duration: timedelta) -> None:
    """Units may stand alone or be joined, from large to small."""
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "'' is not a duration; write numbers with w, d, h, m or s, such as 7d or 1d12h"),
        ("7 days", "'7 days' is not a duration"),
        ("12h1d", "'12h1d' is not a duration"),
        ("1d1d", "'1d1d' is not a duration"),
        ("7D", "'7D' is not a duration"),
        ("1.5d", "'1.5d' is not a duration"),
        ("\u0667d", "'\u0667d' is not a duration"),
        ("10", "'10' has no unit; write 10d for days, 10h for hours or 10m for minutes"),
        ("-7d", "'-7d' is negative; write how long, such as 7d"),
        ("-", "'-' is not a duration"),
        ("36500d1s", "'36500d1s' is longer than a hundred years"),
        ("999999999w", "is longer than a hundred years"),
        ("9999999999d", "is not a duration"),
    ],
)
def test_what_is_no_duration_is_refused_with_a_hint(text: str, says: str) -> None:
    """The error names the text and shows how to write it."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011  the sentence is compared below
        parse_duration(text)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(0), "0s"),
        (timedelta(days=14), "14d"),
        (timedelta(hours=36), "1d12h"),
        (timedelta(minutes=90, seconds=5, microseconds=999), "1h30m5s"),
        (timedelta(hours=-2), "-2h"),
    ],
)
def test_durations_are_written_in_days_and_smaller(duration: timedelta, text: str) -> None:
    """Weeks are written as days, and nothing stands for nothing but `0s`."""
    assert format_duration(duration) == text


@given(st.integers(min_value=0, max_value=36_500 * 86_400))
def test_what_is_written_reads_the_same(seconds: int) -> None:
    """Formatting and parsing are each other's inverse for whole seconds."""
    duration = timedelta(seconds=seconds)
    assert parse_duration(format_duration(duration)) == duration


@given(st.text() | st.from_regex(PATTERN, fullmatch=True))
def test_any_text_is_a_duration_or_a_value_error(text: str) -> None:
    """Nothing that somebody types raises anything but ValueError."""
    with suppress(ValueError):
        assert parse_duration(text) <= LONGEST
