"""Read Jira's refusals: by status, header and field, never by the words of its texts.

https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.core.errors import Denied, NotFound, Permanent, RateLimited, Transient
from connectors._kit.http import Answer, retry_after

PER_ISSUE = "per-issue"
"""In `RateLimit-Reason` when one issue was written too often: only that issue must wait."""
LONGEST = 300


class Refused(Permanent):
    """Tell that Jira will not take a request; `fields` are Jira's own field names here, each with its sentence."""


def read_error(answer: Answer) -> Exception | None:
    """Turn an answer into an error; None: it is good, or the usual reading of its status will do."""
    status, said = answer.status, sentence(answer.body)
    if 300 <= status < 400:  # noqa: PLR2004  HTTP's own boundaries
        return Denied(f"Jira sends us elsewhere ({status}): the base URL is not its own address, or wants a log-in")
    if status == 429:  # noqa: PLR2004  the same
        return _too_many(answer)
    if status in {401, 403}:
        return Denied(_denied(answer, said))
    if status in {404, 410}:
        return NotFound(said or f"Jira does not know that ({status})")
    if status in {400, 413, 415, 422}:
        return Refused(said or f"Jira answered {status}", fields_in(answer.body))
    return None


def sentence(body: Any) -> str:
    """Return what Jira says is wrong, from whichever of its error shapes; empty where it says nothing."""
    if not isinstance(body, dict):
        return ""
    errors = body.get("errors")
    listed = [one.get("message") for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    found = [
        *_texts(body.get("errorMessages")),
        *fields_in(body).values(),
        *_texts(listed),
        *_texts([body.get("message")]),
    ]
    return " ".join(dict.fromkeys(found))[:LONGEST]


def fields_in(body: Any) -> dict[str, str]:
    """Return the refused fields, by Jira's names, each with its sentence."""
    errors = body.get("errors") if isinstance(body, dict) else None
    return {str(name): str(text)[:LONGEST] for name, text in errors.items()} if isinstance(errors, dict) else {}


def _too_many(answer: Answer) -> Exception:
    wait = retry_after(answer.headers)
    wait = _until_reset(answer.headers) if wait is None else wait
    if PER_ISSUE in answer.headers.get("ratelimit-reason", "").casefold():
        return Transient("Jira asks us to leave this issue alone for a moment", wait)
    return RateLimited("Jira asks us to slow down", wait)


def _until_reset(headers: Mapping[str, str]) -> float | None:
    try:
        reset = datetime.fromisoformat(headers.get("x-ratelimit-reset", ""))
    except ValueError:
        return None
    aware = reset if reset.tzinfo else reset.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def _denied(answer: Answer, said: str) -> str:
    if "DENIED" in answer.headers.get("x-seraph-loginreason", ""):
        return "Jira wants this account to log in once in a browser (CAPTCHA) before it takes its token again"
    right = "refused the credentials" if answer.status == 401 else "does not let this account do that"  # noqa: PLR2004  HTTP's word
    return f"Jira {right} ({answer.status}){': ' + said if said else ''}"


def _texts(found: Any) -> list[str]:
    return [text for text in found if isinstance(text, str) and text] if isinstance(found, list) else []
