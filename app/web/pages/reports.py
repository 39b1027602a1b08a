"""Draw the reports."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from app.web.pages.ask import ask, ask_all
from app.web.pages.charts import ages, weeks
from app.web.pages.render import draw


async def stale(request: Request) -> Response:
    """Show what has been quiet for too long, with filters that live in the address; others narrow the choices."""
    report = await ask(request)
    (summary,) = await ask_all(request, ("/reports/summary", {}))
    filters = {
        name: value
        for name, value in request.query_params.items()
        if name not in {"format", "after", "limit", "sort"} and value
    }
    return draw(request, "stale.html", report=report, summary=summary, filters=filters)


async def needing(request: Request) -> Response:
    """Show what needs a person, by class, team, owner and finding."""
    report = await ask(request)
    (summary,) = await ask_all(request, ("/reports/summary", {}))
    return draw(request, "needing.html", report=report, summary=summary)


async def postmortems(request: Request) -> Response:
    """Show how far each post-mortem's items are, and what was dropped."""
    return draw(request, "postmortems.html", report=await ask(request))


async def strategic(request: Request) -> Response:
    """Show long-term items with the epic, its owner, the mandate and the business case."""
    return draw(request, "strategic.html", report=await ask(request))


async def risks(request: Request) -> Response:
    """Show risks as statements, those that wait for a decision first."""
    return draw(request, "risks.html", report=await ask(request))


async def summary(request: Request) -> Response:
    """Show the numbers."""
    report = await ask(request)
    drawn = ages(report["stale_by_age"]), weeks(report["weeks"])
    return draw(request, "summary.html", summary=report, ages=drawn[0], weeks=drawn[1])


PAGES: dict[str, Callable[[Request], Awaitable[Response]]] = {
    "stale": stale,
    "needing": needing,
    "postmortems": postmortems,
    "strategic": strategic,
    "risks": risks,
    "summary": summary,
}
