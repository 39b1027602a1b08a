"""Answer the reports that a manager takes upstairs, as JSON or CSV."""

from typing import Annotated, Any, Literal, TypeAlias

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.assembly import Service
from app.flow import strategic as reports
from app.web.negotiate import best
from app.web.problems import Json

router = APIRouter(prefix="/reports", tags=["reports"])
Format: TypeAlias = Annotated[Literal["json", "csv"] | None, Query()]


@router.get("/strategic", response_class=Response)
async def strategic(request: Request, format: Format = None) -> Response:  # noqa: A002  the parameter's public name
    """List open strategic items: their epic, its owner, the mandate and the business case."""
    service = _service(request)
    return _answer(request, await reports.strategic(service.store, service.policy), format)


@router.get("/risks", response_class=Response)
async def risks(request: Request, format: Format = None) -> Response:  # noqa: A002  the parameter's public name
    """List open risks, undecided ones first, with every version and the decision."""
    service = _service(request)
    return _answer(request, await reports.risks(service.store, service.policy, service.clock.now()), format)


def _answer(request: Request, rows: list[dict[str, Any]], wanted: str | None) -> Response:
    accepted = best(request.headers.get("accept", ""), ["application/json", "text/csv"])
    vary = {"Vary": "Accept"}
    if wanted == "csv" or (wanted is None and accepted == "text/csv"):
        body = reports.as_csv(rows).encode("utf-8", "replace")
        return PlainTextResponse(body, media_type="text/csv", headers=vary)
    return Json({"total": len(rows), "items": rows}, headers=vary)


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service
