"""Take webhook calls: each is kept before it is answered, and nothing that may be sent again is ever lost."""

import time
from collections.abc import Mapping
from functools import cache

import structlog
from starlette.types import Receive, Scope, Send

from app.assembly import Service
from app.core.errors import Transient
from app.flow.receive import Desk, Outcome, receive
from app.ports.tracing import span
from app.web.body import BusyError, GoneError, Intake, TooLargeError, answer_unread
from app.web.guard import log_failure
from app.web.metrics import Meters
from app.web.parse import parse
from app.web.problems import Json, problem, retry_headers

log = structlog.get_logger()

_DOORS = "/webhooks/"
NO_SECRET_RETRY = 300
"""Seconds until a call to a door without a secret may come again: a person has to set one first."""

# Built once: a response of Starlette's is only sent, never changed. Linear and Jira want exactly 200,
# and Jira never repeats a call that got 400, 401, 403 or 404: those stand only where a repeat could not help.
_ANSWERS: dict[str, Json] = {
    Outcome.KEPT: Json({"status": "kept"}),
    Outcome.DUPLICATE: Json({"status": "duplicate"}),
    Outcome.IGNORED: Json({"status": "ignored"}),
    Outcome.FORGED: problem(401, "The signature is missing or does not fit any of our webhook secrets."),
    Outcome.NOT_JSON: problem(400, "The body is signed, but it is not JSON."),
    # Closing the connection is how reading stops: the server would go on to swallow the rest for ever.
    "too_large": problem(413, "The body is larger than any tracker sends.", {"Connection": "close"}),
    "too_slow": problem(408, "The body did not arrive in time.", {"Connection": "close"}),
    "busy": problem(503, "Too many large bodies are under way.", {"Connection": "close", **retry_headers(None)}),
    "failed": problem(503, "The delivery could not be kept; send it again.", retry_headers(None)),
}
_UNREAD = (_ANSWERS["too_large"], _ANSWERS["busy"])


def tracker_of(scope: Scope) -> str | None:
    """Return whose door is called, whether we have one or not; None where no delivery is."""
    if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].startswith(_DOORS):
        return None
    name: str = scope["path"][len(_DOORS) :].removesuffix("/")
    return name if name and "/" not in name else None


class Doors:
    """Answer `POST /webhooks/{tracker}`, for each of the service's desks.

    A plain ASGI endpoint: this is the one address that has to stand thousands of calls a second.
    """

    def __init__(self, service: Service, meters: Meters, intake: Intake | None = None) -> None:
        self._service, self._intake = service, intake or Intake()
        # Both are looked up by few names, for each delivery.
        self._count, self._seconds = cache(meters.webhooks.labels), cache(meters.seconds.labels)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call; a sender who hung up gets nothing."""
        tracker, started = tracker_of(scope) or "", time.perf_counter()
        desk = self._service.desks.get(tracker)
        answer: Json | None
        if desk is None:
            outcome, answer = self._closed(tracker)
        else:
            outcome, answer = await self._take(desk, scope, receive)
            self._seconds(tracker).observe(time.perf_counter() - started)
        self._count(tracker if outcome != "unknown" else "unknown", outcome).inc()
        if answer is not None:
            await _send(answer, scope, receive, send)

    def _closed(self, tracker: str) -> tuple[str, Json]:
        service = self._service
        if tracker in service.trackers:
            setting = f"FOLLOWTHROUGH_{tracker.upper()}_WEBHOOK_SECRETS"
            detail = f"The door for {tracker} is closed because it has no webhook secret; send this again later."
            # Not 404: Jira drops for good what got one, and would lose all that comes until an admin sets the secret.
            return "no_secret", problem(503, detail, retry_headers(NO_SECRET_RETRY), hint=f"Set {setting}.")
        doors = ", ".join(f"/webhooks/{name}" for name in service.desks)
        return "unknown", problem(404, f"There is no such door. Open are: {doors or 'none'}.")

    async def _take(self, desk: Desk, scope: Scope, incoming: Receive) -> tuple[str, Json | None]:
        try:
            raw = await self._intake.read(scope, incoming)
        except TooLargeError:
            return "too_large", _ANSWERS["too_large"]
        except TimeoutError:
            return "too_slow", _ANSWERS["too_slow"]
        except BusyError:
            return "busy", _ANSWERS["busy"]
        except GoneError:
            return "gone", None
        with span("delivery", "server", tracker=desk.tracker) as note:
            outcome, answer = await _receive(desk, header_map(scope), raw)
            note(outcome=outcome)
        return outcome, answer


async def _receive(desk: Desk, headers: Mapping[str, str], raw: bytes) -> tuple[str, Json]:
    try:
        outcome = await receive(desk, headers, raw, parse)
    except Transient as error:
        log.warning("delivery not kept: the store is not there", tracker=desk.tracker, delivery=_id(desk, headers))
        detail = "The store cannot be reached right now; send this again."
        return "store_down", problem(503, detail, retry_headers(error.retry_after))
    except Exception as error:  # noqa: BLE001  whatever breaks in here, the sender shall send it again
        log_failure("delivery not kept", error, tracker=desk.tracker, delivery=_id(desk, headers))
        return "failed", _ANSWERS["failed"]
    if outcome is Outcome.FORGED:
        log.warning("delivery refused: wrong signature", tracker=desk.tracker, delivery=_id(desk, headers))
    return outcome.value, _ANSWERS[outcome]


def header_map(scope: Scope) -> dict[str, str]:
    """Return the headers by lower-case name; of a repeated one the first.

    Joining the values, as lists are, would spoil a good signature that some proxy repeated; the first is the sender's
    own. Which one is taken opens nothing: whatever stands there has to fit our secret.
    """
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in reversed(scope["headers"])}


def _id(desk: Desk, headers: Mapping[str, str]) -> str | None:
    try:
        found = desk.door.delivery_id(headers)
    except Exception:  # noqa: BLE001  the door may be what broke; the log line matters more
        return None
    return found[:100] if found else None


async def _send(answer: Json, scope: Scope, receive: Receive, send: Send) -> None:
    try:
        if answer in _UNREAD:
            await answer_unread(answer, receive, send)
        else:
            await answer(scope, receive, send)
    except OSError:
        log.debug("the sender hung up before the answer")
