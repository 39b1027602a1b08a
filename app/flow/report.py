"""Show items as the interface promises them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from app.core.activity import Activity
from app.core.evidence import day_of, named_day, phrase, share
from app.core.item_class import ItemClass
from app.core.memory import Uncounted
from app.core.person import Person
from app.core.policy import Policy
from app.core.quiet import Quiet
from app.core.record import Record
from app.core.risk_decisions import standing
from app.core.snapshot import Standing
from app.core.windows import accepted_until
from app.ports import Stored


def item_view(stored: Stored, records: Sequence[Record] | None) -> dict[str, Any]:
    """Return an item for `/items`; with `records` the whole story, newest first."""
    snapshot = stored.snapshot
    view: dict[str, Any] = {
        "tracker": stored.tracker,
        "id": stored.id,
        "key": stored.key,
        "title": snapshot.title if snapshot else None,
        "url": snapshot.url if snapshot else None,
        "class": str(stored.item_class) if stored.item_class else None,
        "route": stored.route,
        "owner": person_view(stored.owner),
        "open": bool(snapshot and snapshot.here and snapshot.standing is Standing.OPEN and stored.watched),
        "findings": _findings(stored),
        "last_activity": last_activity(stored),
        "look_again_at": iso(stored.due_at),
        "parked": stored.parked,
        "postmortem": stored.postmortem.name if stored.postmortem else None,
        "left": stored.left,
    }
    if records is not None:
        view["records"] = [record_view(record) for record in records]
    return view


def last_activity(stored: Stored) -> dict[str, Any] | None:
    """Return the latest sign of life that we know of."""
    known, snapshot = stored.memory.last_activity, stored.snapshot
    return activity_view(known, snapshot.url if snapshot else "") if known else None


def person_view(person: Person | None) -> dict[str, Any] | None:
    """Return a person as reports show them."""
    return {"name": person.name, "email": person.email, "id": person.id} if person else None


def activity_view(activity: Activity, url: str) -> dict[str, Any]:
    """Return who did what when, and where to see it; `url` is the item's own address."""
    by = activity.by.name if activity.by else None
    return {"at": iso(activity.at), "by": by, "kind": str(activity.kind), "evidence": activity.url or url}


def policy_view(policy: Policy) -> dict[str, str]:
    """Return which policy an answer rests on."""
    return {"file": policy.where, "digest": policy.digest}


def record_view(record: Record) -> dict[str, Any]:
    """Return one run's story."""
    return {
        "at": iso(record.at),
        "because": list(record.because),
        "decided": record.decided,
        "findings": [finding.id for finding in record.findings],
        "writes": list(record.writes),
        "held": dict(record.held),
        "failed": record.failed,
        "calls": record.calls,
    }


def _findings(stored: Stored) -> list[dict[str, Any]]:
    found = stored.last.findings if stored.last else ()
    since = stored.memory.since
    return [
        {"id": f.id, "sentence": f.sentence, "since": iso(since.get(f.id)), "clears_when": f.clears_when} for f in found
    ]


def clock(stored: Stored, policy: Policy, now: datetime) -> str | None:
    """Say in a sentence how long an item has been quiet, and what that rests on.

    None for an item that is closed or not watched.
    """
    quiet = stored.quiet
    if quiet is None:
        return None
    return f"{_quiet_for(stored, quiet, policy, now)}; the clock rests on {phrase(quiet.last, policy)}."


def _quiet_for(stored: Stored, quiet: Quiet, policy: Policy, now: datetime) -> str:
    if quiet.window:
        return f"quiet for {share(max(now - quiet.last.at, timedelta(0)), quiet.window)}"
    day = accepted_until(stored.memory, policy, now) if stored.item_class is ItemClass.RISK else None
    if day is not None:
        return f"accepted until {named_day(day)}, and it may be quiet until then"
    return "the policy does not say how long it may be quiet"


def _passed(stored: Stored, policy: Policy) -> list[str]:
    """Say what happened since the item's last sign of life without counting."""
    since = stored.quiet.last.at if stored.quiet else None
    passed = [one for one in stored.memory.not_counted if since is not None and one.activity.at > since]
    return [f"  {phrase(one.activity, policy)} does not count, because {one.because}" for one in passed]


def why_view(stored: Stored, policy: Policy, now: datetime) -> dict[str, Any]:
    """Return every rule's verdict on an item, also where it found nothing, and its activity clock as of now."""
    verdicts = stored.last.verdicts if stored.last else ()
    return {
        "tracker": stored.tracker,
        "key": stored.key,
        "rules": [
            {
                "rule": v.rule,
                "verdict": v.verdict,
                "inputs": dict(v.inputs),
                "because": v.because,
                "changes_when": v.changes_when,
            }
            for v in verdicts
        ],
        "clock": clock(stored, policy, now),
        "decision": _decision(stored, policy, now),
        "last_activity": last_activity(stored),
        "not_counted": [_uncounted(one) for one in reversed(stored.memory.not_counted)],
        "look_again_at": iso(stored.due_at),
        "policy": policy_view(policy),
    }


def _decision(stored: Stored, policy: Policy, now: datetime) -> str | None:
    """Say what was decided on a risk as it is worded now, by whom and until when."""
    made = standing(stored.memory.risks, stored.memory.risk_decisions, policy, now).decision
    if made is None:
        return None
    done = {"fund": "funded", "accept": "accepted", "reject": "rejected"}[made.kind]
    until = f" until {named_day(made.until)}" if made.until else ""
    return f"{done}{until} by {made.by} on {day_of(made.at, policy)}"


def _uncounted(one: Uncounted) -> dict[str, Any]:
    by = one.activity.by.name if one.activity.by else None
    return {"at": iso(one.activity.at), "by": by, "kind": str(one.activity.kind), "because": one.because}


def why_text(stored: Stored, policy: Policy, now: datetime) -> str:
    """Return the same as lines for a terminal."""
    title = stored.snapshot.title if stored.snapshot else "not seen yet"
    lines = [f"{stored.key}: {title}", f"class {stored.item_class or 'unknown'}, route {stored.route or 'none'}"]
    lines += [sentence for sentence in (clock(stored, policy, now),) if sentence]
    lines += _passed(stored, policy)
    known = last_activity(stored)
    lines += [f"seen at {known['evidence']}" if known and known["evidence"] else "", ""]
    for verdict in stored.last.verdicts if stored.last else ():
        lines += [f"{verdict.rule}: {verdict.verdict}", f"  because {verdict.clause}"]
        lines += [f"  {name}: {value}" for name, value in verdict.inputs.items() if value]
        lines.append(f"  this changes when {verdict.changes_when}")
    lines += _written(stored.last) if stored.last else []
    if stored.parked:
        lines += ["", f"It waits for an event: {stored.parked}"]
    lines += ["", f"Next look: {iso(stored.due_at) or 'when something happens'}. Policy: {policy.where}."]
    return "\n".join(lines)


def _written(last: Record) -> list[str]:
    """Say what the latest run wrote, and what it would have written, each with the reason why it did not."""
    wrote = [f"wrote: {what}" for what in last.writes]
    held = [f"would write: {what} (did not: {why})" for what, why in last.held.items()]
    return ["", *wrote, *held] if wrote or held else []


def iso(moment: datetime | None) -> str | None:
    """Return a time as reports write it: UTC, to the second, with a Z."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None
