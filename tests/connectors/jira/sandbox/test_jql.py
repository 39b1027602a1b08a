"""The query language, asked without a socket."""

from datetime import timedelta

import pytest

from connectors.jira.sandbox import JiraSandbox, jql
from connectors.jira.sandbox.jql.moment import moment
from connectors.jira.sandbox.refusal import Refusal
from tests.connectors.jira.sandbox.asking import ADA, LINUS


@pytest.fixture
async def acme() -> JiraSandbox:
    """Give a site with three items beside its epics; it need not listen."""
    sandbox = JiraSandbox()
    await sandbox.create(ADA, "Alert on full disks", ["post-mortem", "Team-Ops"], assignee=LINUS)
    await sandbox.create(ADA, "Shard the ledger", ["post-mortem"], epic="PLAT-7", type="Story", on_team="Operations")
    await sandbox.create(ADA, "Tidy up", team="OPS", state="Done", priority="High", sprint="PLAT Sprint 2")
    return sandbox


def keys(sandbox: JiraSandbox, text: str) -> list[str]:
    """Return the keys of what a query finds."""
    query = jql.read(text)
    jql.check(sandbox.world, query)
    return [issue.key for issue in jql.found(sandbox.world, query)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("labels = post-mortem", "PM-1 PM-2"),
        ('labels = "TEAM-OPS"', "PM-1"),
        ("labels != post-mortem", ""),
        ("labels not in (team-ops)", "PM-2"),
        ("labels is empty AND project = OPS", "OPS-1"),
        ("labels is not EMPTY", "PM-1 PM-2"),
        ("labels in (team-ops, EMPTY) AND issuetype != Epic", "OPS-1 PM-1"),
        ("NOT labels = team-ops", "PM-2"),
        ("NOT (labels = team-ops OR project = OPS) AND type = Story", "PM-2"),
        ("project in (PM, 10002) and issuetype in (Task, Story)", "OPS-1 PM-1 PM-2"),
        ("key = pm-1 OR id = 10006", "OPS-1 PM-1"),
        ("issuekey in (PM-1, PM-2) and key != PM-2", "PM-1"),
        ("parent = PLAT-7", "PM-2"),
        ("parent is empty and project = PM", "PM-1"),
        ('"Epic Link" = PLAT-7 || cf[10014] = PLAT-7', "PM-2"),
        ('"Team[Team]" = 36885b3c-1bf0-4f85-a357-c5b858c31de4', "PM-2"),
        ("status = Done", "OPS-1"),
        ("statusCategory != Done AND labels = post-mortem", "PM-1 PM-2"),
        ('statusCategory in ("To Do", indeterminate) && project = PM', "PM-1 PM-2"),
        ("resolution is not empty", "OPS-1"),
        ("priority = High", "OPS-1"),
        ("assignee is not empty and project = PM", "PM-1"),
        ("assignee = currentUser()", ""),
        ("sprint in openSprints()", "OPS-1"),
        ('summary ~ "disks full"', "PM-1"),
        ("summary !~ ledger AND project = PM", "PM-1"),
        ("updated >= -5m AND project = PM", "PM-1 PM-2"),
        ('updated < "-1d 2h"', ""),
        ('created > "2020-01-01" and created <= now() and project = OPS', "OPS-1"),
        ("labels = a OR (labels = post-mortem AND (type = Story))", "PM-2"),
        ("labels = 'post-mortem' and (project = OPS or not project = OPS)", "PM-1 PM-2"),
    ],
)
async def test_a_query_finds_what_it_says(acme: JiraSandbox, text: str, found: str) -> None:
    """Operators, lists, functions, groups and negation work as Jira's do; no value never equals and never differs."""
    assert keys(acme, f"{text} ORDER BY key") == found.split()


@pytest.mark.parametrize(
    "text",
    [
        "labels",
        "labels =",
        "labels = a b",
        "labels = a AND",
        "(labels = a",
        "labels in (a",
        "labels not a",
        "labels is a",
        "labels ~ a",
        'labels = "a',
        "updated >= soon",
        "updated ~ now()",
        "nothing = 1",
        "project = NOPE",
        "status = Nowhere",
        "key = PM-99",
        "assignee = nobodyKnows()",
        "labels = a ORDER key",
        "labels = a ORDER BY",
        "labels = a ORDER BY labels",
        "labels = a ORDER BY key, created, updated, priority, summary, rank, id, key",
        "(" * 200 + "labels = a" + ")" * 200,
    ],
)
async def test_a_query_that_makes_no_sense_is_refused(acme: JiraSandbox, text: str) -> None:
    """Broken text, unknown fields, values and functions, and operators that a field does not take are 400."""
    with pytest.raises(Refusal) as refused:
        keys(acme, text)
    assert refused.value.status == 400


async def test_results_come_in_the_order_that_is_asked_for(acme: JiraSandbox) -> None:
    """Newest first by itself; by several fields, upwards or downwards."""
    assert keys(acme, "project in (PM, OPS)") == ["OPS-1", "PM-2", "PM-1"]
    assert keys(acme, "project in (PM, OPS) ORDER BY priority DESC, created ASC") == ["OPS-1", "PM-1", "PM-2"]


async def test_dates_are_read_in_the_zone_of_the_account(acme: JiraSandbox) -> None:
    """A literal date is midnight where the service's account lives, not in UTC."""
    world = acme.world
    issue = world.issue("PM-1")
    assert issue is not None
    midnight = moment(world, "2026-06-15", "created")
    issue.created = midnight - timedelta(minutes=1)
    assert midnight.hour == 22
    assert keys(acme, 'project = PM and created < "2026-06-15"') == ["PM-1"]
