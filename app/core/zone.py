"""Know time zones by their IANA names."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from app.core.hint import nearest, quote


def parse_zone(name: str) -> ZoneInfo:
    """Return the zone of that name; raise ValueError with the nearest name: the place may be enough to guess it."""
    if name in _zones():
        return ZoneInfo(name)
    guess = nearest(name, _zones()) or _by_place(name)
    hint = f"did you mean {guess!r}?" if guess else "write an IANA name, such as Europe/Berlin"
    raise ValueError(f"there is no time zone {quote(name)}; {hint}")


def _by_place(name: str) -> str | None:
    places = {zone.rpartition("/")[2]: zone for zone in sorted(_zones(), reverse=True)}
    place = nearest(name.rpartition("/")[2].replace(" ", "_"), places)
    return places[place] if place else None


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
