"""Why an item is as it is: every rule's inputs, verdict and what would change it, over HTTP, on every tracker."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.store import SqlStore
from tests.story.shifted import ADA, GRACE, LINUS, Stage, shifted
from tests.story.test_risk_and_case import HIGHEST, SETTLE, WHOLE

RULES = {"labels", "size", "routing", "owner", "mandate", "business case", "risk"}


@pytest.fixture(params=["linear", "jira"])
async def stage(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    """Run the service beside a sandbox; an item may stay without a class for an hour."""
    monkeypatch.setattr("app.assembly.SqlStore", partial(SqlStore, settle=SETTLE))
    async with shifted(request.param, tmp_path, lambda sandbox: str(sandbox.policy(grace="1h"))) as one:
        yield one


async def test_every_rule_shows_what_it_looked_at(stage: Stage) -> None:
    """Whatever an item is and whatever was found: each verdict has its inputs, its reason and what would change it."""
    urgent = {"estimate": 8, "priority": HIGHEST[stage.tracker], "assignee": GRACE}
    items = {
        "operational": await _create(stage, "operational"),
        "strategic": await _create(stage, "strategic"),
        "unclassified": await _create(stage),
        "stated": await _create(stage, **urgent),
        "decided": await _create(stage, **urgent),
    }
    for name in ("stated", "decided"):
        await stage.sandbox.comment(items[name], LINUS, f"/risk {WHOLE}")
    await stage.sandbox.comment(items["decided"], ADA, "/accept until 2099-01-31 because it is cheap")
    await stage.sandbox.comment(items["strategic"], ADA, "/case retention customers can pay")
    await stage.settles()
    why = {name: await _why(stage, item) for name, item in items.items()}
    for name, rules in why.items():
        assert rules.keys() >= RULES
        for rule in rules.values():
            assert rule["verdict"], (name, rule)
            assert rule["because"], (name, rule)
            assert rule["changes_when"], (name, rule)
            assert any(rule["inputs"].values()), (name, rule)
    _shows(why["strategic"]["mandate"], "as it should be", owner="Ada Admin", role="staff_engineer", area="platform")
    _shows(why["strategic"]["business case"], "stated", goal="retention", goals="retention")
    _shows(why["operational"]["mandate"], "not needed", **{"class": "operational"})
    _shows(why["operational"]["risk"], "none", urgent="no", large="no")
    _shows(why["stated"]["risk"], "undecided", quantity="30%", metric="customer transactions", urgent="yes")
    _shows(why["decided"]["risk"], "accepted", until="2099-01-31", **{"decided by": "Ada Admin"})
    assert why["stated"]["risk"]["changes_when"] == "Ada Admin decides on it"
    assert why["decided"]["risk"]["changes_when"] == "2099-01-31 is over"


async def test_mandate_that_lacks_says_what_would_change_it(stage: Stage) -> None:
    """The reasons name the part that fails, and who can put it right."""
    item = await _create(stage, "strategic")
    await stage.finds(item, "case.missing")
    await stage.sandbox.hand_over("Q4 Reliability", ADA, LINUS)
    await stage.finds(item, "epic.owner_without_mandate", "case.missing")
    rules = await _why(stage, item)
    _shows(rules["mandate"], "owner without mandate", owner="Linus Duty", role="engineer", areas="")
    assert "has the role engineer" in rules["mandate"]["because"]
    assert rules["mandate"]["changes_when"].startswith("somebody with the mandate owns the epic")
    _shows(rules["business case"], "missing", goals="retention")
    assert "/case" in rules["business case"]["changes_when"]


async def _create(stage: Stage, *labels: str, **fields: Any) -> str:
    return str(await stage.sandbox.create(GRACE, "Shard the ledger", ["post-mortem", *labels], **fields))


async def _why(stage: Stage, item: str) -> dict[str, Any]:
    key = stage.sandbox.view(item)["key"]
    async with httpx.AsyncClient(base_url=stage.address) as client:
        told = (await client.get(f"/items/{stage.tracker}/{key}/why")).json()
    return {rule["rule"]: rule for rule in told["rules"]}


def _shows(rule: dict[str, Any], verdict: str, **inputs: str) -> None:
    assert rule["verdict"] == verdict
    assert inputs.items() <= rule["inputs"].items()
