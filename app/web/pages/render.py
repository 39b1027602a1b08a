"""Draw templates. Everything that comes from a tracker is escaped; what is safe says so itself."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from app.assembly import Service
from app.web.pages import words
from app.web.pages.assets import address
from app.web.policy import waiting

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> "Environment":
    """Return the templates' environment."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415  most commands draw no page

    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "absolute": words.absolute,
        "count": words.count,
        "cut": words.cut,
        "day": lambda value: words.moment(value).strftime("%-d %b %Y"),
        "days": lambda number: words.span(timedelta(days=number)) if number else "less than a day",
        "found": words.found,
        "how": words.how,
        "iso": lambda value: words.moment(value).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "left": words.left,
        "past": words.past_window,
        "sentence": words.sentence,
        "web": words.web_address,
    }
    made.globals |= {"asset": address, "ago": words.ago}
    return made


def draw(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """Return the page; `now` is the service's clock and `here` the path, by which the navigation knows its place.

    `writes`: it acts, and no policy waits for its approval in a way that holds all writes back.
    """
    service: Service = request.app.state.service
    now: datetime = service.clock.now()
    mode, unapproved = service.settings.mode, waiting(service)
    text = (
        environment()
        .get_template(template)
        .render(
            now=now,
            mode=mode,
            unapproved=unapproved,
            writes=mode == "act" and (unapproved is None or unapproved["writes"]),
            here=request.scope["path"],
            asked=request.query_params,
            with_query=_with_query(request),
            **values,
        )
    )
    return Response(text.encode("utf-8", "replace"), status, {"Vary": "Accept"}, "text/html; charset=utf-8")


def _with_query(request: Request) -> Any:
    """Return a function that gives this page's address with some parameters changed; None takes one out."""

    def changed(**changes: Any) -> str:
        given: Mapping[str, Any] = {**request.query_params, **changes}
        kept = {name: value for name, value in given.items() if value not in {None, ""}}
        return "?" + urlencode(kept, errors="replace")

    return changed
