"""Sort real webhook bodies that others published: each is classified here as what it is."""

import json
from typing import Any, NamedTuple

import pytest

from app.core.delivery import Hearing
from connectors.jira.webhook import JiraDoor
from tests.contracts import need_shared

HANDLED, IGNORED = Hearing.HANDLED, Hearing.IGNORED
CREATED, UPDATED, DELETED = "jira:issue_created", "jira:issue_updated", "jira:issue_deleted"


class Row(NamedTuple):
    """Say what one sample is: how it is treated, its event, its items, and who acted."""

    hearing: Hearing
    event: str
    items: tuple[str, ...]
    by: str | None
    labels: tuple[str, ...] | None = None


def issue(event: str, id_: str, by: str | None, labels: tuple[str, ...] | None = None) -> Row:
    """Return the row of an event about one issue."""
    return Row(HANDLED, event, (id_,), by, labels)


TES, PRJX = ("test-label",), ()
SAMPLES: dict[str, Row] = {
    "defectdojo__jira_issue_comment_template_json": issue("comment_created", "2", "Valentijn Scholten"),
    "defectdojo__jira_issue_comment_template_json_with_email": issue("comment_created", "2", "Valentijn Scholten"),
    "defectdojo__jira_issue_update_template_string": issue(
        UPDATED, "2", "valentijn", ("NPM_Test", "defect-dojo", "security")
    ),
    "mattermost__webhook-cloud-comment-created": issue("comment_created", "10040", "Test User"),
    "mattermost__webhook-cloud-comment-created-mention-user": issue("comment_created", "10040", "Test User"),
    "mattermost__webhook-cloud-issue-created-many-fields": issue(CREATED, "10509", "Sample User", ("Label1", "Label2")),
    "mattermost__webhook-issue-created-no-description": issue(CREATED, "10040", "Test User", TES),
    "mattermost__webhook-issue-created-no-relevant-fields": issue(CREATED, "10040", "Test User", TES),
    "mattermost__webhook-issue-created-with-security-level": issue(CREATED, "10040", "Test User", TES),
    "mattermost__webhook-issue-deleted": issue(DELETED, "10303", "Test User", ()),
    "mattermost__webhook-issue-updated-assigned": issue(UPDATED, "10040", "Test User", TES),
    "mattermost__webhook-issue-updated-assigned-nobody": issue(UPDATED, "10040", "Test User", TES),
    "mattermost__webhook-issue-updated-attachments": issue(UPDATED, "10040", "Test User", ("sad", *TES)),
    "mattermost__webhook-issue-updated-components": issue(UPDATED, "10360", "Test User", ("ee", "eeee", "tt", "ww")),
    "mattermost__webhook-issue-updated-edited": issue(UPDATED, "10040", "Test User", TES),
    "mattermost__webhook-issue-updated-labels": issue(UPDATED, "10040", "Test User", ("sad", *TES)),
    "mattermost__webhook-issue-updated-multiple-values": issue(UPDATED, "10040", "Test User", TES),
    "mattermost__webhook-issue-updated-raised-priority": issue(UPDATED, "10040", "Test User", ("sad", *TES)),
    "mattermost__webhook-issue-updated-rank": issue(UPDATED, "10040", "Test User", ("sad", *TES)),
    "mattermost__webhook-issue-updated-reopened": issue(UPDATED, "10040", "Test User", TES),
    "mattermost__webhook-issue-updated-reopened-one-changelog": issue(UPDATED, "10040", "Test User", TES),
    "mattermost__webhook-issue-updated-resolved-one-changelog": issue(UPDATED, "10040", "Test User", TES),
    "mattermost__webhook-server-comment-updated": issue("comment_updated", "10013", "Lev Brouk"),
    "mattermost__webhook-server-issue-updated-closed": issue(UPDATED, "10300", "Test User", ()),
    "mattermost__webhook-server-issue-updated-comment-deleted": issue(UPDATED, "10013", "Lev Brouk", PRJX),
    "mattermost__webhook-server-issue-updated-comment-edited": issue(UPDATED, "10013", "Lev Brouk", PRJX),
    "mattermost__webhook-server-issue-updated-commented-1": issue(UPDATED, "10013", "Lev Brouk", PRJX),
    "mattermost__webhook-server-issue-updated-commented-3": issue(UPDATED, "10231", "Test User", ()),
    "mattermost__webhook-server-issue-updated-commented-mention-user": issue(UPDATED, "10013", "Lev Brouk", PRJX),
    "mattermost__webhook-server-issue-updated-many-fields": issue(
        UPDATED, "10400", "user@example.com", ('"oh', "dc", "ee", "h", 'yeah"')
    ),
    "mattermost__webhook-server-issue-updated-reopened": issue(UPDATED, "10300", "Test User", ()),
    "mattermost__webhook-server-old-issue-updated-no-event-type-assigned": issue(UPDATED, "10040", "Test User", TES),
    "mattermost__webhook-server-old-issue-updated-no-event-type-comment-deleted": issue(
        UPDATED, "10013", "Lev Brouk", PRJX
    ),
    "mattermost__webhook-server-old-issue-updated-no-event-type-comment-edited": issue(
        UPDATED, "10013", "Lev Brouk", PRJX
    ),
    "mattermost__webhook-server-old-issue-updated-no-event-type-commented": issue(UPDATED, "10013", "Lev Brouk", PRJX),
    "mattermost__webhook-server-old-issue-updated-no-event-type-edited": issue(UPDATED, "10040", "Test User", TES),
    "mattermost__webhook-server-updated-custom-field": issue(UPDATED, "10106", "test@example.com", ()),
    "mobitel__comment-deleted": issue("comment_deleted", "11961", None),
    "mobitel__comment-updated": issue("comment_updated", "11961", "Иванов Иван Иванович"),
    "mobitel__epic-created": issue(CREATED, "13877", "Jira Test", ()),
    "mobitel__issue-created": issue(CREATED, "30369", "jira_test"),
    "mobitel__issue-updated-commented": issue(UPDATED, "26313", "jira_test"),
    "mobitel__issue-updated-issue-assigned": issue(UPDATED, "19435", "jira_test", ()),
    "mobitel__issue-updated-move-issue": issue(UPDATED, "12490", "jira_test", ()),
    "mobitel__issue-updated-rank-changed": issue(UPDATED, "19924", "jira_test", ()),
    "mobitel__issuelink-created": Row(HANDLED, "issuelink_created", ("11442", "11961"), None),
    "mobitel__issuelink-created_relates": Row(HANDLED, "issuelink_created", ("18074", "25877"), None),
    "mobitel__issuelink-deleted": Row(HANDLED, "issuelink_deleted", ("11442", "11961"), None),
    "mobitel__project-created": Row(IGNORED, "project_created", (), None),
    "sentry__edit_issue_assignee_payload": issue("automation", "101", None),
    "sentry__moved_issue_payload": issue(UPDATED, "101", None),
    "skillsync__issue_created": issue(CREATED, "10021", "Sirajudheen MK", ()),
    "skillsync__issue_updated": issue(UPDATED, "10021", "Sirajudheen MK", ()),
    "zulip__comment_created_no_issue_details": issue("comment_created", "10000", "Hemanth V. Alluri"),
    "zulip__comment_created_with_account_mention": issue("comment_created", "10002", "Peter"),
    "zulip__issue_created_with_custom_fields": issue(CREATED, "10033", "Pritesh Shetty", ()),
}


def sample(name: str) -> Any:
    """Return a sample's body."""
    return json.loads(need_shared(f"webhook-samples/jira/{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_real_body_is_heard_as_what_it_is(name: str) -> None:
    """The event, its issues, its actor and its labels are found in bodies of Cloud, Data Center and old servers."""
    heard = JiraDoor().hear({}, sample(name))
    row = SAMPLES[name]
    assert (heard.hearing, heard.event, heard.items) == (row.hearing, row.event, row.items)
    assert (heard.by.name if heard.by else None) == row.by
    assert not (heard.by and heard.by.bot)
    assert (None if heard.hint.labels is None else tuple(sorted(heard.hint.labels))) == row.labels
    assert heard.epics == ()
    assert (heard.because == "") is (heard.hearing is HANDLED)


def test_every_sample_is_in_the_table() -> None:
    """No published body is left unclassified."""
    folder = need_shared("webhook-samples/jira")
    assert {path.stem for path in folder.glob("*.json")} == set(SAMPLES)
