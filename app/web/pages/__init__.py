"""Show people in a browser what the interface says: each page is drawn from its answers, so both say the same."""

from starlette.routing import BaseRoute, Route

from app.web.pages.assets import asset
from app.web.pages.engine import deliveries, policy
from app.web.pages.items import item, items
from app.web.pages.overview import overview
from app.web.pages.reports import PAGES
from app.web.pages.route import Page


def routes() -> list[BaseRoute]:
    """Return the pages' routes; they go before the interface's own, whose addresses they share."""
    return [
        Route("/static/{name}", asset, include_in_schema=False),
        Page("/", overview),
        Page("/items", items),
        Page("/items/{tracker}/{key}", item),
        Page("/items/{tracker}/{key}/why", item),
        Page("/deliveries", deliveries),
        Page("/policy", policy),
        *(Page(f"/reports/{name}", page) for name, page in PAGES.items()),
    ]
