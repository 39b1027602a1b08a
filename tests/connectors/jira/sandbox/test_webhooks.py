"""What the site's webhooks say, and how they are sealed."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.core.delivery import Hearing
from connectors.jira.sandbox import JiraSandbox
from connectors.jira.settings import JiraSettings, webhook_secrets
from connectors.jira.webhook import JiraDoor
from tests.connectors.doors import Seal
from tests.connectors.doors import seal as worth_of
from tests.connectors.jira.sandbox.asking import ADA, GRACE, LINUS, Asker, document
from tests.connectors.jira.sandbox.conftest import Inbox


def secrets(sandbox: JiraSandbox) -> list[str]:
    """Return the secrets as the service reads them from its settings."""
    told = {name.removeprefix("FOLLOWTHROUGH_JIRA_").lower(): value for name, value in sandbox.environment().items()}
    return list(webhook_secrets(JiraSettings.model_validate(told)))


def items(event: dict[str, Any]) -> dict[str, tuple[str | None, str | None]]:
    """Return what an event says changed, by Jira's names."""
    return {one["field"]: (one["fromString"], one["toString"]) for one in event["changelog"]["items"]}


async def test_the_door_takes_the_signature(sandbox: JiraSandbox, inbox: Inbox) -> None:
    """A webhook is sealed by the environment's secret and no other, and hears of its item by id."""
    item = await sandbox.create(ADA, "Fix it", ["post-mortem"])
    (event,), door = await inbox.events(), JiraDoor()
    headers, raw = inbox.raw[0]
    now = datetime.now(UTC)
    assert worth_of(door, headers, raw, secrets(sandbox), now) is Seal.GOOD
    assert worth_of(door, headers, raw, ["another"], now) is Seal.WRONG
    assert worth_of(door, headers, raw + b" ", secrets(sandbox), now) is Seal.WRONG
    assert worth_of(door, headers, raw, secrets(sandbox), now + timedelta(days=2)) is Seal.STALE
    assert headers["x-hub-signature"].startswith("sha256=")
    assert headers["x-atlassian-webhook-flow"] == "Primary"
    heard = door.hear(headers, event)
    assert (heard.hearing, heard.items) == (Hearing.HANDLED, (item,))


async def test_each_event_has_an_identifier_of_its_own(sandbox: JiraSandbox, inbox: Inbox) -> None:
    """Identifiers differ between events and stay the same when one is sent again."""
    item = await sandbox.create(ADA, "Fix it")
    await sandbox.update(item, ADA, labels=["a"])
    await sandbox.redeliver()
    await inbox.events()
    ids = [JiraDoor().delivery_id(headers) for headers, _ in inbox.raw]
    assert (len(ids), len(set(ids)), ids[1]) == (3, 2, ids[2])
    assert inbox.raw[1] == inbox.raw[2]


async def test_a_new_issue_is_told_with_everything(sandbox: JiraSandbox, inbox: Inbox) -> None:
    """All fields in version 2's shapes, who made it without an e-mail, and what it was made with."""
    await sandbox.create(ADA, "Fix it", ["post-mortem"], description="First\nsecond")
    (event,) = await inbox.events()
    fields = event["issue"]["fields"]
    assert (event["webhookEvent"], event["issue_event_type_name"]) == ("jira:issue_created", "issue_created")
    assert (event["user"]["displayName"], "emailAddress" in event["user"]) == ("Ada Admin", False)
    assert (fields["labels"], fields["description"]) == (["post-mortem"], "First\nsecond")
    assert "/rest/api/2/" in event["issue"]["self"]
    assert items(event)["labels"] == ("", "post-mortem")
    assert "comment" not in fields


async def test_an_edit_is_told_with_what_changed(sandbox: JiraSandbox, inbox: Inbox, ask: Asker) -> None:
    """One edit is one event with all its changes, the service's own included."""
    item, linus = await sandbox.create(ADA, "Fix it", ["ops"]), sandbox.world.person(LINUS)
    update = {"labels": [{"remove": "ops"}, {"add": "operational"}]}
    fields = {"assignee": {"accountId": linus.id}, "duedate": "2026-12-01", "parent": {"key": "PLAT-7"}}
    await ask.edit(item, update=update, fields=fields)
    _, event = await inbox.events()
    assert event["user"]["accountId"] == sandbox.world.me.id
    assert items(event) == {
        "labels": ("ops", "operational"),
        "assignee": (None, "Linus Duty"),
        "duedate": (None, "2026-12-01 00:00:00.0"),
        "IssueParentAssociation": (None, "PLAT-7"),
    }
    assert [one["tmpToAccountId"] for one in event["changelog"]["items"] if one["field"] == "assignee"] == [linus.id]
    assert event["issue"]["fields"]["parent"]["key"] == "PLAT-7"


async def test_an_edit_that_changes_nothing_is_not_told(sandbox: JiraSandbox, inbox: Inbox, ask: Asker) -> None:
    """Neither the same value again nor an empty edit sends an event or moves `updated`."""
    item = await sandbox.create(ADA, "Fix it", ["a"], due="2026-12-01")
    made = await ask("POST", f"issue/{item}/comment", {"body": document("Hello")})
    before = (await ask.fields(item))["updated"]
    await ask.edit(item, fields={"duedate": "2026-12-01"}, update={"labels": [{"add": "a"}, {"remove": "b"}]})
    await ask.edit(item, fields={})
    await ask("PUT", f"issue/{item}/comment/{made['id']}", {"body": document("Hello")})
    assert (await ask.fields(item))["updated"] == before
    assert [event["webhookEvent"] for event in await inbox.events()] == ["jira:issue_created", "comment_created"]


async def test_kinds_of_edits_have_names(sandbox: JiraSandbox, inbox: Inbox) -> None:
    """An assignment, a transition, a move and any other edit are told apart; a move tells both keys."""
    item = await sandbox.create(ADA, "Fix it")
    await sandbox.update(item, ADA, assignee=LINUS)
    await sandbox.update(item, LINUS, state="In Progress")
    await sandbox.update(item, ADA, title="Mend it")
    await sandbox.update(item, ADA, team="OPS")
    events = (await inbox.events())[1:]
    kinds = [event["issue_event_type_name"] for event in events]
    assert kinds == ["issue_assigned", "issue_generic", "issue_updated", "issue_moved"]
    assert (items(events[3])["Key"], events[3]["issue"]["id"]) == (("PM-1", "OPS-1"), item)


async def test_a_comment_is_told_with_hardly_anything_of_its_issue(sandbox: JiraSandbox, inbox: Inbox) -> None:
    """On Cloud there is no user, no changelog, no labels; the body is wiki markup."""
    item = await sandbox.create(ADA, "Fix it", ["post-mortem"])
    await sandbox.comment(item, GRACE, "/operational")
    _, event = await inbox.events()
    assert set(event) == {"timestamp", "webhookEvent", "comment", "issue"}
    assert set(event["issue"]["fields"]) == {"summary", "issuetype", "project", "assignee", "priority", "status"}
    assert (event["comment"]["body"], event["comment"]["author"]["displayName"]) == ("/operational", "Grace Hopper")


async def test_rich_text_is_told_as_wiki_markup(sandbox: JiraSandbox, inbox: Inbox, ask: Asker) -> None:
    """Mentions, links, code and lists of a document come in the old markup."""
    item, linus = await sandbox.create(ADA, "Fix it"), sandbox.world.person(LINUS)
    words = [
        {"type": "mention", "attrs": {"id": linus.id}},
        {"type": "text", "text": " "},
        {"type": "text", "text": "board", "marks": [{"type": "link", "attrs": {"href": "https://acme.test"}}]},
    ]
    code = {"type": "text", "text": "/why", "marks": [{"type": "code"}]}
    entry = {"type": "listItem", "content": [{"type": "paragraph", "content": [code]}]}
    content = [{"type": "paragraph", "content": words}, {"type": "bulletList", "content": [entry]}]
    await ask("POST", f"issue/{item}/comment", {"body": {"type": "doc", "version": 1, "content": content}})
    _, event = await inbox.events()
    assert event["comment"]["body"] == f"[~accountid:{linus.id}] [board|https://acme.test]\n* {{{{/why}}}}"


async def test_deletions_are_told(sandbox: JiraSandbox, inbox: Inbox) -> None:
    """A comment and an issue that are gone are told as they were last."""
    item = await sandbox.create(ADA, "Fix it", ["a"])
    await sandbox.comment(item, ADA, "Hello")
    await sandbox.delete_comment(item, GRACE)
    await sandbox.delete(item, ADA)
    events = await inbox.events()
    assert [event["webhookEvent"] for event in events[2:]] == ["comment_deleted", "jira:issue_deleted"]
    assert (events[3]["issue"]["fields"]["labels"], "changelog" in events[3]) == (["a"], False)


async def test_a_link_is_told_in_numbers(sandbox: JiraSandbox, inbox: Inbox, ask: Asker) -> None:
    """A new link names two numeric ids and its type, and nobody."""
    item = await sandbox.create(ADA, "Fix it")
    body = {"type": {"name": "Relates"}, "inwardIssue": {"id": item}, "outwardIssue": {"key": "PLAT-7"}}
    await ask("POST", "issueLink", body)
    _, event = await inbox.events()
    link = event["issueLink"]
    assert set(event) == {"timestamp", "webhookEvent", "issueLink"}
    assert (link["sourceIssueId"], link["destinationIssueId"]) == (int(item), 10001)


async def test_webhooks_can_be_held_back_and_lost(sandbox: JiraSandbox, inbox: Inbox) -> None:
    """What is held arrives in order once released, or never."""
    sandbox.hold_webhooks()
    lost = await sandbox.create(ADA, "Lost")
    sandbox.release_webhooks(lose=True)
    sandbox.hold_webhooks()
    await sandbox.update(lost, ADA, labels=["a"])
    assert await inbox.events() == []
    sandbox.release_webhooks()
    assert [event["webhookEvent"] for event in await inbox.events()] == ["jira:issue_updated"]


async def test_data_center_tells_comments_twice(data_center: JiraSandbox, own_inbox: Inbox) -> None:
    """There a comment comes without its issue, and again within an update; no identifier, no field ids."""
    item = await data_center.create(ADA, "Fix it", ["a"])
    await data_center.comment(item, LINUS, "Hello")
    await data_center.update(item, LINUS, labels=["b"])
    made, alone, within, edit = await own_inbox.events()
    assert "changelog" not in made
    assert set(alone) == {"timestamp", "webhookEvent", "comment"}
    assert (within["issue_event_type_name"], within["comment"]["body"]) == ("issue_commented", "Hello")
    assert within["user"]["name"] == "linus"
    assert "fieldId" not in edit["changelog"]["items"][0]
    headers, raw = own_inbox.raw[0]
    assert JiraDoor().delivery_id(headers) is None
    assert worth_of(JiraDoor(), headers, raw, secrets(data_center), datetime.now(UTC)) is Seal.GOOD
