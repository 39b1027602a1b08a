"""Play single answers of Jira, and build issues in its shapes."""

from collections.abc import Mapping
from typing import Any

import respx

from app.core.policy import Policy, Watch
from connectors.jira.client import Client
from connectors.jira.settings import JiraSettings
from connectors.jira.tracker import JiraTracker
from tests.connectors.jira.emulated import Now

SITE = "https://acme.atlassian.net"
TOKEN = "secret-token-of-the-bot"
ME = {"accountId": "712020:bot", "accountType": "app", "displayName": "Followthrough", "active": True}
ADA = {"accountId": "712020:ada", "accountType": "atlassian", "displayName": "Ada Admin", "active": True}
FIELDS: list[dict[str, Any]] = [
    {"id": "customfield_1", "schema": {"custom": "com.atlassian.teams:rm-teams-custom-field-team", "type": "team"}},
    {"id": "customfield_2", "schema": {"custom": "com.pyxis.greenhopper.jira:gh-sprint", "type": "array"}},
    {
        "id": "customfield_3",
        "name": "Story Points",
        "schema": {"custom": "com.atlassian.jira.plugin.system.customfieldtypes:float", "type": "number"},
    },
    {"id": "customfield_4", "schema": {"custom": "com.pyxis.greenhopper.jira:gh-epic-label", "type": "string"}},
    {"id": "customfield_5", "schema": {"custom": "com.pyxis.greenhopper.jira:gh-epic-link", "type": "any"}},
    {"id": "summary", "schema": {"type": "string", "system": "summary"}},
    {"id": "nothing"},
]


def issue(number: int = 6, **fields: Any) -> dict[str, Any]:
    """Return an issue as the API shows it; what is not given has a usual value."""
    usual: dict[str, Any] = {
        "summary": "Alert on replica lag",
        "description": None,
        "issuetype": {"id": "3", "name": "Task", "subtask": False, "hierarchyLevel": 0},
        "project": {"id": "1", "key": "PM", "simplified": False},
        "status": {"id": "11", "name": "To Do", "statusCategory": {"key": "new"}},
        "labels": ["post-mortem"],
        "components": [],
        "assignee": None,
        "creator": ADA,
        "created": "2026-11-20T12:00:00.000+0100",
        "updated": "2026-11-21T07:30:00.000-0530",
        "duedate": None,
        "issuelinks": [],
        "comment": {"comments": [], "total": 0, "maxResults": 100, "startAt": 0},
    }
    return {"id": str(10000 + number), "key": f"PM-{number}", "fields": {**usual, **fields}}


def known(router: respx.Router, fields: Any = FIELDS, me: Mapping[str, Any] = ME) -> None:
    """Let Cloud say what it is and who we are."""
    router.get("/rest/api/3/serverInfo").respond(json={"deploymentType": "Cloud", "baseUrl": SITE})
    router.get("/rest/api/3/myself").respond(json=dict(me))
    router.get("/rest/api/3/field").respond(json=fields)


def connect(wanted: Policy | None = None, clock: Now | None = None, **more: Any) -> JiraTracker:
    """Return a tracker for the mocked Cloud."""
    settings = JiraSettings(**{"base_url": SITE, "email": "bot@acme.test", "api_token": TOKEN, **more})
    at = clock or Now()
    return JiraTracker(Client(settings, at), wanted or Policy(watch=(Watch("jira", "post-mortem"),)), at)
