"""Read Slack's answers, and write letters in its markup. Pure.

https://docs.slack.dev/reference/methods/chat.postMessage
"""

import re
from collections.abc import Mapping
from typing import Any

from app.core.digest import Letter
from app.core.errors import Denied, NotFound, Permanent, RateLimited, Transient, Uncertain
from app.core.text import Block, Code, Link, Mention, Span
from connectors._kit.http import Answer, retry_after
from connectors.slack.settings import TITLE

SECTION, WHOLE = 3_000, 12_000
"""The most characters of a section, which Slack documents, and of all together, near which it refuses a message."""

_DENIED = frozenset(
    {
        "access_denied",
        "account_inactive",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
_UNKNOWN = frozenset(
    {
        "cannot_dm_bot",
        "channel_not_found",
        "is_archived",
        "messages_tab_disabled",
        "user_disabled",
        "user_not_found",
        "users_not_found",
    }
)
_SLOW = frozenset({"message_limit_exceeded", "rate_limited", "ratelimited"})
_DOWN = frozenset({"request_timeout", "service_unavailable", "team_added_to_org"})
_BROKEN = frozenset({"fatal_error", "internal_error"})
"""Slack says of these that part of what was asked for may have been done."""


def read_error(answer: Answer) -> Exception | None:
    """Turn an answer that says `ok: false`, whatever its status, into an error by its name."""
    if not isinstance(answer.body, Mapping) or "ok" not in answer.body:
        strange = Uncertain(f"{TITLE} answered in a shape that is not known here")
        return strange if answer.status < 400 else None  # noqa: PLR2004  HTTP's boundary
    return None if answer.body["ok"] is True else _by_name(_name(answer.body.get("error")), answer)


def _by_name(name: str, answer: Answer) -> Exception:
    if name in _SLOW:
        return RateLimited(f"{TITLE} asks us to slow down ({name})", retry_after(answer.headers))
    if name in _DOWN:
        return Transient(f"{TITLE} says {name}", retry_after(answer.headers))
    if name in _BROKEN:
        return Uncertain(f"{TITLE} says {name}")
    if name in _DENIED:
        needs = f", it needs {_name(answer.body.get('needed'))}" if name == "missing_scope" else ""
        return Denied(f"{TITLE} refused the token: {name}{needs}")
    return (NotFound if name in _UNKNOWN else Permanent)(f"{TITLE} says {name}")


def message(channel: str, letter: Letter) -> dict[str, Any]:
    """Return the call that posts a letter: a section for each of its blocks, within Slack's limits."""
    texts = [_markup(block, links=True) for block in letter.text.blocks]
    if sum(map(len, texts)) > WHOLE or max(map(len, texts)) > SECTION:
        most = min(SECTION, WHOLE // len(texts))
        texts = [_cut(_markup(block, links=False), most) for block in letter.text.blocks]
    blocks = [_shown(block, text) for block, text in zip(letter.text.blocks, texts, strict=True)]
    return {
        "channel": channel,
        "text": escape(letter.subject),
        "blocks": blocks,
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": {"event_type": "followthrough_letter", "event_payload": {"id": letter.id}},
    }


def escape(text: str) -> str:
    """Return text that mentions nobody and links nothing, whatever stands in it.

    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _shown(block: Block, text: str) -> dict[str, Any]:
    words = {"type": "mrkdwn", "text": text, "verbatim": True}
    if block.style == "small":
        return {"type": "context", "elements": [words]}
    return {"type": "section", "text": words}


def _markup(block: Block, *, links: bool) -> str:
    text = "".join(_span(span, links=links) for span in block.spans)
    return f"• {text}" if block.style == "bullet" else text


def _span(span: Span, *, links: bool) -> str:
    match span:
        case Link(text, url) if links:
            address = url.replace("|", "%7C").replace("<", "%3C").replace(">", "%3E").replace("&", "&amp;")
            return f"<{address}|{escape(text)}>"
        case Link(text, _):
            return escape(text)
        case Mention(person):
            return escape(person.name)
        case Code(text):
            return f"`{escape(text.replace('`', ''))}`"
        case _:
            return escape(span)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else re.sub(r"&[a-z]*$", "", text[: most - 1]) + "…"


def _name(error: Any) -> str:
    """Return an error's name; what is none is not passed on, for it may quote the message."""
    return error if isinstance(error, str) and re.fullmatch(r"[a-z0-9_:.,]{1,60}", error) else "an error without a name"
