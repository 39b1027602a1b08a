"""What a webhook tells to have been done, and whether it is a sign of life."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.core.activity import ActivityKind as Kind
from app.core.clock import uncounted
from app.core.policy import Policy
from connectors.jira.webhook import JiraDoor
from tests.connectors.jira.test_webhook_samples import SAMPLES, sample

POLICY = Policy(())
AT = 1_763_000_000_000
ADA = {"accountId": "a-1", "accountType": "atlassian", "displayName": "Ada Admin"}
APP = {"accountId": "a-9", "accountType": "app", "displayName": "Automation for Jira"}
LIVES: dict[str, tuple[Kind, str] | None] = {
    "mattermost__webhook-issue-updated-assigned": (Kind.ASSIGNEE, "assigned "),
    "mattermost__webhook-issue-updated-assigned-nobody": (Kind.ASSIGNEE, "took the assignee off"),
    "mattermost__webhook-issue-updated-attachments": (Kind.ATTACHMENT, "changed the attachments"),
    "mattermost__webhook-issue-updated-components": (Kind.EDIT, "changed Component"),
    "mattermost__webhook-issue-updated-edited": (Kind.EDIT, ""),
    "mattermost__webhook-issue-updated-labels": (Kind.EDIT, "added the label"),
    "mattermost__webhook-issue-updated-raised-priority": (Kind.EDIT, "changed priority"),
    "mattermost__webhook-issue-updated-rank": None,
    "mattermost__webhook-issue-updated-reopened": (Kind.STATE, "set the state to "),
    "mattermost__webhook-server-issue-updated-closed": (Kind.STATE, "set the state to "),
    "mattermost__webhook-cloud-comment-created": (Kind.COMMENT, "commented"),
    "mattermost__webhook-server-comment-updated": (Kind.COMMENT, "edited a comment"),
    "mattermost__webhook-server-issue-updated-commented-1": (Kind.COMMENT, "commented"),
    "mobitel__issue-updated-rank-changed": None,
    "mobitel__issue-updated-move-issue": (Kind.STATE, "set the state to "),
    "mobitel__issue-updated-issue-assigned": (Kind.ASSIGNEE, "assigned "),
    "mobitel__comment-updated": (Kind.COMMENT, "edited a comment"),
}
"""Samples that a person stands behind: what was done, None for what is no sign of life."""


@pytest.mark.parametrize("name", LIVES)
def test_sample_is_judged_as_what_it_is(name: str) -> None:
    """A person's edit, comment or change of state counts, a new rank does not."""
    done, wanted = JiraDoor().hear({}, sample(name)).activity, LIVES[name]
    assert done is not None
    assert done.by is not None
    if wanted is None:
        assert uncounted(done, POLICY) == "a new rank is no work on it"
        return
    assert uncounted(done, POLICY) is None
    assert done.kind is wanted[0]
    assert done.what.startswith(wanted[1]), done.what


@pytest.mark.parametrize("name", [name for name, row in SAMPLES.items() if row.by is not None])
def test_every_sample_with_an_actor_has_a_verdict(name: str) -> None:
    """What has an actor and a time tells who did what when; evidence and verdict go together."""
    body, heard = sample(name), JiraDoor().hear({}, sample(name))
    if heard.activity is None:
        assert heard.event == "jira:issue_deleted" or not {"changelog", "comment"} & set(body)
        return
    assert heard.activity.by == heard.by
    if isinstance(body["timestamp"], int) and heard.activity.kind is not Kind.CREATED:
        assert heard.activity.at == datetime.fromtimestamp(body["timestamp"] / 1000, UTC)
    assert heard.activity.what
    assert (uncounted(heard.activity, POLICY) is None) == (heard.activity.kind is not Kind.RANK)


def changed(**item: Any) -> dict[str, Any]:
    """Return an edit's body with one change."""
    return {"webhookEvent": "jira:issue_updated", "issue": {"id": "7"}, "changelog": {"items": [item]}}


ROWS: dict[str, tuple[dict[str, Any], str | None]] = {
    "a person's edit": ({**changed(field="summary", fieldId="summary"), "user": ADA}, None),
    "an automation's edit": (
        {**changed(field="summary", fieldId="summary"), "user": APP},
        "Automation for Jira is a machine",
    ),
    "nobody's edit": (changed(field="summary", fieldId="summary"), "no person stands behind it"),
    "a person's rank": (
        {**changed(field="Rank", fieldId="customfield_10019", toString="Ranked higher"), "user": ADA},
        "a new rank is no work on it",
    ),
    "a translated rank": (
        {**changed(field="Ранг", fieldId="customfield_10019", toString="Ranked lower"), "user": ADA},
        "a new rank is no work on it",
    ),
    "a sprint's roll-over": (
        {**changed(field="Sprint", fieldId="customfield_10020", toString="Sprint 8"), "user": ADA},
        "a change of sprint is no work on it",
    ),
    "a service level": (
        {**changed(field="Time to resolution", fieldtype="custom", fieldId="customfield_10044"), "user": ADA},
        "a service level is reckoned by the tracker",
    ),
    "a page that names it": ({**changed(field="RemoteIssueLink"), "user": ADA}, "it was only mentioned elsewhere"),
    "a link": ({**changed(field="Link", toString="This issue blocks PM-8"), "user": ADA}, None),
    "a state by its translated name": (
        {**changed(field="Статус", fieldId="status", toString="Готово"), "user": ADA},
        None,
    ),
    "a rank beside an edit": (
        {
            **changed(field="Rank", toString="Ranked higher"),
            "user": ADA,
            "changelog": {"items": [{"field": "Rank"}, {"field": "labels", "fromString": "a", "toString": "a b"}]},
        },
        None,
    ),
    "work that was logged": (
        {"webhookEvent": "worklog_created", "worklog": {"issueId": "7", "author": ADA, "updateAuthor": ADA}},
        None,
    ),
    "a comment": (
        {"webhookEvent": "comment_created", "issue": {"id": "7"}, "comment": {"body": "On it", "author": ADA}},
        None,
    ),
    "a command": (
        {"webhookEvent": "comment_created", "issue": {"id": "7"}, "comment": {"body": "/why", "author": ADA}},
        "it holds only a command to us",
    ),
    "an acknowledgement": (
        {"webhookEvent": "comment_created", "issue": {"id": "7"}, "comment": {"body": "/ack", "author": ADA}},
        None,
    ),
    "an app's comment": (
        {"webhookEvent": "comment_created", "issue": {"id": "7"}, "comment": {"body": "42 passed", "author": APP}},
        "Automation for Jira is a machine",
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_doing_is_a_sign_of_life_or_is_said_to_be_none(name: str) -> None:
    """People's work counts; machines, ranks, sprints, clocks, mentions and commands do not, each with its reason."""
    body, reason = ROWS[name]
    done = JiraDoor().hear({}, {"timestamp": AT, **body}).activity
    assert done is not None
    assert uncounted(done, POLICY) == reason


def test_an_imported_issue_is_as_old_as_it_says() -> None:
    """The event of its creation comes when it is imported; its clock starts when it was created."""
    fields = {"created": "2020-02-03T04:05:06.000+0000"}
    body = {"webhookEvent": "jira:issue_created", "issue": {"id": "7", "fields": fields}, "user": ADA, "timestamp": AT}
    done = JiraDoor().hear({}, body).activity
    assert done is not None
    assert done.at == datetime(2020, 2, 3, 4, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize("stamp", [None, "soon", True, -1, 10**30, float("inf")])
def test_doing_without_a_time_is_none(stamp: Any) -> None:
    """What does not say when it was done sets no clock."""
    body = {**changed(field="summary"), "user": ADA, "timestamp": stamp}
    assert JiraDoor().hear({}, body).activity is None
