"""Read what a rota's service answers: into a shape, or into one of the three errors that its chain understands."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from app.core.errors import Denied, NotFound, Transient
from connectors._kit.http import Answer

Shape = TypeVar("Shape", bound=BaseModel)
_UNKNOWN = {400, 404, 410, 422}
_LEFT_TO_THE_USUAL = {408, 409, 425, 429}


def read(shape: type[Shape], body: Any, title: str) -> Shape:
    """Return the body in that shape; raise Transient where it has another, which one of the calls to come may mend."""
    try:
        return shape.model_validate(body)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"]) or "the answer"
        raise Transient(f"{title} answered in a shape that is not known here ({where})") from None


def refusals(title: str, hints: Mapping[int, str]) -> Callable[[Answer], Exception | None]:
    """Return what reads refusals by status: Denied or NotFound, with the hint for that status.

    An answer below 300, 429 and 5xx are left to the usual reading.
    """

    def read_error(answer: Answer) -> Exception | None:
        status = answer.status
        if status < 300 or status >= 500 or status in _LEFT_TO_THE_USUAL:  # noqa: PLR2004  HTTP's own boundaries
            return None
        hint = f"; {hints[status]}" if status in hints else ""
        if status in _UNKNOWN:
            return NotFound(f"{title} does not know that, or does not show it ({status}){hint}")
        if status < 400:  # noqa: PLR2004  the same
            return Denied(f"{title} sends us elsewhere ({status}); give the address where it really is")
        return Denied(f"{title} refused the question ({status}){hint}")

    return read_error
