"""Business cases and risks from the door to the sandbox's state, on every tracker."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.store import SqlStore
from tests.story.shifted import ADA, GRACE, LINUS, TRACKERS, Stage, shifted

SETTLE = timedelta(milliseconds=100)
"""How long an item settles here: each step of a story waits for it."""
HIGHEST = {"linear": "Urgent", "jira": "Highest"}
RISK = "If we do not shard the ledger by end of Q1, we will lose 30%"
WHOLE = f"{RISK} of customer transactions. Decision: Ada Admin"
MENTION = {"linear": "https://linear.app/acme/profiles/ada", "jira": "@Ada Admin", "jira-dc": "[~ada]"}
"""How a tracker hands on that somebody was mentioned."""
LONG = "and so on " * 6_000


@pytest.fixture(params=TRACKERS)
async def stage(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    """Run the service beside a sandbox with its own policy."""
    monkeypatch.setattr("app.assembly.SqlStore", partial(SqlStore, settle=SETTLE))
    async with shifted(request.param, tmp_path, lambda sandbox: str(sandbox.policy(grace="1s"))) as one:
        yield one


async def risky(stage: Stage) -> str:
    """Have Grace create what is large and urgent; return its id."""
    return str(
        await stage.sandbox.create(
            GRACE, "One region", ["post-mortem"], estimate=8, priority=HIGHEST[stage.tracker], assignee=GRACE
        )
    )


async def report(stage: Stage, name: str) -> Any:
    """Return the rows of a report as they come over HTTP."""
    async with httpx.AsyncClient(base_url=stage.address) as client:
        return (await client.get(f"/reports/{name}")).json()["items"]


async def test_business_case_is_asked_for_and_read_wherever_it_is_stated(stage: Stage) -> None:
    """A comment with an unknown goal is answered with the nearest; a heading in the description settles it."""
    item = await stage.sandbox.create(GRACE, "Shard the ledger", ["post-mortem", "strategic"])
    await stage.finds(item, "case.missing")
    await stage.says(item, "which business goal does this serve?", "/case retention")
    await stage.sandbox.comment(item, ADA, "/case retentoin customers can pay")
    await stage.finds(item, "case.unknown_goal")
    await stage.says(item, "/case retention customers can pay")
    described = "What happened\n\n## Business case\nretention: customers can pay\n\n## Notes\nmore"
    await stage.sandbox.update(item, ADA, description=described)
    await stage.finds(item)
    await stage.says(item, "Nothing is open here any more")
    await stage.sandbox.comment(item, ADA, f"/case retention <b>bold</b> [~ada] @ada {LONG}")
    await stage.finds(item)
    (row,) = await report(stage, "strategic")
    assert (row["area"], row["epic"]["open"], row["owner"]["name"]) == ("platform", True, "Ada Admin")
    assert (row["case"]["goal"], row["findings"]) == ("retention", [])
    verdict = await stage.verdict(item, "business case")
    assert verdict.inputs["goal"] == "retention"
    assert verdict.inputs["goals"] == "retention"


async def test_risk_is_worded_completed_decided_on_and_comes_back(stage: Stage) -> None:
    """Exactly what is missing is asked for; only Ada decides; after its last day an acceptance is over; then funded."""
    item = await risky(stage)
    await stage.finds(item, "risk.missing")
    await stage.says(item, "/risk If we do not")
    await stage.sandbox.comment(item, GRACE, f"/risk {RISK}")
    await stage.finds(item, "risk.incomplete")
    await stage.says(item, "lacks a metric and a decision-maker", f"/risk {RISK} of ⟨what⟩. Decision: ⟨who⟩")
    await stage.sandbox.comment(item, GRACE, f"/risk {WHOLE}")
    await stage.finds(item, "risk.undecided")
    asked = await stage.says(item, "please decide on this risk")
    assert re.match(r"https://linear.app/acme/profiles/ada,|\[~ada\],|@?Ada Admin,", asked), "whom nobody saw is found"
    await stage.sandbox.comment(item, LINUS, "/fund")
    await stage.says(item, "Linus Duty cannot decide on this risk: its statement names Ada Admin.")
    await stage.finds(item, "risk.undecided")
    last = stage.clock.now().date()  # through its last day
    await stage.sandbox.comment(item, ADA, f"/accept until {last} because the ledger is frozen")
    await stage.finds(item)
    await stage.says(item, "Nothing is open here any more")
    assert stage.sandbox.view(item)["epic"] is None
    stage.clock.by = timedelta(days=1)
    await stage.finds(item, "risk.expired")
    await stage.says(item, "please decide on this risk")
    await stage.sandbox.comment(item, ADA, "/fund")
    await stage.says(item, "which business goal does this serve?")
    assert stage.sandbox.view(item)["epic"] == "Q4 Reliability"
    assert list(await stage.findings(item)) == ["case.missing"]
    (row,) = await report(stage, "risks")
    assert (row["state"], row["quantity"], row["metric"]) == ("funded", "30%", "customer transactions")
    assert [version["by"] for version in row["versions"]] == ["Grace Hopper", "Grace Hopper"]
    verdict = await stage.verdict(item, "risk")
    assert (verdict.verdict, verdict.inputs["decided by"]) == ("funded", "Ada Admin")
    assert verdict.inputs["decided after"] == "0 h"


async def test_words_that_are_no_decision_decide_nothing(stage: Stage) -> None:
    """Quoted, edited away, deleted, two at once, endless, with markup: an answer or none, and never a decision."""
    item = await risky(stage)
    await stage.finds(item, "risk.missing")
    await stage.sandbox.comment(item, GRACE, f"/risk {WHOLE.replace('Ada Admin', MENTION[stage.name])}")
    await stage.finds(item, "risk.undecided")
    for body in (
        "> /fund\n\nI am not so sure",
        "I would /fund this",
        "`/fund`",
        "/funding is low this year",
        "/accept until 2020-01-31 because it is cheap",
        "/accept because I say so",
        "/reject",
        f"/accept until 2099-13-45 because {LONG}",
        "/accept until tomorrow because <script>alert(1)</script> @ada [~ada]",
        f"{LONG}\n/fund",
    ):
        await stage.sandbox.comment(item, ADA, body)
        await stage.settles()
        assert list(await stage.findings(item)) == ["risk.undecided"], body
    await stage.says(item, "please decide on this risk")
    await stage.sandbox.comment(item, LINUS, "/fund\n/reject because it is none")
    await stage.says(item, "Linus Duty cannot decide")
    await stage.sandbox.comment(item, ADA, "/reject\n/fund")
    await stage.says(item, "/reject needs a reason")
    assert (await report(stage, "risks"))[0]["decision"]["kind"] is None
    await stage.sandbox.delete_comment(item, GRACE, 0)
    await stage.settles()
    assert (await report(stage, "risks"))[0]["state"] == "undecided", "what was stated stays stated"
    await stage.sandbox.comment(item, ADA, "/reject because nobody would notice")
    await stage.finds(item)
