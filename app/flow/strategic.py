"""Report what a manager takes upstairs: risks with their decisions, and who can plan the strategic items."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.core.business_case import BusinessCase, read_case
from app.core.epics import current_epic
from app.core.item_class import ItemClass
from app.core.mandates import member_of
from app.core.policy import Policy
from app.core.risk_decisions import RiskDecision, decided_after, standing
from app.core.risk_reader import PARTS
from app.core.rules.risk import as_called_for, why_risk
from app.core.snapshot import Epic, Snapshot
from app.core.snapshot import Standing as Work
from app.ports import Store, Stored

PAGE = 500
_NAMED = ("tracker", "key", "title", "url")
_DECISION = ("kind", "by", "at", "until", "because")
RISKS = (
    *(*_NAMED, "state", "missing", *PARTS),
    *(f"decision_{name}" for name in _DECISION),
    *("decided_after_hours", "decisions", "age_days", "versions"),
)
"""The columns of the risks as CSV."""
STRATEGIC = (
    *(*_NAMED, "route", "area", "epic_key", "epic_url", "epic_open", "owner_name", "owner_role", "owner_mandate_until"),
    *("findings", "case_goal", "case_sentence", "case_by", "case_at", "has_owner", "has_mandate", "has_case"),
)
"""The columns of the strategic items as CSV."""
ORDER = ("undecided", "expired", "incomplete", "accepted", "funded", "rejected")
"""Risks that wait for somebody come first."""
WAITING = frozenset({"undecided", "expired", "incomplete"})
OWNERLESS = frozenset({"route.none", "epic.none", "epic.no_owner", "epic.owner_inactive"})
"""Findings that say that nobody is there who could plan an item."""
UNABLE = frozenset({"epic.owner_without_mandate", "epic.closed"})
"""Findings that say that whoever is there cannot plan it."""


def risk_place(row: Mapping[str, Any]) -> tuple[int | str, ...]:
    """Return by what risks are ordered: those that wait for somebody first, then tracker and key."""
    return ORDER.index(row["state"]), row["tracker"], row["key"]


def strategic_place(row: Mapping[str, Any]) -> tuple[int | str, ...]:
    """Return by what strategic items are ordered: area, tracker, key."""
    return row["area"] or "", row["tracker"], row["key"]


async def risks(store: Store, policy: Policy, now: datetime) -> list[dict[str, Any]]:
    """Return every open risk, those that nobody has decided on first, then by tracker and key."""
    found = [
        _risk(one, shown, policy, now)
        async for one, shown in _open(store)
        if one.memory.risks or why_risk(as_called_for(shown, one.memory, policy), policy)
    ]
    return sorted(found, key=risk_place)


async def strategic(store: Store, policy: Policy) -> list[dict[str, Any]]:
    """Return every open strategic item by area, tracker and key, with who can plan it and why it is worth it."""
    found = [
        _strategic(one, shown, policy) async for one, shown in _open(store) if one.item_class is ItemClass.STRATEGIC
    ]
    return sorted(found, key=strategic_place)


def areas(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Count by area how many strategic items have an owner, a mandate, a business case, and all three."""
    by_area: dict[str | None, list[Mapping[str, bool]]] = {}
    for row in rows:
        by_area.setdefault(row["area"], []).append(row["has"])
    return [
        {
            "area": area,
            "total": len(held),
            **{name: sum(one[name] for one in held) for name in ("owner", "mandate", "case")},
            "all": sum(all(one.values()) for one in held),
        }
        for area, held in by_area.items()
    ]


def exposure(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Say for each metric what risks would cost of it, and how many of them wait for a decision.

    Metrics compare without case; a risk that was rejected exposes nobody.
    """
    by_metric: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["metric"] and row["state"] != "rejected":
            by_metric.setdefault(row["metric"].casefold(), []).append(row)
    return [
        {
            "metric": some[0]["metric"],
            "total": len(some),
            "undecided": sum(one["state"] in WAITING for one in some),
            "quantities": [one["quantity"] for one in some if one["quantity"]],
        }
        for some in by_metric.values()
    ]


async def _open(store: Store) -> AsyncIterator[tuple[Stored, Snapshot]]:
    after: str | None = None
    while True:
        page, after = await store.items(tracker=None, watched=True, after=after, limit=PAGE)
        for one in page:
            if one.snapshot is not None and one.snapshot.here and one.snapshot.standing is Work.OPEN:
                yield one, one.snapshot
        if after is None:
            return


def _risk(stored: Stored, snapshot: Snapshot, policy: Policy, now: datetime) -> dict[str, Any]:
    found = standing(stored.memory.risks, stored.memory.risk_decisions, policy, now)
    return {
        **_named(stored, snapshot),
        "state": "incomplete" if found.state == "missing" else found.state,
        "missing": list(found.risk.missing),
        **{part: getattr(found.risk, part) for part in PARTS},
        "decision": _decision(found.decision),
        "decided_after_hours": decided_after(found) if found.decision else None,
        "decisions": [_decision(one) for one in stored.memory.risk_decisions],
        "age_days": (now - _since(stored, snapshot)).days,
        "versions": [{"at": _iso(one.at), "by": one.by, "text": one.text} for one in stored.memory.risks],
    }


def _since(stored: Stored, snapshot: Snapshot) -> datetime:
    """Return since when it is known as a risk: its first wording, else our first sight of it."""
    versions = stored.memory.risks
    return versions[0].at if versions else stored.memory.first_seen_at or snapshot.created_at


def _decision(made: RiskDecision | None) -> dict[str, Any]:
    return {
        "kind": made.kind if made else None,
        "by": made.by if made else None,
        "at": _iso(made.at) if made else None,
        "until": made.until.isoformat() if made and made.until else None,
        "because": made.because if made else None,
    }


def _strategic(stored: Stored, snapshot: Snapshot, policy: Policy) -> dict[str, Any]:
    epic = current_epic(snapshot, stored.memory)
    said = stored.memory.cases[-1] if stored.memory.cases else None
    read = read_case(said.text, policy) if said else None
    findings = [finding.id for finding in stored.last.findings] if stored.last else []
    area = next((route.area for route in policy.routes if route.name == stored.route), None)
    return {
        **_named(stored, snapshot),
        "route": stored.route,
        "area": area,
        "epic": {"key": epic.key if epic else None, "url": epic.url if epic else None, "open": epic and epic.open},
        "owner": _owner(epic, snapshot, policy),
        "findings": findings,
        "case": {
            "goal": read.goal if read else None,
            "sentence": read.sentence if read else None,
            "by": said.by if said else None,
            "at": _iso(said.at) if said else None,
        },
        "has": _has(epic, read, findings, policy),
    }


def _has(epic: Epic | None, read: BusinessCase | None, findings: Sequence[str], policy: Policy) -> dict[str, bool]:
    """Say what there is of the three things that get a long-term change done."""
    owner = epic is not None and epic.owner is not None and OWNERLESS.isdisjoint(findings)
    return {
        "owner": owner,
        "mandate": owner and UNABLE.isdisjoint(findings),
        "case": not policy.goals or (read is not None and read.known is not None),
    }


def _owner(epic: Epic | None, snapshot: Snapshot, policy: Policy) -> dict[str, Any]:
    owner = epic.owner if epic else None
    member = member_of(owner, snapshot.tracker, policy) if owner else None
    until = member.mandate.until if member and member.mandate else None
    return {
        "name": owner.name if owner else None,
        "role": member.role if member else None,
        "mandate_until": until.isoformat() if until else None,
    }


def _named(stored: Stored, snapshot: Snapshot) -> dict[str, Any]:
    return {"tracker": stored.tracker, "key": stored.key, "title": snapshot.title, "url": snapshot.url}


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
