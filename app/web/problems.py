"""Say what went wrong as problem details, https://www.rfc-editor.org/rfc/rfc9457."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.core.errors import Transient

RETRY_AFTER = 30
"""Seconds after which a caller may try again when the store was not there and did not say for how long."""

_USUAL = {
    404: "There is nothing at this address. GET / names what there is.",
    405: "This address does not answer that method.",
}


class Json(JSONResponse):
    """Answer JSON. A lone surrogate in a ticket's title becomes a JSON escape instead of an error."""

    def render(self, content: Any) -> bytes:
        """Return the body."""
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8", "backslashreplace")


class RefusalError(Exception):
    """Refuse a request with a status, a sentence, and further members of the problem such as `hint`."""

    def __init__(self, status: int, detail: str, **more: object) -> None:
        super().__init__(detail)
        self.status, self.detail, self.more = status, detail, more


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None, **more: object) -> Json:
    """Build the answer: `title` is the status's own phrase, as `about:blank` asks for."""
    title = HTTPStatus(status).phrase
    content = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return Json(content, status, headers, media_type="application/problem+json")


def retry_headers(seconds: float | None) -> dict[str, str]:
    """Return the Retry-After header in whole seconds, at least one."""
    return {"Retry-After": str(max(1, round(RETRY_AFTER if seconds is None else seconds)))}


def parameter_problem(name: str, message: str, place: str = "query") -> Json:
    """Refuse one parameter by name, in the shape of every other validation error."""
    return _parameters([{"parameter": name, "in": place, "message": message}])


def _parameters(errors: list[dict[str, str]]) -> Json:
    detail = "; ".join(f"{error['parameter']}: {error['message']}" for error in errors)
    return problem(422, detail, errors=errors)


def _named(found: Mapping[str, Any], request: Request) -> dict[str, str]:
    place, *path = (str(part) for part in found["loc"])
    message = str(found["msg"]).removeprefix("Value error, ")
    if found["type"] == "extra_forbidden":
        message = f"There is no such parameter. There are: {', '.join(_parameters_of(request)) or 'none'}."
    return {"parameter": ".".join(path) or place, "in": place, "message": message}


def _parameters_of(request: Request) -> list[str]:
    """Return the names that the address takes in its query."""
    taken = getattr(getattr(request.scope.get("route"), "dependant", None), "query_params", ())
    models = [getattr(one.field_info.annotation, "model_fields", {one.alias: one.field_info}) for one in taken]
    return [field.alias or name for fields in models for name, field in fields.items()]


async def _answer(request: Request, error: Exception) -> Response:
    match error:
        case HTTPException(status_code=status, detail=detail, headers=headers):
            return problem(status, _USUAL.get(status, detail), headers)
        case RequestValidationError():
            return _parameters([_named(found, request) for found in error.errors()])
        case RefusalError(status=status, detail=detail, more=more):
            return problem(status, detail, None, **more)
        case Transient(retry_after=seconds):
            return problem(503, "The store cannot be reached right now.", retry_headers(seconds))
        case _:
            raise error


def install(app: FastAPI) -> None:
    """Answer every error with a problem; what nobody expected is for `Guard`."""
    for kind in (HTTPException, RequestValidationError, RefusalError, Transient):
        app.add_exception_handler(kind, _answer)
