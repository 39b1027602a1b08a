"""Take in a webhook: check it, keep it, make its items due."""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.core.clock import uncounted
from app.core.delivery import Delivery, Hearing, Hint
from app.core.naming import among
from app.core.person import Person
from app.core.policy import Policy, Watch
from app.flow.seals import Seals
from app.ports import Clock, Door, Store, Touch


class Outcome(StrEnum):
    """Say what became of a webhook call."""

    KEPT = "kept"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"
    FORGED = "forged"
    NOT_JSON = "not_json"


@dataclass(frozen=True, slots=True)
class Desk:
    """Join what receiving one tracker's webhooks takes."""

    tracker: str
    door: Door
    secrets: Sequence[str]
    store: Store
    policy: Callable[[], Policy]
    clock: Clock
    is_ours: Callable[[Person | None], bool] = lambda _person: False
    seals: Seals = field(default_factory=Seals)


async def receive(
    desk: Desk, headers: Mapping[str, str], raw: bytes, parse: Callable[[bytes], Any] = json.loads
) -> Outcome:
    """Keep one webhook call; it is durable when the answer is KEPT, DUPLICATE or IGNORED of an event by name.

    Header names are lower case. `parse` reads JSON as `json.loads` does. Raise Transient when the store is not there:
    the sender must try again.
    """
    now = desk.clock.now()
    if not desk.door.signed(headers, raw, desk.secrets):
        desk.seals.wrong(now)
        return Outcome.FORGED
    desk.seals.right()
    read = _read(desk, headers, raw, parse, now)
    if isinstance(read, Outcome):
        return read
    if not await desk.store.keep(read, touches(read, desk.policy(), desk.is_ours), now):
        return Outcome.DUPLICATE
    return Outcome.IGNORED if read.heard.hearing is Hearing.IGNORED else Outcome.KEPT


def _read(
    desk: Desk, headers: Mapping[str, str], raw: bytes, parse: Callable[[bytes], Any], now: datetime
) -> Delivery | Outcome:
    """Return what is to be kept; what was parsed is gone by then, for many may wait for the disk."""
    try:
        body = parse(raw)
    except (ValueError, RecursionError):
        return Outcome.NOT_JSON
    if not desk.door.in_time(body, now):
        return Outcome.IGNORED
    heard = desk.door.hear(headers, body)
    # Where nothing tells two events from one that was sent twice both are kept: to look once more does no harm.
    same = desk.door.stamped(body)
    digest = hashlib.sha256(raw if same else raw + secrets.token_bytes(16)).hexdigest()
    kept = {name: value for name, value in headers.items() if name in desk.door.kept_headers}
    number = desk.door.delivery_id(headers) or digest
    return Delivery(desk.tracker, number, digest, now, kept, raw, heard)


def touches(
    delivery: Delivery, policy: Policy, is_ours: Callable[[Person | None], bool] = lambda _person: False
) -> list[Touch]:
    """Return which items an event makes due: those it names, and those that hang under the epics it names.

    With those it names goes what was done to them, as a sign of life or as none.
    """
    heard, number = delivery.heard, delivery.delivery_id
    if heard.hearing is not Hearing.HANDLED:
        return []
    only_known = heard.beside or not may_be_watched(heard.hint, policy.watches(delivery.tracker))
    done = heard.activity
    if done is not None and is_ours(done.by):
        done = replace(done, ours=True)
    lives = done is not None and uncounted(done, policy) is None
    activity, passed_over = (done, None) if lives else (None, done)
    echo_at = heard.updated_at if is_ours(heard.by) else None
    named = [
        Touch(item, heard.event, only_known, activity, passed_over=passed_over, echo_at=echo_at, delivery=number)
        for item in heard.items
    ]
    why = f"{heard.event} of its epic"
    return named + [Touch(epic, why, only_known=True, epic=True, delivery=number) for epic in heard.epics]


def may_be_watched(hint: Hint, watches: Sequence[Watch]) -> bool:
    """Tell whether a ticket of which an event says this much can be an action item."""
    return any(_may_be(hint, watch) for watch in watches)


def _may_be(hint: Hint, watch: Watch) -> bool:
    return (
        (hint.labels is None or among(watch.label, hint.labels))
        and (hint.team is None or not watch.teams or among(hint.team, watch.teams))
        and (hint.project is None or not watch.projects or among(hint.project, watch.projects))
        and (hint.issue_type is None or not watch.issue_types or among(hint.issue_type, watch.issue_types))
    )
