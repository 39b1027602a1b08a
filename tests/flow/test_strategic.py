"""What a manager takes upstairs, as rows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.core.decision import Finding
from app.core.item_class import ItemClass
from app.core.memory import Memory
from app.core.policy import Goal
from app.core.record import Record
from app.core.risk_decisions import RiskDecision
from app.core.snapshot import Epic
from app.core.statements import Statement
from app.flow.forms import as_csv
from app.flow.strategic import areas, exposure, risks, strategic
from app.ports import Stored
from tests.core.test_rule_mandate import ADA, EPIC
from tests.core.test_rule_mandate import POLICY as MANDATES
from tests.web.fakes import FakeStore, an_item

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
POLICY = replace(MANDATES, goals=(Goal("retention", "Customers can always pay"),))


def stated(text: str, days: float = 0) -> Statement:
    """Return what Linus stated so many days ago."""
    return Statement(text, NOW - timedelta(days=days), "comment", "Linus", "u-linus")


def whole(quantity: str = "30%", metric: str = "revenue") -> str:
    """Return a whole statement."""
    return f"If we do not shard by Q1, we will lose {quantity} of {metric}. Decision: Ada Admin"


def item(key: str, memory: Memory, *findings: str, epic: Epic | None = EPIC, risk: bool = False) -> Stored:
    """Return an item of the route for payments, on which this was found."""
    one = an_item(key, key, "Shard")
    assert one.snapshot is not None
    found = tuple(Finding(name, name, name) for name in findings)
    return replace(
        one,
        item_class=ItemClass.RISK if risk else ItemClass.STRATEGIC,
        route="payments",
        memory=memory,
        snapshot=replace(one.snapshot, epics=(epic,) if epic else ()),
        last=Record(NOW, (), found),
    )


async def test_strategic_items_say_what_they_have() -> None:
    """Owner, mandate and case are told apart, and counted by area."""
    case = Memory(cases=(stated("retention: people pay"),))
    rows = await strategic(
        _store(
            item("A-1", case),
            item("A-2", Memory()),
            item("A-3", case, "epic.owner_without_mandate"),
            item("A-4", case, "epic.no_owner", epic=replace(EPIC, owner=None)),
            item("A-5", Memory(cases=(stated("world peace"),)), "epic.owner_inactive"),
            item("A-6", case, "route.none", epic=None),
            item("A-7", case, "epic.closed"),
        ),
        POLICY,
    )
    had = [tuple(row["has"][name] for name in ("owner", "mandate", "case")) for row in rows]
    assert had == [
        (True, True, True),
        (True, True, False),
        (True, False, True),
        (False, False, True),
        (False, False, False),
        (False, False, True),
        (True, False, True),
    ]
    assert areas(rows) == [{"area": "payments", "total": 7, "owner": 4, "mandate": 2, "case": 5, "all": 1}]
    assert areas([]) == []


async def test_policy_without_goals_asks_for_no_case() -> None:
    """Then nobody has to say anything for an item to have all that it needs."""
    goalless = replace(POLICY, goals=())
    (row,) = await strategic(_store(item("A-1", Memory())), goalless)
    assert row["has"] == {"owner": True, "mandate": True, "case": True}


async def test_risks_say_their_age_and_how_long_a_decision_took() -> None:
    """Age counts from the first wording, the time to a decision from the version that was decided on."""
    accepted = RiskDecision("accept", "Ada Admin", "u-ada", NOW - timedelta(hours=30), "cheap", NOW.date())
    funded = RiskDecision("fund", "Ada Admin", "u-ada", NOW - timedelta(hours=12))
    rows = await _risks(
        item("A-1", Memory(risks=(stated("30%", 9), stated(whole(), 2)), risk_decisions=(accepted, funded)), risk=True),
        item("A-2", Memory(risks=(stated(whole(), 3),)), risk=True),
        item(
            "A-3",
            Memory(risks=(stated(whole(), 4),), risk_decisions=(replace(accepted, until=NOW.date() - timedelta(1)),)),
            risk=True,
        ),
    )
    assert [(row["key"], row["state"], row["age_days"]) for row in rows] == [
        ("A-2", "undecided", 3),
        ("A-3", "expired", 4),
        ("A-1", "funded", 9),
    ]
    assert [row["decided_after_hours"] for row in rows] == [None, 66.0, 36.0]
    assert [one["kind"] for one in rows[2]["decisions"]] == ["accept", "fund"]
    assert rows[2]["decision"] == rows[2]["decisions"][1]
    assert [one["text"] for one in rows[2]["versions"]] == ["30%", whole()]


async def test_exposure_is_told_by_metric() -> None:
    """Metrics compare without case; what was rejected exposes nobody, what is not decided on is counted."""
    fund = RiskDecision("fund", "Ada Admin", "u-ada", NOW)
    rows = await _risks(
        item("A-1", Memory(risks=(stated(whole("30%", "Revenue")),)), risk=True),
        item("A-2", Memory(risks=(stated(whole("€40k", "revenue")),), risk_decisions=(fund,)), risk=True),
        item(
            "A-3",
            Memory(risks=(stated(whole("3 hours", "uptime")),), risk_decisions=(replace(fund, kind="reject"),)),
            risk=True,
        ),
        item("A-4", Memory(risks=(stated("We will lose trust"),)), risk=True),
    )
    assert exposure(rows) == [
        {"metric": "Revenue", "total": 2, "undecided": 1, "quantities": ["30%", "€40k"]},
        {"metric": "trust", "total": 1, "undecided": 1, "quantities": []},
    ]


async def test_age_of_what_nobody_worded_counts_from_first_sight() -> None:
    """A risk without a statement is as old as our knowledge of it."""
    policy = replace(POLICY, classes=replace(POLICY.classes, risk="risk"))
    bare = item("A-1", Memory(first_seen_at=NOW - timedelta(days=5)), risk=True)
    assert bare.snapshot is not None
    labelled = replace(bare, snapshot=replace(bare.snapshot, labels=("post-mortem", "risk")))
    (row,) = await risks(_store(labelled), policy, NOW)
    assert (row["state"], row["age_days"], row["decided_after_hours"]) == ("incomplete", 5, None)
    assert ADA.name not in str(row)


async def _risks(*items: Stored) -> list[dict[str, Any]]:
    return await risks(_store(*items), POLICY, NOW)


def _store(*items: Stored) -> Any:
    return FakeStore({one.id: one for one in items})


async def test_decisions_in_csv_hold_only_what_was_said() -> None:
    """A decision without a date or reason leaves no empty words in its cell."""
    fund = RiskDecision("fund", "Ada Admin", "u-ada", NOW)
    rows = await _risks(item("A-1", Memory(risks=(stated(whole()),), risk_decisions=(fund,)), risk=True))
    assert "fund Ada Admin 2026-11-23T12:00:00Z" in as_csv(rows)
    assert "None" not in as_csv(rows)
