"""Report which open items a person has to do something about."""

from datetime import datetime, timedelta
from typing import Any

from app.core.policy import Policy
from app.flow.report import iso, person_view, policy_view
from app.flow.stale import RefusedFilterError, check
from app.ports import Store
from app.ports.reports import Filters, Reported

COLUMNS = (
    *("tracker", "key", "title", "url", "class", "team", "route"),
    *("owner_name", "owner_email", "owner_id", "quiet_days", "findings"),
)
"""The columns of the report as CSV."""


async def needing(
    store: Store, policy: Policy, filters: Filters, finding: str | None, *, after: str | None, limit: int, now: datetime
) -> dict[str, Any]:
    """Return a page by tracker and key; raise RefusedFilterError for a word that nobody knows or a forged cursor."""
    await check(store, policy, filters)
    try:
        page, following = await store.reports.needing(filters, finding, after=after, limit=limit)
    except ValueError:
        if after is None:
            raise
        raise RefusedFilterError("after", "This is not the `next` of an earlier page.") from None
    items = [_row(row, now) for row in page]
    return {"generated_at": iso(now), "policy": policy_view(policy), "next": following, "items": items}


def _row(row: Reported, now: datetime) -> dict[str, Any]:
    quiet = row.shown.quiet
    return {
        "tracker": row.tracker,
        "key": row.key,
        "title": row.shown.title,
        "url": row.shown.url,
        "class": str(row.item_class),
        "team": row.team,
        "route": row.route,
        "owner": person_view(row.shown.owner),
        "quiet_days": (now - quiet.last.at) // timedelta(days=1) if quiet else None,
        "findings": list(row.findings),
    }
