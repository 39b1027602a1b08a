"""Show what came in and how it was heard, and what waits for a look or for an event."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from app.assembly import Service
from app.core.delivery import Delivery, Hearing
from app.flow.about import about
from app.flow.report import iso
from app.ports.reports import HeldUp
from app.web.problems import Json

router = APIRouter(tags=["deliveries"])

HELD_UP = 100
"""At most so many waiting or parked items are shown; the numbers are of all."""


class Filters(BaseModel):
    """Narrow the list of deliveries; a misspelt parameter is refused, for it would silently show too much."""

    model_config = ConfigDict(extra="forbid")

    tracker: Annotated[str, Field(max_length=50, pattern=r"^[^\x00-\x1f\x7f]+$")] | None = None
    hearing: Hearing | None = Field(None, description="how it was heard")
    limit: int = Field(50, ge=1, le=200)
    format: Literal["json", "html"] | None = Field(None, description="wins over Accept")


@router.get("/deliveries", response_class=Json)
async def deliveries(request: Request, filters: Annotated[Filters, Query()]) -> Response:
    """List the latest deliveries without bodies, what waits or is parked, and what is wrong with the set-up."""
    service: Service = request.app.state.service
    now = service.clock.now()
    counts = await service.store.counts(now)
    held_up = await service.store.reports.held_up(HELD_UP, now, sorted(service.trackers))
    pauses = await service.store.pauses(now)
    found = await service.store.deliveries(tracker=filters.tracker, hearing=filters.hearing, limit=filters.limit)
    items = await about(service.store, [one for _, one in found])
    return Json(
        {
            "generated_at": iso(now),
            "due": counts["due"],
            "parked": counts["parked"],
            "total": counts["deliveries"],
            "paused": {tracker: iso(until) for tracker, until in pauses.items()},
            "held_up": [_held_up(one, now) for one in held_up],
            "checks": [{"id": one.id, "message": one.message, "hint": one.hint} for one in service.faults()],
            "items": [_delivery(number, one, named) for (number, one), named in zip(found, items, strict=True)],
        }
    )


def _held_up(one: HeldUp, now: datetime) -> dict[str, Any]:
    return {
        "tracker": one.tracker,
        "key": one.key,
        "title": one.title,
        "url": one.url,
        "due_since": iso(one.due_at) if one.due_at and one.due_at <= now else None,
        "attempts": one.attempts,
        "parked": one.parked,
    }


def _delivery(number: int, one: Delivery, named: Sequence[str]) -> dict[str, Any]:
    return {
        "number": number,
        "tracker": one.tracker,
        "received_at": iso(one.received_at),
        "event": one.heard.event,
        "hearing": str(one.heard.hearing),
        "because": one.heard.because,
        "about": named,
        "by": one.heard.by.name if one.heard.by else None,
    }
