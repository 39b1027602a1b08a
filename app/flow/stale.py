"""Report what is stale: computed at the moment somebody asks, from what the latest runs found."""

from datetime import datetime, timedelta
from typing import Any, Literal

from app.core.duration import format_duration
from app.core.evidence import minute_of, phrase
from app.core.hint import did_you_mean
from app.core.policy import Policy
from app.core.quiet import Quiet
from app.flow.report import activity_view, iso, person_view, policy_view
from app.ports import Store
from app.ports.reports import Filters, Reported

BUCKETS = ("0", "1-5", "6-10", "11-30", ">30")
"""Whole days past the window; 0 is the first day."""
_ENDS = (1, 6, 11, 31)
_DAY = timedelta(days=1)

COLUMNS = (
    *("tracker", "key", "title", "url", "class", "route", "owner_name", "owner_email", "owner_id"),
    *("last_activity_at", "last_activity_by", "last_activity_kind", "last_activity_evidence"),
    *("window_days", "quiet_days", "stale_since", "bucket", "rung", "snoozed_until", "reason"),
)
"""The columns of the report as CSV."""


class RefusedFilterError(ValueError):
    """Refuse one parameter of a report by its name."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


async def stale(
    store: Store, policy: Policy, filters: Filters, *, after: str | None, limit: int, now: datetime
) -> dict[str, Any]:
    """Return a page of stale items; raise RefusedFilterError for a word that nobody knows or a forged cursor."""
    await check(store, policy, filters)
    try:
        page = await store.reports.stale(filters, after=after, limit=limit, now=now)
    except ValueError:
        if after is None:
            raise
        raise RefusedFilterError("after", "This is not the `next` of an earlier page.") from None
    return {
        "generated_at": iso(now),
        "policy": policy_view(policy),
        "complete": page.complete and await _compared(store, policy, filters.tracker),
        "evaluated": page.evaluated,
        "total": page.total,
        "next": page.next,
        "items": [row_view(row, policy, now) for row in page.items],
    }


async def _compared(store: Store, policy: Policy, only: str | None) -> bool:
    """Tell whether each tracker was compared with the store at least once: before that, nobody knows what is there."""
    names = {one.tracker for one in policy.watch} if only is None else {only}
    return all([await store.watermark(name) is not None for name in names])


async def check(store: Store, policy: Policy, filters: Filters) -> None:
    """Raise RefusedFilterError for a word that neither the policy nor any item knows."""
    trackers = sorted({watch.tracker for watch in policy.watch})
    if filters.tracker is not None and filters.tracker not in trackers:
        raise RefusedFilterError("tracker", f"The policy watches no such tracker; {did_you_mean('', trackers)}.")
    people = {word for one in policy.people for word in (one.name, one.email, *one.ids.values())}
    places = {word for watch in policy.watch for word in (*watch.teams, *watch.projects)}
    routes = {route.name for route in policy.routes}
    kinds: tuple[tuple[Literal["owner", "team", "route"], str | None, set[str]], ...] = (
        ("owner", filters.owner, people),
        ("team", filters.team, places),
        ("route", filters.route, routes),
    )
    for kind, word, known in kinds:
        if word is None or word.casefold() in {one.casefold() for one in known}:
            continue
        if not await store.reports.knows(kind, word):
            raise RefusedFilterError(kind, f"Neither the policy nor any item knows such {_AN[kind]}.")


_AN = {"owner": "an owner, by name, e-mail or id", "team": "a team", "route": "a route"}


def row_view(row: Reported, policy: Policy, now: datetime) -> dict[str, Any]:
    """Return an item as the report shows it."""
    quiet, shown = row.shown.quiet, row.shown
    past = now - quiet.stale_at if quiet and quiet.stale_at else timedelta(0)
    return {
        "tracker": row.tracker,
        "key": row.key,
        "title": shown.title,
        "url": shown.url,
        "class": str(row.item_class),
        "route": row.route,
        "owner": person_view(shown.owner),
        "last_activity": activity_view(quiet.last, shown.url) if quiet else None,
        "window_days": days(quiet.window) if quiet and quiet.window is not None else None,
        "quiet_days": (now - quiet.last.at) // _DAY if quiet else None,
        "stale_since": iso(quiet.stale_at) if quiet else None,
        "bucket": bucket(past),
        "rung": quiet.rung if quiet else 0,
        "snoozed_until": iso(quiet.snoozed_until) if quiet and (quiet.snoozed_until or now) > now else None,
        "reason": reason(quiet, policy, now) if quiet else "",
    }


def bucket(past: timedelta) -> str:
    """Return how long an item is past its window, as a range of whole days."""
    return BUCKETS[sum(past // _DAY >= end for end in _ENDS)]


def days(window: timedelta) -> float | int:
    """Return a window in days; a whole number where it is one."""
    return window // _DAY if not window % _DAY else round(window / _DAY, 3)


def reason(quiet: Quiet, policy: Policy, now: datetime) -> str:
    """Say in a sentence why an item is reported: how long it has been quiet, and what its clock rests on."""
    spent, past = now - quiet.last.at, now - (quiet.stale_at or now)
    parts = [f"{_length(spent)} quiet, {_beyond(quiet.window or timedelta(0), past)}"]
    if quiet.snoozed_until is not None and quiet.snoozed_until > now:
        parts.append(f"it may wait until {minute_of(quiet.snoozed_until, policy)}")
    return "; ".join([*parts, f"the clock rests on {phrase(quiet.last, policy)}"]) + "."


def _beyond(window: timedelta, past: timedelta) -> str:
    if window % _DAY:
        return f"{_length(past)} past its window of {format_duration(window)}"
    if past < _DAY:
        return f"its window of {_length(window)} is over since today"
    return f"{past // _DAY} past its window of {window // _DAY}"


def _length(span: timedelta) -> str:
    if span >= _DAY:
        return "1 day" if span // _DAY == 1 else f"{span // _DAY} days"
    return format_duration(timedelta(minutes=span // timedelta(minutes=1))) if span >= timedelta(minutes=1) else "0m"
