"""By when something has to happen, and whether that is over."""

from datetime import date

import pytest

from app.core.horizons import is_over

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("horizon", "over"),
    [
        ("2026-11-22", True),
        ("2026-11-23", False),
        ("2026-02-30", True),
        ("11/12/2026", False),
        ("11/10/2026", True),
        ("10/12/26", False),
        ("31.11.2027", True),
        ("Nov 2026", False),
        ("October 2026", True),
        ("31 October 2026", True),
        ("31 February 2027", True),
        ("Dec 1st, 2026", False),
        ("2026-10", True),
        ("2027-13", True),
        ("Q4 2026", False),
        ("Q3/2026", True),
        ("Q3'26", True),
        ("end of Q3 26", True),
        ("H1 2026", True),
        ("H2 2026", False),
        ("FY25", True),
        ("FY26", False),
        ("mid 2026", False),
        ("2025", True),
        ("Apr-26", True),
        ("April", False),
        ("Jan 31", False),
        ("Friday", False),
        ("two weeks", False),
    ],
)
def test_horizon_is_over_once_its_last_day_is(horizon: str, over: bool) -> None:
    """Where a year is said the latest day counts that it can mean; a day that no calendar has is none."""
    assert is_over(horizon, TODAY) is over
