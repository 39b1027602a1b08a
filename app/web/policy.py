"""Show the policy in sentences."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.assembly import Service
from app.core.sentences import as_text, in_sentences
from app.flow.approval import as_json
from app.web.negotiate import best
from app.web.problems import Json

router = APIRouter(tags=["policy"])

_ANSWERS: dict[int | str, dict[str, Any]] = {200: {"content": {"application/json": {}, "text/plain": {}}}}


@router.get("/policy", response_class=Response, responses=_ANSWERS)
async def policy(request: Request) -> Response:
    """Say the whole policy in sentences, as JSON or as text by Accept."""
    service: Service = request.app.state.service
    current, vary, told = service.policy, {"Vary": "Accept"}, waiting(service)
    if best(request.headers.get("accept", ""), ["application/json", "text/plain"]) == "text/plain":
        text = f"{told['sentence']} {told['meanwhile']}\n\n" if told else ""
        return PlainTextResponse((text + as_text(current)).encode("utf-8", "replace"), headers=vary)
    sections = [{"title": part.title, "sentences": list(part.sentences)} for part in in_sentences(current)]
    answer = {"file": current.where, "digest": current.digest, "waiting": told, "sections": sections}
    return Json(answer, headers=vary)


def waiting(service: Service) -> dict[str, Any] | None:
    """Return the policy that waits for an approval, for programs; None: none does."""
    policies = service.policies
    return as_json(policies.waits, writes=policies.writes) if policies and policies.waits else None
