"""Say whether the service is alive, and whether it is ready."""

import asyncio
from collections.abc import Sequence

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.assembly import Service
from app.core.errors import Transient
from app.ports import Problem
from app.web.guard import log_failure
from app.web.problems import Json

router = APIRouter(tags=["health"])

PATIENCE = 5.0
"""Seconds for the checks; whoever asks gives up soon after."""


@router.get("/healthz", response_class=Json)
@router.head("/healthz", include_in_schema=False)
async def healthz() -> Response:
    """Answer as long as the process does."""
    return Json({"status": "alive"})


@router.get("/readyz", response_class=Json, responses={503: {"description": "Not ready; the checks say why."}})
@router.head("/readyz", include_in_schema=False)
async def readyz(request: Request) -> Response:
    """Say whether deliveries can be kept and items be handled, and what else is wrong with the set-up."""
    found = await _problems(request.app.state.service)
    ready = not any(problem.blocks for problem in found)
    checks = [{"id": problem.id, "message": problem.message, "hint": problem.hint} for problem in found]
    return Json({"ready": ready, "checks": checks}, 200 if ready else 503)


async def _problems(service: Service) -> Sequence[Problem]:
    try:
        async with asyncio.timeout(PATIENCE):
            return await service.readiness()
    except TimeoutError:
        hint = "The store or a tracker does not answer; see whether both can be reached."
        return [Problem("readiness.slow", f"The checks did not end within {PATIENCE:g} s.", hint, blocks=True)]
    except Transient:
        hint = "See whether the database runs and FOLLOWTHROUGH_DATABASE_URL points to it."
        return [Problem("store.unreachable", "The store does not answer.", hint, blocks=True)]
    except Exception as error:  # noqa: BLE001  a check that breaks is an answer too: not ready
        log_failure("readiness check failed", error)
        return [Problem("readiness.failed", "The checks themselves failed.", "The log says how.", blocks=True)]
