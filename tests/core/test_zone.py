"""Time zones by name."""

import pytest

from app.core.zone import parse_zone


def test_a_known_zone_is_returned() -> None:
    """An IANA name is its zone."""
    assert parse_zone("Europe/Berlin").key == "Europe/Berlin"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Europe/Berln", "did you mean 'Europe/Berlin'?"),
        ("europe/berlin", "did you mean 'Europe/Berlin'?"),
        ("Berlin", "did you mean 'Europe/Berlin'?"),
        ("new york", "did you mean 'America/New_York'?"),
        ("@@@@", "write an IANA name, such as Europe/Berlin"),
        ("../../etc/passwd", "write an IANA name, such as Europe/Berlin"),
    ],
)
def test_an_unknown_zone_is_refused_with_the_nearest(name: str, hint: str) -> None:
    """The place alone is enough to guess the zone, and no name reaches a file."""
    with pytest.raises(ValueError, match="there is no time zone") as caught:
        parse_zone(name)
    assert str(caught.value).endswith(hint)
