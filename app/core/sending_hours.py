"""Know when people may be written to: the day's moments for it, by the wall clock of the policy's time zone.

Each day that is not quiet has a moment for each message that a person may get: the first at `digest_at`, or where that
is quiet at the first moment after it that is not, else at the day's first that is not; further ones are spread evenly
until the day's quiet hours begin, and never more than one an hour. A wall-clock time that a day does not have, because
clocks go forward, comes an hour later; one that it has twice counts where it comes first.
"""

from datetime import UTC, date, datetime, time, timedelta

from app.core.policy import Messages
from app.core.zone import parse_zone

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MOST = 24
_AHEAD = 15
"""Days to search for the next moment: a week has it, or none does; two, for a day that lacks an hour."""


def day_of(moment: datetime, rules: Messages) -> date:
    """Return the day it is in the policy's time zone."""
    return moment.astimezone(parse_zone(rules.timezone)).date()


def is_quiet(moment: datetime, rules: Messages) -> bool:
    """Tell whether nobody may be written to at that moment. Quiet hours that end before they begin pass midnight."""
    local = moment.astimezone(parse_zone(rules.timezone))
    if _DAYS[local.weekday()] in rules.quiet_days:
        return True
    begin, end, wall = rules.quiet_from, rules.quiet_until, local.time()
    if begin is None or end is None:
        return False
    return begin <= wall < end if begin < end else wall >= begin or wall < end


def opening(moment: datetime, rules: Messages) -> datetime | None:
    """Return the first moment from that one on, on the same day, that is not quiet; None: the rest of it is."""
    day = day_of(moment, rules)
    ends = () if rules.quiet_until is None else _at(day, rules.quiet_until, rules)
    later = (end for end in ends if end > moment)
    return next((one for one in (moment, *later) if day_of(one, rules) == day and not is_quiet(one, rules)), None)


def moments(day: date, rules: Messages) -> tuple[datetime, ...]:
    """Return the day's moments (UTC) for messages, in order; none for a quiet day."""
    midnight, wanted = _at(day, time(), rules)[0], _at(day, rules.digest_at, rules)[0]
    first = opening(wanted, rules) or opening(midnight, rules)
    if first is None:
        return ()
    number = min(rules.per_person_per_day, _MOST)
    apart = (_end(first, rules) - first) / number
    spread = (first + apart * times for times in range(number))
    return tuple(one for one in spread if not is_quiet(one, rules))


def next_moment(now: datetime, rules: Messages) -> datetime | None:
    """Return the first moment for a message after `now`; None: the policy leaves none."""
    today = day_of(now, rules)
    ahead = (one for days in range(_AHEAD) for one in moments(today + timedelta(days=days), rules))
    return next((one for one in ahead if one > now), None)


def _end(first: datetime, rules: Messages) -> datetime:
    """Return when the hours that begin there are over: with the next quiet ones, with the day at the latest."""
    day = day_of(first, rules)
    midnight = _at(day + timedelta(days=1), time(), rules)[0]
    quiet = () if rules.quiet_from is None else _at(day, rules.quiet_from, rules)
    return next((one for one in quiet if one > first), midnight)


def _at(day: date, wall: time, rules: Messages) -> tuple[datetime, ...]:
    """Return when (UTC) the clocks of the policy show that time on that day: once, or twice as clocks go back."""
    local = datetime.combine(day, wall, parse_zone(rules.timezone))
    first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return (first, second) if second > first else (first,)
