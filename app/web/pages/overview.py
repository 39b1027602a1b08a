"""Draw the overview: what needs a person today, how it develops, and whether the engine keeps up."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from app.core.duration import parse_duration
from app.web.pages.ask import RefusedError, ask_all
from app.web.pages.charts import ages, weeks
from app.web.pages.render import draw
from app.web.problems import parameter_problem

_LONGEST = 7
_SOONEST = 10
_CLASSES = ("operational", "strategic", "risk", "missing", "conflict")
_DECISIONS = ("risk.undecided", "risk.expired", "risk.incomplete", "risk.missing")


async def overview(request: Request) -> Response:
    """Show everything at a glance; with `refresh` in the address the browser asks again that often, for a wall."""
    again = _refresh(request.query_params.get("refresh"))
    summary, stale = await ask_all(request, ("/reports/summary", {}), ("/reports/stale", {"limit": _LONGEST}))
    classes = [name for name in _CLASSES if any(one["class"] == name for one in summary["needs_a_person"])]
    page = draw(
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
    )
    page.headers.update(again)
    return page


def _refresh(often: str | None) -> dict[str, str]:
    """Return the header by which a browser loads the page anew without a script."""
    if often is None:
        return {}
    try:
        seconds = parse_duration(often).total_seconds()
    except ValueError:
        seconds = 0
    if seconds < _SOONEST:
        message = f"This is no duration of {_SOONEST} seconds or more; write it as 5m or 1h."
        raise RefusedError(parameter_problem("refresh", message))
    return {"Refresh": str(int(seconds))}


def _by_team(needs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return a row for each team with its numbers by class, the busiest first."""
    rows: dict[str, dict[str, int]] = {}
    for one in needs:
        rows.setdefault(one["team"], {})[one["class"]] = one["items"]
    found = [{"team": team, "by_class": by_class, "items": sum(by_class.values())} for team, by_class in rows.items()]
    return sorted(found, key=lambda row: (-row["items"], row["team"]))
