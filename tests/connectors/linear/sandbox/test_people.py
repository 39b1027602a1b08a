"""People act in names and e-mail addresses, and a ticket can be seen in plain words."""

from datetime import date
from typing import Any

import pytest
import yaml

from app.ports import Sandbox
from connectors.linear.sandbox import LinearSandbox
from tests.contracts import need_shared

ADA = "ada@acme.test"


async def test_a_ticket_is_shown_in_plain_words(sandbox: LinearSandbox) -> None:
    """A view names labels, team, boards, state, assignee, epic, due date and comments."""
    said = {"assignee": ADA, "epic": "Q4 Reliability", "due": date(2026, 12, 24), "priority": "urgent", "estimate": 8}
    item = await sandbox.create(ADA, "New", ["post-mortem", "size/l"], state="Todo", **said)
    await sandbox.comment(item, "grace@acme.test", "Hello")
    assert sandbox.view(item) == {
        "key": "ENG-13",
        "title": "New",
        "labels": ["post-mortem", "size/l"],
        "team": "ENG",
        "board": ["Engineering", "ENG"],
        "state": "Todo",
        "assignee": ADA,
        "epic": "Q4 Reliability",
        "due": "2026-12-24",
        "comments": [{"by": "grace@acme.test", "body": "Hello"}],
    }


async def test_an_epic_may_be_another_ticket(sandbox: LinearSandbox) -> None:
    """A ticket goes under a project or a parent by name or key, and out of both again."""
    item = await sandbox.create(ADA, "New", epic="Payments survive the loss of a region")
    assert sandbox.view("ENG-13")["epic"] == "Payments survive the loss of a region"
    await sandbox.update(item, ADA, epic=None)
    assert sandbox.view("New")["epic"] is None


@pytest.mark.parametrize(
    "said",
    [
        {"team": "HR"},
        {"state": "Dreaming"},
        {"assignee": "nobody@acme.test"},
        {"epic": "?"},
        {"cycle": 99},
        {"mood": 1},
    ],
)
async def test_what_is_not_there_cannot_be_said(sandbox: LinearSandbox, said: dict[str, Any]) -> None:
    """A name that nothing has is an error of whoever says it, never nothing."""
    with pytest.raises(ValueError, match=r"Acme has no|nobody can say"):
        await sandbox.create(ADA, "New", **said)


async def test_a_label_that_was_deleted_is_gone_from_every_ticket(sandbox: LinearSandbox) -> None:
    """Deleting a label takes it off everywhere; typing it again makes a new one."""
    item = await sandbox.create(ADA, "New", ["needs-class", "bug"])
    sandbox.delete_label("needs-class")
    assert sandbox.view(item)["labels"] == ["bug"]
    await sandbox.update(item, ADA, labels=["bug", "needs-class"])
    assert sandbox.view(item)["labels"] == ["bug", "needs-class"]


async def test_settings_point_at_the_sandbox(sandbox: LinearSandbox) -> None:
    """The environment holds key, address and webhook secret under the service's names."""
    settings = sandbox.environment()
    assert set(settings) == {f"FOLLOWTHROUGH_LINEAR_{name}" for name in ("API_KEY", "API_URL", "WEBHOOK_SECRETS")}
    assert settings["FOLLOWTHROUGH_LINEAR_API_URL"].startswith(sandbox.url)


def test_it_is_a_sandbox_as_the_service_knows_it() -> None:
    """The class keeps every promise of the port, which the type checker holds."""
    one: Sandbox = LinearSandbox()
    assert one.url == ""


def test_the_policy_uses_the_contracts_keys_alone() -> None:
    """Every key of the policy stands in the example, at the same place; the grace is as asked for."""
    example = yaml.safe_load(need_shared("followthrough.example.yaml").read_text(encoding="utf-8"))
    policy = yaml.safe_load(LinearSandbox().policy(grace="5m"))
    assert policy["classes"]["grace"] == "5m"
    assert places(policy) <= places(example)


def places(value: object, place: str = "") -> set[str]:
    """Return every key of a policy with the keys above it; rotas are named freely."""
    if isinstance(value, list):
        return {each for entry in value for each in places(entry, f"{place}[]")}
    if not isinstance(value, dict):
        return {place}
    free = place == ".on_call"
    return {each for key, told in value.items() for each in places(told, f"{place}.{'*' if free else key}")}
