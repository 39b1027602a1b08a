"""Show the policy in sentences."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.assembly import Service
from app.core.sentences import as_text, in_sentences
from app.web.negotiate import best
from app.web.problems import Json

router = APIRouter(tags=["policy"])

_ANSWERS: dict[int | str, dict[str, Any]] = {200: {"content": {"application/json": {}, "text/plain": {}}}}


@router.get("/policy", response_class=Response, responses=_ANSWERS)
async def policy(request: Request) -> Response:
    """Say the whole policy in sentences, as JSON or as text by Accept."""
    service: Service = request.app.state.service
    current, vary = service.policy, {"Vary": "Accept"}
    if best(request.headers.get("accept", ""), ["application/json", "text/plain"]) == "text/plain":
        return PlainTextResponse(as_text(current).encode("utf-8", "replace"), headers=vary)
    sections = [{"title": part.title, "sentences": list(part.sentences)} for part in in_sentences(current)]
    return Json({"file": current.where, "digest": current.digest, "sections": sections}, headers=vary)
