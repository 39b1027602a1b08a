"""Report in numbers: what is open, stale and found, how far each post-mortem is, and whether anything waits."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from app.core.policy import Policy
from app.flow.report import iso, policy_view
from app.flow.stale import BUCKETS, RefusedFilterError
from app.ports import Store
from app.ports.reports import FromPostMortem, Tally

WEEKS = 12
"""So many weeks are compared, the one that has begun among them."""
_WEEK = timedelta(weeks=1)
_NONE = "none"

COLUMNS = ("postmortem", "url", "total", "done", "open", "stale", "left", "oldest_open_days")
"""The columns of the report by post-mortem as CSV."""


async def summary(store: Store, policy: Policy, now: datetime) -> dict[str, Any]:
    """Return counts by class, route and team, what was found, and what the engine has before it."""
    tallies = await store.reports.tallies(now)
    counted = await store.reports.waiting(now)
    return {
        "generated_at": iso(now),
        "policy": policy_view(policy),
        "open": sum(one.items for one in tallies),
        "by_class": _by(tallies, lambda one: str(one.item_class)),
        "by_route": _by(tallies, lambda one: one.route or _NONE),
        "by_team": _by(tallies, lambda one: one.team or _NONE),
        "by_tracker": _by(tallies, lambda one: one.tracker),
        "stale": sum(sum(one.stale) for one in tallies),
        "stale_by_age": {name: sum(one.stale[place] for one in tallies) for place, name in enumerate(BUCKETS)},
        "findings": _findings(tallies),
        "needs_a_person": _waiting(tallies),
        "weeks": await _weeks(store, now),
        "due": counted["due"],
        "parked": counted["parked"],
        "waiting_deliveries": await store.reports.waiting_deliveries(now),
    }


def as_rows(counted: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the numbers of a summary as rows: `by_class, risk, 3`; a single number has no value beside its name."""
    rows: list[dict[str, Any]] = []
    for name, value in counted.items():
        if isinstance(value, int):
            rows.append({"name": name, "value": "", "count": value})
        elif isinstance(value, dict) and name != "policy":
            rows += [{"name": name, "value": key, "count": number} for key, number in value.items()]
    return rows


async def postmortems(store: Store, policy: Policy, *, after: str | None, limit: int, now: datetime) -> dict[str, Any]:
    """Return a page of post-mortems by name; raise RefusedFilterError for a forged cursor."""
    try:
        page, following, total = await store.reports.postmortems(after=after, limit=limit, now=now)
    except ValueError:
        if after is None:
            raise
        raise RefusedFilterError("after", "This is not the `next` of an earlier page.") from None
    items = [_postmortem(one, now) for one in page]
    return {"generated_at": iso(now), "policy": policy_view(policy), "total": total, "next": following, "items": items}


def _postmortem(one: FromPostMortem, now: datetime) -> dict[str, Any]:
    return {
        "postmortem": one.name,
        "url": one.url,
        "total": one.total,
        "done": one.done,
        "open": one.open,
        "stale": one.stale,
        "left": [{"tracker": gone.tracker, "key": gone.key, "how": gone.how, "at": iso(gone.at)} for gone in one.left],
        "oldest_open_days": (now - one.oldest_open_at) // timedelta(days=1) if one.oldest_open_at else None,
    }


def _by(tallies: Iterable[Tally], name: Callable[[Tally], str]) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for one in tallies:
        counted[name(one)] += one.items
    return dict(counted.most_common())


def _findings(tallies: Iterable[Tally]) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for one in tallies:
        counted.update(dict.fromkeys(one.findings, one.items))
    return dict(counted.most_common())


def _waiting(tallies: Sequence[Tally]) -> list[dict[str, Any]]:
    """Return by class and team how many items a person is asked about."""
    counted: Counter[tuple[str, str]] = Counter()
    for one in tallies:
        if one.findings:
            counted[str(one.item_class), one.team or _NONE] += one.items
    return [{"class": name, "team": team, "items": items} for (name, team), items in counted.most_common()]


async def _weeks(store: Store, now: datetime) -> list[dict[str, Any]]:
    monday = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=now.weekday())
    counted = await store.reports.weeks([monday - number * _WEEK for number in reversed(range(WEEKS))])
    rows = zip(counted.starts, counted.opened, counted.closed, strict=True)
    return [{"starts": iso(start), "opened": opened, "closed": closed} for start, opened, closed in rows]
