"""Help with wrong words."""

import pytest

from app.core.hint import did_you_mean, nearest, quote


@pytest.mark.parametrize(
    ("word", "guess"), [("lables", "labels"), ("LABELS", "labels"), ("zebra", None), ("l" * 81, None), ("", None)]
)
def test_the_nearest_word_is_found_in_any_case(word: str, guess: str | None) -> None:
    """Slips find their word; words that are unlike all, or too long for a slip, find none."""
    assert nearest(word, ("labels", "teams")) == guess


@pytest.mark.parametrize(
    ("known", "says"),
    [
        (("labels", "teams"), "did you mean 'labels'?"),
        (("teams", "projects", "teams"), "known here: teams, projects"),
        (("teams",), "write teams"),
        ((), "nothing can stand here"),
    ],
)
def test_a_hint_names_the_nearest_word_or_the_known_ones(known: tuple[str, ...], says: str) -> None:
    """Where no word is near, those that there are help."""
    assert did_you_mean("lables", known) == says


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("ops", "'ops'"),
        (True, "true"),
        (42, "42"),
        ("a\nb", "'a\\nb'"),
        ("\u202eops", "'\\u202eops'"),
        ("grün", "'grün'"),
        ("x" * 100, "'" + "x" * 59 + "…"),
    ],
)
def test_a_quoted_value_stays_on_one_line(value: object, shown: str) -> None:
    """Line ends and invisible characters are escaped, and long values are cut."""
    assert quote(value) == shown
