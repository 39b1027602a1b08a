"""What people do by hand, what the tests look at, and what goes wrong on purpose."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
import yaml

from app.ports import Sandbox
from connectors.jira.sandbox import JiraSandbox
from tests.connectors.jira.sandbox.asking import ADA, GRACE, LINUS, Asker, document


async def test_an_item_is_seen_in_plain_words(sandbox: JiraSandbox) -> None:
    """A view shows everything about an item by name."""
    item = await sandbox.create(ADA, "Fix it", ["post-mortem", "team-ops"], assignee=LINUS, due="2026-12-01")
    await sandbox.update(item, GRACE, epic="Q4 Reliability", state="In Progress")
    await sandbox.comment(item, GRACE, "Hello\nthere")
    assert sandbox.view(item) == sandbox.view("PM-1") == {
        "key": "PM-1",
        "title": "Fix it",
        "labels": ["post-mortem", "team-ops"],
        "team": "PM",
        "board": ["OPS on-call"],
        "state": "In Progress",
        "assignee": LINUS,
        "epic": "Q4 Reliability",
        "due": "2026-12-01",
        "comments": [{"by": GRACE, "body": "Hello\nthere"}],
    }  # fmt: skip


async def test_what_a_person_can_change_can_be_emptied(sandbox: JiraSandbox) -> None:
    """None takes a value away, and labels are given as a whole."""
    item = await sandbox.create(ADA, "Fix it", ["a"], assignee=LINUS, due="2026-12-01", epic="PLAT-7", estimate=3)
    await sandbox.update(item, "automation", assignee=None, due=None, epic=None, labels=[], estimate=None)
    shown = sandbox.view(item)
    assert (shown["assignee"], shown["due"], shown["epic"], shown["labels"]) == (None, None, None, [])


@pytest.mark.parametrize(
    "fields",
    [
        {"assignee": "nobody@acme.test"},
        {"state": "Nowhere"},
        {"epic": "No such epic"},
        {"colour": "red"},
        {"team": "X"},
    ],
)
async def test_what_is_not_there_cannot_be_named(sandbox: JiraSandbox, fields: dict[str, str]) -> None:
    """A mistake in a test is an error at once."""
    item = await sandbox.create(ADA, "Fix it")
    with pytest.raises(ValueError, match=r"acme\.test|Acme has no|nobody can say"):
        await sandbox.update(item, ADA, **fields)


async def test_a_board_shows_what_its_conditions_take_in(sandbox: JiraSandbox) -> None:
    """Filter, column, sub-query and sprint each keep an item off."""
    item = await sandbox.create(ADA, "Fix it")
    assert sandbox.view(item)["board"] == []
    await sandbox.update(item, ADA, labels=["team-ops", "team-plat"])
    assert sandbox.view(item)["board"] == ["OPS on-call"]
    await sandbox.update(item, ADA, sprint="PLAT Sprint 2")
    assert sandbox.view(item)["board"] == ["OPS on-call", "PLAT delivery"]
    await sandbox.update(item, ADA, state="Parked")
    assert sandbox.view(item)["board"] == []
    await sandbox.update(item, ADA, state="Done")
    assert sandbox.view(item)["board"] == ["OPS on-call", "PLAT delivery"]
    issue = sandbox.world.issue(item)
    assert issue is not None
    issue.updated -= timedelta(days=15)
    assert sandbox.view(item)["board"] == ["PLAT delivery"]


async def test_a_move_leaves_behind_what_does_not_fit(sandbox: JiraSandbox) -> None:
    """Components and an epic of another style stay where they were; the type is the new project's own."""
    item = await sandbox.create(ADA, "Fix it", epic="PLAT-7", components=["ledger"], type="Bug")
    await sandbox.update(item, ADA, team="SQUAD")
    issue = sandbox.world.issue("PM-1")
    assert issue is not None
    assert (issue.key, issue.type.name, issue.parent, issue.components) == ("SQUAD-2", "Task", None, ())


async def test_a_deleted_issue_is_gone_and_takes_its_links_along(sandbox: JiraSandbox, ask: Asker) -> None:
    """A deleted epic is nobody's parent any more, and cannot be told from one that is hidden."""
    item = await sandbox.create(ADA, "Fix it", epic="PLAT-7")
    body = {"type": {"name": "Relates"}, "inwardIssue": {"id": item}, "outwardIssue": {"key": "PLAT-7"}}
    await ask("POST", "issueLink", body)
    await sandbox.delete("PLAT-7", ADA)
    fields = await ask.fields(item)
    assert ("parent" in fields, fields["issuelinks"]) == (False, [])
    assert (await ask.refused("GET", "issue/PLAT-7"))[0] == 404


async def test_somebody_who_leaves_keeps_what_was_theirs(sandbox: JiraSandbox, ask: Asker) -> None:
    """A deactivated assignee stays assigned and is shown as inactive."""
    item = await sandbox.create(ADA, "Fix it", assignee=LINUS)
    sandbox.deactivate(LINUS)
    assert (await ask.fields(item))["assignee"]["active"] is False
    assert (await JiraSandbox().create(ADA, "Other", assignee=LINUS)) is not None


async def test_ids_are_the_same_in_every_run() -> None:
    """Two sandboxes in which the same is done deal the same ids and keys; an item may be older than its site."""
    past = datetime(2026, 1, 1, tzinfo=UTC)
    one, two = JiraSandbox(), JiraSandbox()
    ids = [await site.create(ADA, "Fix it", created_at=past) for site in (one, two)]
    assert ids[0] == ids[1]
    issue = one.world.issue(ids[0])
    assert issue is not None
    assert issue.created == past < issue.updated


async def test_calls_and_writes_are_named_in_order(sandbox: JiraSandbox, ask: Asker) -> None:
    """Reads and writes are told apart, by names that hold no ids; exchanges keep what was said."""
    item = await sandbox.create(ADA, "Fix it")
    await ask("POST", "issue/bulkfetch", {"issueIdsOrKeys": [item]})
    await ask.edit(item, fields={"duedate": "2026-12-01"})
    await ask("POST", f"issue/{item}/comment", {"body": document("Hello")})
    assert sandbox.calls() == ("POST issue/bulkfetch", "PUT issue", "POST comment")
    assert sandbox.writes() == ("PUT issue", "POST comment")
    assert [(one.method, one.status) for one in sandbox.exchanges()] == [("POST", 200), ("PUT", 204), ("POST", 201)]
    sandbox.clear_calls()
    assert (sandbox.calls(), sandbox.writes()) == ((), ())


@pytest.mark.parametrize(
    ("kind", "status", "done"),
    [
        ("500", 500, False),
        ("409", 409, False),
        ("ratelimit", 429, False),
        ("html", 200, False),
        ("truncate", 200, True),
    ],
)
async def test_a_call_fails_as_it_is_told_to(
    sandbox: JiraSandbox, ask: Asker, kind: str, status: int, *, done: bool
) -> None:
    """The next call goes wrong with or without its effect, and the one after is right again."""
    item = await sandbox.create(ADA, "Fix it")
    sandbox.fail_next(1, kind)
    answer = await ask.raw("PUT", f"issue/{item}", {"update": {"labels": [{"add": "a"}]}}, returnIssue="true")
    assert (answer.status_code, sandbox.view(item)["labels"] == ["a"]) == (status, done)
    assert answer.headers.get("Retry-After") == ("1" if kind == "ratelimit" else None)
    assert answer.headers["content-type"].startswith("text/html" if kind == "html" else "application/json")
    await ask.edit(item, update={"labels": [{"add": "b"}]})
    assert "b" in sandbox.view(item)["labels"]


@pytest.mark.parametrize(("kind", "done"), [("drop", False), ("drop_after", True)])
async def test_a_connection_breaks_before_or_after_the_effect(
    sandbox: JiraSandbox, ask: Asker, kind: str, *, done: bool
) -> None:
    """The caller gets no answer and cannot know."""
    item = await sandbox.create(ADA, "Fix it")
    sandbox.fail_next(1, kind)
    with pytest.raises(httpx.RemoteProtocolError):
        await ask.raw("POST", f"issue/{item}/comment", {"body": document("Hello")})
    assert len(sandbox.view(item)["comments"]) == done
    assert sandbox.writes() == ("POST comment",)


def test_the_policy_fits_the_site() -> None:
    """Its project, board, epic and people are there, and Linus is on call in the week that runs."""
    sandbox = JiraSandbox()
    played: Sandbox = sandbox
    policy, world = yaml.safe_load(played.policy(grace="7s")), sandbox.world
    (route,) = policy["routes"]
    board, epic = route["operational"]["jira"]["board"], route["strategic"]["jira"]["parent"]
    (source,) = policy["on_call"][route["operational"]["on_call"]]
    assert policy["classes"]["grace"] == "7s"
    assert [world.project(key) is not None for key in policy["watch"][0]["projects"]] == [True]
    assert [one.name for one in world.boards if one.id == board] == ["OPS on-call"]
    assert sandbox.view(epic)["assignee"] == ADA
    assert all(world.person(person["email"]) for person in policy["people"])
    assert source["people"][0] == LINUS
    assert timedelta() <= datetime.now(UTC) - source["starts"] < timedelta(days=7)
