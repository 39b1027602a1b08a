"""Draw the overview: what needs a person today, how it develops, and whether the engine keeps up."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from app.web.pages.ask import ask_all
from app.web.pages.charts import ages, weeks
from app.web.pages.render import draw

_LONGEST = 7
_CLASSES = ("operational", "strategic", "risk", "missing", "conflict")
_DECISIONS = ("risk.undecided", "risk.expired", "risk.incomplete", "risk.missing")


async def overview(request: Request) -> Response:
    """Show everything at a glance."""
    summary, stale = await ask_all(request, ("/reports/summary", {}), ("/reports/stale", {"limit": _LONGEST}))
    classes = [name for name in _CLASSES if any(one["class"] == name for one in summary["needs_a_person"])]
    return draw(
        request,
        "overview.html",
        summary=summary,
        stale=stale,
        classes=classes,
        teams=_by_team(summary["needs_a_person"]),
        waiting=sum(one["items"] for one in summary["needs_a_person"]),
        risks={name: summary["findings"][name] for name in _DECISIONS if summary["findings"].get(name)},
        ages=ages(summary["stale_by_age"]),
        weeks=weeks(summary["weeks"]),
        opened=sum(week["opened"] for week in summary["weeks"]),
        closed=sum(week["closed"] for week in summary["weeks"]),
    )


def _by_team(needs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return a row for each team with its numbers by class, the busiest first."""
    rows: dict[str, dict[str, int]] = {}
    for one in needs:
        rows.setdefault(one["team"], {})[one["class"]] = one["items"]
    found = [{"team": team, "by_class": by_class, "items": sum(by_class.values())} for team, by_class in rows.items()]
    return sorted(found, key=lambda row: (-row["items"], row["team"]))
