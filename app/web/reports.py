"""Answer reports, as JSON or CSV; whoever wants a page is served by `app.web.pages`."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal, TypeAlias

from fastapi import APIRouter, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.assembly import Service
from app.core.duration import parse_duration
from app.core.item_class import ItemClass
from app.flow import strategic as lists
from app.flow import summary as figures
from app.flow.forms import as_csv
from app.flow.needing import COLUMNS as NEEDING
from app.flow.needing import needing as needing_report
from app.flow.paging import paged
from app.flow.stale import COLUMNS, RefusedFilterError
from app.flow.stale import stale as stale_report
from app.ports.reports import Filters
from app.web.negotiate import best
from app.web.problems import Json, parameter_problem

router = APIRouter(prefix="/reports", tags=["reports"])

# A control character is in no name of ours, and some databases refuse to look for one.
Word: TypeAlias = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]


def _duration(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError:  # its sentence would show back what was sent
        message = "this is no duration up to a hundred years; write it as 7d, 36h or 1d12h"
        raise PydanticCustomError("duration", message) from None


Duration: TypeAlias = Annotated[
    timedelta, BeforeValidator(_duration), WithJsonSchema({"type": "string", "examples": ["14d", "1d12h"]})
]


class Form(BaseModel):
    """Hold what every report can be asked; a misspelt parameter is refused, for it would silently show too much."""

    model_config = ConfigDict(extra="forbid")

    format: Literal["json", "csv", "html"] | None = Field(None, description="wins over Accept")


class Paged(Form):
    """Ask for one page."""

    limit: int = Field(100, ge=1, le=1000)
    after: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00-\x1f\x7f]+$")] | None = Field(
        None, description="`next` of the page before"
    )


class Stale(Paged):
    """Narrow the report of stale items."""

    tracker: Word | None = None
    team: Word | None = Field(None, description="Linear's team key or Jira's project key")
    item_class: ItemClass | None = Field(None, alias="class")
    owner: Word | None = Field(None, description="name, e-mail or id")
    route: Word | None = None
    older_than: Duration | None = Field(None, description="quiet for at least that long, such as 14d")
    snoozed: bool = Field(default=False, description="show those too that somebody lets wait")
    sort: Literal["oldest", "newest"] = Field("oldest", description="what went stale first, or last, comes first")

    def filters(self) -> Filters:
        """Return what the report is narrowed to."""
        return Filters(
            tracker=self.tracker,
            team=self.team,
            item_class=self.item_class,
            owner=self.owner,
            route=self.route,
            quiet_for=self.older_than,
            snoozed=self.snoozed,
            newest=self.sort == "newest",
        )


class Needing(Paged):
    """Narrow the report of what needs a person."""

    tracker: Word | None = None
    team: Word | None = Field(None, description="Linear's team key or Jira's project key")
    item_class: ItemClass | None = Field(None, alias="class")
    owner: Word | None = Field(None, description="name, e-mail or id")
    finding: Word | None = Field(None, description="such as class.missing")


_FORMS: dict[int | str, dict[str, Any]] = {200: {"content": {"application/json": {}, "text/csv": {}, "text/html": {}}}}


@router.get("/stale", response_class=Response, responses=_FORMS)
async def stale(request: Request, asked: Annotated[Stale, Query()]) -> Response:
    """List open items that have been quiet for longer than their window, what went stale first before the others."""
    service = _service(request)
    try:
        page = await stale_report(
            service.store,
            service.policy,
            asked.filters(),
            after=asked.after,
            limit=asked.limit,
            now=service.clock.now(),
        )
    except RefusedFilterError as refused:
        return parameter_problem(refused.name, str(refused))
    return _answer(request, page, asked, COLUMNS)


@router.get("/needing", response_class=Response, responses=_FORMS)
async def needing(request: Request, asked: Annotated[Needing, Query()]) -> Response:
    """List open items that a person has to do something about, by tracker and key."""
    service = _service(request)
    filters = Filters(tracker=asked.tracker, team=asked.team, item_class=asked.item_class, owner=asked.owner)
    now = service.clock.now()
    try:
        page = await needing_report(
            service.store, service.policy, filters, asked.finding, after=asked.after, limit=asked.limit, now=now
        )
    except RefusedFilterError as refused:
        return parameter_problem(refused.name, str(refused))
    return _answer(request, page, asked, NEEDING)


@router.get("/postmortems", response_class=Response, responses=_FORMS)
async def postmortems(request: Request, asked: Annotated[Paged, Query()]) -> Response:
    """Say of each post-mortem how far its items are, and which of them were dropped, how and when."""
    service = _service(request)
    now = service.clock.now()
    try:
        page = await figures.postmortems(service.store, service.policy, after=asked.after, limit=asked.limit, now=now)
    except RefusedFilterError as refused:
        return parameter_problem(refused.name, str(refused))
    return _answer(request, page, asked, figures.COLUMNS)


@router.get("/summary", response_class=Response, responses=_FORMS)
async def summary(request: Request, asked: Annotated[Form, Query()]) -> Response:
    """Count open items by class, route and team, what was found about them, and what waits."""
    service = _service(request)
    counted = await figures.summary(service.store, service.policy, service.clock.now())
    if _wants_csv(request, asked):
        return _csv(figures.as_rows(counted), ("name", "value", "count"))
    return Json(counted, headers={"Vary": "Accept"})


@router.get("/strategic", response_class=Response, responses=_FORMS)
async def strategic(request: Request, asked: Annotated[Paged, Query()]) -> Response:
    """List open strategic items: their epic, its owner, the mandate and the business case."""
    service = _service(request)
    rows = await lists.strategic(service.store, service.policy)
    page = _list("strategic", rows, lists.strategic_place, asked, whole={"areas": lists.areas(rows)})
    return _answer(request, page, asked, lists.STRATEGIC)


@router.get("/risks", response_class=Response, responses=_FORMS)
async def risks(request: Request, asked: Annotated[Paged, Query()]) -> Response:
    """List open risks, undecided ones first, with every version and the decision."""
    service = _service(request)
    rows = await lists.risks(service.store, service.policy, service.clock.now())
    page = _list("risks", rows, lists.risk_place, asked, whole={"exposure": lists.exposure(rows)})
    return _answer(request, page, asked, lists.RISKS)


def _list(
    name: str, rows: list[dict[str, Any]], place: Any, asked: Paged, *, whole: Mapping[str, Any]
) -> Mapping[str, Any] | Response:
    """Return a page of a list, or the refusal of its cursor; `whole` is said of all of it, on every page."""
    try:
        page, following = paged(name, rows, place, asked.after, asked.limit)
    except ValueError:
        return parameter_problem("after", "This is not the `next` of an earlier page.")
    return {"total": len(rows), "next": following, **whole, "items": page}


def _answer(request: Request, page: Mapping[str, Any] | Response, asked: Form, columns: Sequence[str]) -> Response:
    if isinstance(page, Response):
        return page
    if not _wants_csv(request, asked):
        return Json(page, headers={"Vary": "Accept"})
    return _csv(page["items"], columns)


def _wants_csv(request: Request, asked: Form) -> bool:
    if asked.format is not None:
        return asked.format == "csv"
    return best(request.headers.get("accept", ""), ["application/json", "text/csv"]) == "text/csv"


def _csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> Response:
    body = as_csv(rows, columns).encode("utf-8", "replace")
    return PlainTextResponse(body, media_type="text/csv", headers={"Vary": "Accept"})


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service
