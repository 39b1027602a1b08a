"""Word what was done to an item, so that people can check it: who, what, when, and where to see it."""

from datetime import date, datetime, timedelta

from app.core.activity import Activity, ActivityKind
from app.core.duration import format_duration, in_words
from app.core.policy import Policy
from app.core.zone import parse_zone

_DAY = timedelta(days=1)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NOUNS = {
    ActivityKind.CREATED: "creation",
    ActivityKind.STATE: "change of state",
    ActivityKind.ASSIGNEE: "change of assignee",
    ActivityKind.PULL_REQUEST: "pull request",
    ActivityKind.RANK: "new rank",
    ActivityKind.SPRINT: "change of sprint",
    ActivityKind.SERVICE_LEVEL: "new service level",
    ActivityKind.MENTION: "mention elsewhere",
}


def phrase(activity: Activity, policy: Policy) -> str:
    """Return an activity as a thing: `Grace Hopper's comment of Tuesday 2026-11-03`."""
    noun = _NOUNS.get(activity.kind, str(activity.kind))
    of = "on" if activity.kind is ActivityKind.CREATED else "of"
    return f"{_whose(activity)} {noun} {of} {day_of(activity.at, policy)}"


def _whose(activity: Activity) -> str:
    if activity.kind is ActivityKind.CREATED:
        return "its"
    if activity.ours:
        return "our own"
    return f"{activity.by.name}'s" if activity.by else "a machine's"


def day_of(moment: datetime, policy: Policy) -> str:
    """Return the day of a moment by the policy's time zone: `Tuesday 2026-11-03`."""
    return named_day(moment.astimezone(parse_zone(policy.messages.timezone)).date())


def named_day(day: date) -> str:
    """Return a day with its name."""
    return f"{_DAYS[day.weekday()]} {day.isoformat()}"


def minute_of(moment: datetime, policy: Policy) -> str:
    """Return a moment by the policy's time zone: `Tuesday 2026-11-03, 09:00`."""
    there = moment.astimezone(parse_zone(policy.messages.timezone))
    return f"{named_day(there.date())}, {there:%H:%M}"


def share(spent: timedelta, whole: timedelta) -> str:
    """Return how much of a window is over: `3 of 7 days`, `5h of 36h`; `9 days, longer than its window of 7 days`."""
    if whole >= _DAY and not whole % _DAY:
        days = spent // _DAY
        if spent < whole:
            return f"{days} of {in_words(whole)}"
        return f"{in_words(days * _DAY)}, longer than its window of {in_words(whole)}"
    minutes = timedelta(minutes=spent // timedelta(minutes=1))
    return f"{format_duration(minutes)} of {format_duration(whole)}"
