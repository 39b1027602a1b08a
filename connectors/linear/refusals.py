"""Read Linear's errors: by `extensions.code`, then its type, then the HTTP status.

https://linear.app/developers/graphql#errors
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from httpx import codes

from app.core.errors import Denied, NotFound, Permanent, RateLimited, Transient
from connectors._kit.http import Answer, retry_after

LONGEST_WAIT = 3600.0
"""Seconds; the budgets are by the hour."""
LONGEST_SAID = 300
PASSING = {"lock timeout", "internal error", "network error", "bootstrap error"}
PASSING_CODES = {"LOCK_TIMEOUT", "INTERNAL_SERVER_ERROR", "INTERNAL_ERROR", "NETWORK_ERROR"}
MISSING = re.compile(r"Entity not found:? ?(\w*)", re.IGNORECASE)
BUDGETS = ("requests", "complexity", "endpoint-requests")


class Located:
    """Say which field of the document an error is about, by its alias; empty where Linear does not tell."""

    at = ""


class Unauthenticated(Denied):
    """Tell that Linear does not know us: the key is wrong, or the token has run out."""


class Forbidden(Denied, Located):
    """Tell that Linear knows us and does not let us."""


class Absent(NotFound, Located):
    """Tell that something named in the call is not there, or not to be seen; `entity` is Linear's word for it."""

    def __init__(self, message: str, entity: str) -> None:
        super().__init__(message)
        self.entity = entity


class Refused(Permanent, Located):
    """Tell that Linear does not take the input; `said` are its own words, and its words for people."""

    def __init__(self, message: str, said: str) -> None:
        super().__init__(message)
        self.said = said


class Impossible(Permanent):
    """Tell that a wanted change cannot be written as things stand; the text says what to do about it."""


def now_utc() -> datetime:
    """Return the time now, UTC."""
    return datetime.now(UTC)


def read_error(answer: Answer, now: Callable[[], datetime] = now_utc) -> Exception | None:
    """Return the gravest error of an answer; a GraphQL answer can hold errors under any status."""
    body = answer.body if isinstance(answer.body, Mapping) else {}
    errors = body.get("errors")
    listed = errors if isinstance(errors, list) else ()
    found = [_located(_error(each, answer, now), each) for each in listed if isinstance(each, Mapping)]
    if found:
        return min(found, key=_gravity)
    if answer.status == codes.UNAUTHORIZED:
        return Unauthenticated("Linear refused the credentials (401)")
    if isinstance(body.get("error"), str) and answer.status in {codes.BAD_REQUEST, codes.FORBIDDEN}:
        return Denied(f"Linear refused the client id and secret ({body['error'][:LONGEST_SAID]})")
    if answer.status == codes.TOO_MANY_REQUESTS:
        return RateLimited("Linear asks us to slow down", wait(answer.headers, now))
    if answer.status == codes.BAD_REQUEST and answer.body is None:  # a refusal of Linear's says why, a rate limit's too
        return Transient("Linear answered 400 with something that is not JSON")
    return None


def wait(headers: Mapping[str, str], now: Callable[[], datetime]) -> float | None:
    """Return how many seconds to wait: as told, else until every budget that is used up is filled again.

    https://linear.app/developers/rate-limiting — resets are in milliseconds since 1970.
    """
    told = retry_after(headers)
    if told is not None:
        return told
    spent = [budget for budget in BUDGETS if _number(headers, budget, "remaining") == 0] or ["requests"]
    resets = [reset for budget in spent if (reset := _number(headers, budget, "reset")) is not None]
    if not resets:
        return None
    return min(max(max(resets) / 1000 - now().timestamp(), 1.0), LONGEST_WAIT)


def _number(headers: Mapping[str, str], budget: str, what: str) -> int | None:
    value = headers.get(f"x-ratelimit-{budget}-{what}", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < LONGEST_SAID else None


def _located(found: Exception, error: Mapping[str, Any]) -> Exception:
    path = error.get("path")
    if isinstance(found, Located) and isinstance(path, list) and path:
        found.at = str(path[0])
    return found


def _error(error: Mapping[str, Any], answer: Answer, now: Callable[[], datetime]) -> Exception:
    extensions = error.get("extensions")
    more: Mapping[str, Any] = extensions if isinstance(extensions, Mapping) else {}
    message = str(error.get("message", ""))[:LONGEST_SAID]
    shown = str(more.get("userPresentableMessage") or message)[:LONGEST_SAID]
    kind = _kind(str(more.get("code", "")).upper(), str(more.get("type", "")).lower(), answer.status)
    if kind is RateLimited:
        return RateLimited("Linear asks us to slow down", wait(answer.headers, now))
    if kind is Transient:
        return Transient(f"Linear failed: {shown}", retry_after(answer.headers))
    if kind is Unauthenticated:
        return kind(f"Linear refuses our credentials: {shown}")
    if kind is Forbidden:
        return kind(f"Linear does not let us: {shown}")
    if missing := MISSING.match(message):
        return Absent(f"Linear does not know that {missing[1] or 'thing'}, or our key may not see it", missing[1])
    return Refused(f"Linear refuses: {shown}", f"{message} {shown}")


def _kind(code: str, kind: str, status: int) -> type[Exception]:
    """Return what an error is by its code, else its type, else the answer's status."""
    if code == "RATELIMITED" or kind == "ratelimited" or status == codes.TOO_MANY_REQUESTS:
        return RateLimited
    if code == "AUTHENTICATION_ERROR" or kind == "authentication error":
        return Unauthenticated
    if code == "FORBIDDEN" or kind in {"forbidden", "feature not accessible"}:
        return Forbidden
    if kind in PASSING or code in PASSING_CODES or status >= codes.INTERNAL_SERVER_ERROR:
        return Transient
    return Unauthenticated if status == codes.UNAUTHORIZED else Refused


_GRAVEST_FIRST = (Unauthenticated, RateLimited, Transient, Forbidden, Absent, Refused)


def _gravity(error: Exception) -> int:
    return next(rank for rank, kind in enumerate(_GRAVEST_FIRST) if isinstance(error, kind))
