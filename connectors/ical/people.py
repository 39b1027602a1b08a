"""Tell whom an event names: no field is meant for it, so what is surest comes first.

Attendees' e-mails, then e-mails in the title, then in the description, then the name in the title. An event that names
nobody in these ways is somebody unknown, never a guess.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from app.core.policy import Policy
from app.ports import Caller

_EMAIL = re.compile(r"\w[\w.%+'-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_LONGEST = 2_000
_LONGEST_NAME = 80
MOST_PEOPLE = 20
"""As many are on call at once at most: the tracker is asked about each."""


def callers(events: Sequence[Any], pattern: str | None, policy: Policy) -> list[Caller]:
    """Return the people of these events, each once, and no more than are on call together anywhere."""
    found = (caller for event in events for caller in _of(event, pattern, policy))
    return list({(caller.email or caller.name).casefold(): caller for caller in found}.values())[:MOST_PEOPLE]


def _of(event: Any, pattern: str | None, policy: Policy) -> list[Caller]:
    title = _text(event, "SUMMARY")
    by_email = list(_attending(event)) or [
        Caller(_called(email), email) for email in _EMAIL.findall(title) or _EMAIL.findall(_text(event, "DESCRIPTION"))
    ]
    return by_email or [_named(title, pattern, policy)]


def _attending(event: Any) -> Iterator[Caller]:
    """Yield the attendees with an e-mail; no rooms, and nobody who declined."""
    given = event.get("ATTENDEE", [])
    for attendee in given if isinstance(given, list) else [given]:
        address = re.sub(r"(?i)^mailto:", "", str(attendee).strip())
        said = getattr(attendee, "params", {})
        person = str(said.get("CUTYPE", "INDIVIDUAL")).upper() in {"INDIVIDUAL", "UNKNOWN"}
        if person and str(said.get("PARTSTAT", "")).upper() != "DECLINED" and _EMAIL.fullmatch(address):
            yield Caller(str(said.get("CN", "")).strip()[:_LONGEST_NAME] or _called(address), address)


def _named(title: str, pattern: str | None, policy: Policy) -> Caller:
    """Return whoever the title names: the policy's person of that name, if it is one person's only."""
    match = re.search(pattern, title) if pattern else None
    name = (match["name"] or "").strip() if match else ""
    same = [member for member in policy.people if member.name.casefold() == name.casefold()]
    if len(same) == 1:
        return Caller(same[0].name, same[0].email, same[0].ids)
    return Caller((name or title)[:_LONGEST_NAME] or "an event without a title")


def _called(email: str) -> str:
    """Return what to call somebody without a name: names are told in comments, where whole e-mails have no place."""
    return email.partition("@")[0]


def _text(event: Any, field: str) -> str:
    given = event.get(field, "")
    return str(given[0] if isinstance(given, list) else given).strip()[:_LONGEST]
