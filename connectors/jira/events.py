"""Sort Jira's events by name, and find the issues they speak of.

Bodies have the shapes of API version 2, on Cloud too. Events about comments, links and worklogs say little: often no
labels, on Data Center no issue at all. https://developer.atlassian.com/cloud/jira/platform/webhooks/
"""

import re
from collections.abc import Mapping
from typing import Any

from app.core.delivery import Heard, Hearing, Hint
from app.core.person import Person
from connectors.jira.heard import activity, inner, updated_at
from connectors.jira.persons import person_in
from connectors.jira.words import KEY

AUTOMATION = "automation"
"""What a body without an event's name is called: automation rules send issues, or what their author wrote."""
BESIDE = ("comment_", "jira:worklog_", "worklog_", "issuelink_", "attachment_")
HANDLED = ("jira:issue_", *BESIDE)
IGNORED = (
    "project_", "jira:version_", "version_", "board_", "sprint_", "user_", "option_", "issuetype_", "filter_",
    "permission_", "form_", "component_", "customfield_", "jira:project_", "dashboard_", "group_",
)  # fmt: skip
BY_KEY = "key:"
COMMENT_ADDRESS = re.compile(r"/issue/([0-9]{1,18})/comment/")
ID = re.compile(r"[0-9]{1,18}")
LARGEST_ID = 10**18
EPIC_LEVEL = 1


def hear(body: Any) -> Heard:
    """Say what an event is about; whatever is not understood is kept as unknown."""
    if not isinstance(body, dict):
        return Heard(Hearing.UNKNOWN, "", because="the body is not a JSON object")
    name = body.get("webhookEvent")
    event = _clean(name) if isinstance(name, str) and name else AUTOMATION
    if event.startswith(IGNORED) or "property_" in event:
        return Heard(Hearing.IGNORED, event, by=_actor(event, body), because="nothing that the rules look at changed")
    if event != AUTOMATION and not event.startswith(HANDLED):
        return Heard(Hearing.UNKNOWN, event, by=_actor(event, body), because="no event of that name is known")
    items = _items(event, body)
    if not items:
        return Heard(Hearing.UNKNOWN, event, by=_actor(event, body), because="it names no issue")
    beside, by = event.startswith(BESIDE) and not items[0].startswith(BY_KEY), _actor(event, body)
    done = activity(event, body, by)
    at = updated_at(body) if event == "jira:issue_updated" else None
    epics, hint = _epics(event, body), _hint(body)
    return Heard(Hearing.HANDLED, event, items, epics, by, hint, beside=beside, activity=done, updated_at=at)


def _clean(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable())[:100] or AUTOMATION


def _items(event: str, body: Mapping[str, Any]) -> tuple[str, ...]:
    if event.startswith("issuelink_"):
        link = inner(body, "issueLink")
        ends = (_id(link.get("sourceIssueId")), _id(link.get("destinationIssueId")))
        return tuple(dict.fromkeys(end for end in ends if end))
    one = _id(inner(body, "issue").get("id")) or _elsewhere(event, body) or _by_key(body)
    return (one,) if one else ()


def _elsewhere(event: str, body: Mapping[str, Any]) -> str | None:
    """Find the issue's id where the body has no issue: in a worklog, or in a comment's own address."""
    if "worklog_" in event:
        return _id(inner(body, "worklog").get("issueId"))
    address = inner(body, "comment").get("self")
    found = COMMENT_ADDRESS.search(address) if isinstance(address, str) else None
    return found.group(1) if found else None


def _by_key(body: Mapping[str, Any]) -> str | None:
    """Return `key:PM-7` for a body that names the issue by key alone, as automation rules may."""
    given = (inner(body, "issue").get("key"), body.get("issueKey"), body.get("key"))
    key = next((key for key in given if isinstance(key, str) and KEY.fullmatch(key)), None)
    return f"{BY_KEY}{key.upper()}" if key else None


def _epics(event: str, body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return an epic's id and key when it changed: Data Center's issues name their epic by key."""
    issue = inner(body, "issue")
    kind = inner(inner(issue, "fields"), "issuetype")
    level, name = kind.get("hierarchyLevel"), kind.get("name")
    named = isinstance(name, str) and name.casefold() == "epic"
    higher = isinstance(level, int) and level >= EPIC_LEVEL
    if event == "jira:issue_created" or not (named or higher):
        return ()
    key = issue.get("key")
    given = (_id(issue.get("id")), key if isinstance(key, str) and KEY.fullmatch(key) else None)
    return tuple(value for value in given if value)


def _actor(event: str, body: Mapping[str, Any]) -> Person | None:
    """Return who acted; Cloud names nobody who deletes a comment, and its author need not have."""
    if isinstance(body.get("user"), dict):
        return person_in(body["user"])
    part = inner(body, next((name for name in ("comment", "worklog", "attachment") if name in event), ""))
    if event.endswith("_deleted"):
        return None
    return person_in(part.get("updateAuthor") or part.get("author"))


def _hint(body: Mapping[str, Any]) -> Hint:
    fields = inner(inner(body, "issue"), "fields")
    labels = fields.get("labels")
    project, kind = inner(fields, "project").get("key"), inner(fields, "issuetype").get("name")
    return Hint(
        labels=frozenset(filter(_is_text, labels)) if isinstance(labels, list) else None,
        team=project if isinstance(project, str) else None,
        project=project if isinstance(project, str) else None,
        issue_type=kind if isinstance(kind, str) else None,
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _id(value: Any) -> str | None:
    """Return an issue's id as text; Cloud writes it as text, links and automation as a number."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < LARGEST_ID:
        return str(value)
    return value if isinstance(value, str) and ID.fullmatch(value) else None
