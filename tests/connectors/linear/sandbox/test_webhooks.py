"""Webhooks tell each change as Linear does, signed, in order."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from graphql import GraphQLNonNull, GraphQLObjectType, get_named_type

from connectors._kit.signature import sign
from connectors.linear.sandbox import LinearSandbox
from tests import contract_linear
from tests.connectors.linear.sandbox.asking import COMMENT, Asker
from tests.connectors.linear.sandbox.receiving import Inbox

ADA = "ada@acme.test"
EXTRA = {"isArtificialAgentSessionRoot"}
"""Keys that real bodies have and the schema does not know."""


async def events(sandbox: LinearSandbox, inbox: Inbox) -> list[dict[str, Any]]:
    """Return the bodies that arrived since the last time."""
    await sandbox.drain()
    bodies = [json.loads(body) for _, body in inbox.got]
    inbox.got.clear()
    return bodies


def problems(told: Any, kind: Any, place: str = "") -> list[str]:
    """Return where a body departs from a payload type of the schema."""
    if isinstance(kind, GraphQLNonNull):
        return problems(told, kind.of_type, place) if told is not None else [f"{place} is null"]
    if told is None:
        return []
    if isinstance(told, list) and hasattr(kind, "of_type"):
        return [line for each in told for line in problems(each, kind.of_type, f"{place}[]")]
    named = get_named_type(kind)
    if not isinstance(named, GraphQLObjectType):
        wanted = contract_linear.SCALARS.get(named.name, (object,))
        return [] if isinstance(told, wanted) or place.endswith("reactionData") else [f"{place} is {told!r}"]
    unknown = [f"{place}.{name} is unknown" for name in told if name not in {*named.fields, *EXTRA}]
    lines = [problems(told.get(name), field.type, f"{place}.{name}") for name, field in named.fields.items()]
    return unknown + [line for each in lines for line in each]


def against_schema(body: Mapping[str, Any]) -> list[str]:
    """Hold a whole webhook body against the official schema."""
    types: Any = contract_linear.schema().type_map
    envelope = {
        name: field for name, field in types["EntityWebhookPayload"].fields.items() if name not in ("data", "actor")
    }
    lines = [f"{name} is unknown" for name in body if name not in {*envelope, "data", "actor"}]
    for name, field in envelope.items():
        lines += problems(body.get(name), field.type, name)
    lines += problems(body["data"], types[f"{body['type']}WebhookPayload"], "data")
    return lines + (problems(body["actor"], types["UserActorWebhookPayload"], "actor") if body["actor"] else [])


async def test_every_event_has_the_official_shape(sandbox: LinearSandbox, inbox: Inbox, ask: Asker) -> None:
    """Bodies of every kind and action hold what the schema's payload types demand, and nothing unknown to them."""
    item = await sandbox.create(ADA, "New", ["post-mortem"], description="Why", epic="ENG-12", due="2026-12-24")
    await sandbox.update(item, ADA, team="OPS", cycle="active", assignee=ADA, state="Done", epic="Shared work")
    await sandbox.comment(item, ADA, "Hello")
    await ask(COMMENT, input={"issueId": item, "body": "Ours"})
    await sandbox.update_project("Shared work", ADA, lead="grace@acme.test", status="completed")
    sandbox.make_label("small", team="OPS")
    await sandbox.delete_comment(item, ADA)
    await sandbox.delete(item, ADA)
    bodies = await events(sandbox, inbox)
    assert {(body["type"], body["action"]) for body in bodies} == {
        *(("Issue", action) for action in ("create", "update", "remove")),
        *(("Comment", action) for action in ("create", "remove")),
        ("Project", "update"),
        ("IssueLabel", "create"),
    }
    assert [line for body in bodies for line in against_schema(body)] == []


async def test_headers_name_the_delivery_and_sign_the_raw_body(sandbox: LinearSandbox, inbox: Inbox, item: str) -> None:
    """Each delivery has an id of its own, its event's kind, its time and the signature over the bytes."""
    await sandbox.update(item, ADA, title="Alert earlier")
    await sandbox.comment(item, ADA, "Grüße")
    await sandbox.drain()
    secret = sandbox.environment()["FOLLOWTHROUGH_LINEAR_WEBHOOK_SECRETS"]
    for headers, body in inbox.got:
        told = json.loads(body)
        assert headers["linear-signature"] == sign(body, secret)
        assert headers["linear-event"] == told["type"]
        assert headers["linear-timestamp"] == str(told["webhookTimestamp"])
        assert headers["user-agent"] == "Linear-Webhook"
        assert headers["content-type"] == "application/json; charset=utf-8"
        assert abs(told["webhookTimestamp"] / 1000 - datetime.now(UTC).timestamp()) < 5
    assert len({headers["linear-delivery"] for headers, _ in inbox.got}) == len(inbox.got)
    assert len({json.loads(body)["webhookId"] for _, body in inbox.got}) == 1


async def test_an_update_tells_former_values_of_what_changed_only(
    sandbox: LinearSandbox, inbox: Inbox, item: str
) -> None:
    """`updatedFrom` has the old value of each changed field, null where there was none, and the old `updatedAt`."""
    await sandbox.update(item, ADA, assignee=ADA, labels=["post-mortem", "operational"])
    (body,) = await events(sandbox, inbox)
    post_mortem = sandbox.world.find("IssueLabel", name="post-mortem")
    assert post_mortem is not None
    assert set(body["updatedFrom"]) == {"assigneeId", "labelIds", "subscriberIds", "updatedAt"}
    assert body["updatedFrom"]["assigneeId"] is None
    assert body["updatedFrom"]["labelIds"] == [post_mortem["id"]]
    assert body["data"]["assignee"]["email"] == ADA
    assert [label["name"] for label in body["data"]["labels"]] == ["post-mortem", "operational"]
    assert body["actor"]["email"] == ADA


async def test_a_team_move_tells_everything_that_it_changed(sandbox: LinearSandbox, inbox: Inbox, item: str) -> None:
    """A move's event names the new place, and the former one in `updatedFrom`."""
    await sandbox.update(item, ADA, team="OPS")
    (body,) = await events(sandbox, inbox)
    assert (body["data"]["identifier"], body["data"]["team"]["key"]) == ("OPS-1", "OPS")
    assert {"teamId", "stateId", "identifier", "number", "previousIdentifiers"} <= set(body["updatedFrom"])
    assert body["url"].endswith("/issue/OPS-1/alert-on-full-disks")


async def test_what_is_empty_is_left_out_and_removal_has_neither_url_nor_former_values(
    sandbox: LinearSandbox, inbox: Inbox
) -> None:
    """Null fields are omitted; a trashed item's event says so in its data."""
    item = await sandbox.create(ADA, "New")
    await sandbox.delete(item, ADA)
    created, removed = await events(sandbox, inbox)
    assert "assigneeId" not in created["data"]
    assert "updatedFrom" not in created
    assert (removed["action"], removed["data"]["trashed"]) == ("remove", True)
    assert "archivedAt" in removed["data"]
    assert not {"url", "updatedFrom"} & set(removed)


async def test_archiving_is_a_removal_without_trash(sandbox: LinearSandbox, inbox: Inbox, item: str) -> None:
    """What Linear archives by itself is told without an actor and without `trashed`."""
    await sandbox.archive(item)
    (body,) = await events(sandbox, inbox)
    assert (body["action"], body["actor"], "trashed" in body["data"]) == ("remove", None, False)


async def test_our_own_writes_come_back_with_our_account_as_actor(
    sandbox: LinearSandbox, inbox: Inbox, ask: Asker, item: str
) -> None:
    """A write through the API is announced like a person's, with the app user as actor; no change, no event."""
    await ask.update(item, title="Alert earlier")
    await ask.update(item, title="Alert earlier")
    (body,) = await events(sandbox, inbox)
    assert (body["actor"]["type"], body["actor"]["email"]) == ("user", "followthrough@acme.test")
    assert body["actor"]["id"] == (await ask("{ viewer { id } }"))["viewer"]["id"]


async def test_a_comment_is_told_with_its_item_and_then_the_item_with_its_subscriber(
    sandbox: LinearSandbox, inbox: Inbox, item: str
) -> None:
    """A person's first comment makes two events: the comment's, and the item's because they subscribed."""
    await sandbox.comment(item, ADA, "/operational")
    comment, issue = await events(sandbox, inbox)
    assert (comment["type"], comment["data"]["issue"]["identifier"]) == ("Comment", "ENG-13")
    assert (comment["data"]["issueId"], comment["data"]["user"]["email"]) == (item, ADA)
    assert set(issue["updatedFrom"]) == {"subscriberIds", "updatedAt"}


async def test_a_project_tells_its_new_lead(sandbox: LinearSandbox, inbox: Inbox) -> None:
    """Changing a project's lead is told with the new lead and the old one's id."""
    await sandbox.update_project("Q4 Reliability", "grace@acme.test", lead=None)
    (body,) = await events(sandbox, inbox)
    ada = sandbox.world.find("User", email=ADA)
    assert ada is not None
    assert (body["type"], body["updatedFrom"]["leadId"], "lead" in body["data"]) == ("Project", ada["id"], False)


async def test_a_redelivery_is_the_same_to_the_byte(sandbox: LinearSandbox, inbox: Inbox, item: str) -> None:
    """The latest webhook comes once more with the same body and headers."""
    await sandbox.update(item, ADA, title="Alert earlier")
    await sandbox.redeliver()
    await sandbox.drain()
    first, second = inbox.got
    assert first == second


async def test_webhooks_can_be_late_or_lost(sandbox: LinearSandbox, inbox: Inbox, item: str) -> None:
    """What was held back arrives at its release, or never."""
    sandbox.hold_webhooks()
    await sandbox.update(item, ADA, title="Lost")
    sandbox.release_webhooks(lose=True)
    sandbox.hold_webhooks()
    await sandbox.update(item, ADA, title="Late")
    assert await events(sandbox, inbox) == []
    sandbox.release_webhooks()
    assert [body["data"]["title"] for body in await events(sandbox, inbox)] == ["Late"]
