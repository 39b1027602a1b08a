"""Show items, say why they are treated as they are, and let somebody ask for a fresh look."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.assembly import Service
from app.flow import report
from app.ports import Stored, Touch
from app.web.negotiate import best
from app.web.problems import Json, RefusalError, parameter_problem

router = APIRouter(prefix="/items", tags=["items"])

RECORDS = 50
"""How many of an item's latest records are shown."""

# A control character is in no name of ours, and some databases refuse to look for one.
_WORD = r"^[^\x00-\x1f\x7f]+$"
Tracker = Annotated[str, Path(max_length=50, pattern=_WORD, description="linear or jira")]
Key = Annotated[str, Path(max_length=200, pattern=_WORD, description="the item's key, one it had before, or its id")]
Word = Annotated[str, Field(max_length=2000, pattern=_WORD)]


class Filters(BaseModel):
    """Hold the list's parameters; a misspelt one is refused, for it would silently show too much."""

    model_config = ConfigDict(extra="forbid")

    tracker: Word | None = None
    watched: bool | None = None
    postmortem: Word | None = Field(None, description="the name of the post-mortem that the items came from")
    limit: int = Field(100, ge=1, le=1000)
    after: Word | None = Field(None, description="`next` of the page before")
    format: Literal["json", "html"] | None = Field(None, description="wins over Accept")


@router.get("", response_class=Json)
async def items(request: Request, filters: Annotated[Filters, Query()]) -> Response:
    """List items in a stable order, a page at a time: `next` is the cursor of the page after, null on the last."""
    store = _service(request).store
    try:
        page, following = await store.items(
            tracker=filters.tracker,
            watched=filters.watched,
            postmortem=filters.postmortem,
            after=filters.after,
            limit=filters.limit,
        )
    except ValueError:
        if filters.after is None:
            raise
        return parameter_problem("after", "This is not the `next` of an earlier page.")
    return Json({"items": [report.item_view(stored, None) for stored in page], "next": following})


@router.get("/{tracker}/{key}", response_class=Json)
async def item(request: Request, tracker: Tracker, key: Key) -> Response:
    """Show one item with its latest records, newest first."""
    stored = await _find(request, tracker, key)
    records = await _service(request).store.records(stored.tracker, stored.id, RECORDS)
    return Json(report.item_view(stored, records))


_WHY: dict[int | str, dict[str, Any]] = {200: {"content": {"application/json": {}, "text/plain": {}}}}


@router.get("/{tracker}/{key}/why", response_class=Response, responses=_WHY)
async def why(request: Request, tracker: Tracker, key: Key) -> Response:
    """Say for every rule what it found and why, as JSON or as text by Accept."""
    stored, policy, now = await _find(request, tracker, key), _service(request).policy, _service(request).clock.now()
    vary = {"Vary": "Accept"}
    if best(request.headers.get("accept", ""), ["application/json", "text/plain"]) == "text/plain":
        text = report.why_text(stored, policy, now).encode("utf-8", "replace")
        return PlainTextResponse(text, headers=vary)
    return Json(report.why_view(stored, policy, now), headers=vary)


@router.post("/{tracker}/{key}/check", status_code=202, response_class=Json)
async def check(request: Request, tracker: Tracker, key: Key) -> Response:
    """Make the item due now: a worker looks at it afresh, also when it was parked."""
    service = _service(request)
    stored = await _find(request, tracker, key)
    if stored.tracker not in service.trackers:
        raise RefusalError(409, f"{tracker} is not switched on, so nobody would look.", hint="Set its credentials.")
    touch = Touch(stored.id, because="asked by /check")
    await service.store.touch(stored.tracker, [touch], service.clock.now(), settle=False)
    return Json({"status": "due"}, 202)


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


async def _find(request: Request, tracker: str, key: str) -> Stored:
    service = _service(request)
    stored = await service.store.find(tracker, key)
    if stored is not None:
        return stored
    if tracker not in service.trackers:
        names = ", ".join(sorted(service.trackers)) or "none"
        raise RefusalError(404, f"There is no tracker of that name here. Switched on are: {names}.")
    hint = (
        "An item is known once a webhook or a reconcile has named it. `followthrough reconcile` looks for all of them."
    )
    raise RefusalError(404, f"No item of {tracker} has that key or id.", hint=hint)
