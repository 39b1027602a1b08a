"""Search for issues and match them against queries.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/
"""

import base64
import json
from typing import Any

from connectors.jira.sandbox import jql, show_issue
from connectors.jira.sandbox.api.call import Call, Reply, strings
from connectors.jira.sandbox.model import Issue
from connectors.jira.sandbox.refusal import Refusal, bad_payload

MOST_SHOWN = 5_000
MOST_COMMENTS = 20
"""How many comments of an issue a Cloud search shows; Jira's other ways of reading show them all."""
_CLOUD = frozenset(
    {"jql", "nextPageToken", "maxResults", "fields", "expand", "properties", "fieldsByKeys", "reconcileIssues"}
)
_DATA_CENTER = frozenset({"jql", "startAt", "maxResults", "validateQuery", "fields", "expand"})


def cloud(call: Call) -> Reply:
    """Search page by page, each named by the token that the one before gave; only ids unless fields are asked for."""
    body = in_address(call) if call.body is None else dict(call.fields(_CLOUD))
    query = checked(call, body)
    if query.where is None:
        raise Refusal(400, "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.")
    return by_token(call, body, jql.found(call.world, query), "id")


def by_token(call: Call, body: dict[str, Any], found: list[Issue], fields: str) -> Reply:
    """Show a page and the token of the next one; a token belongs to its query."""
    start, most = _start(body), _number(body, "maxResults", 50)
    last = start + most >= len(found)
    issues = [_shown(call, issue, body, fields) for issue in found[start : start + most]]
    token = {} if last else {"nextPageToken": _token(str(body.get("jql", "")), start + most)}
    return Reply(200, {"issues": issues, "isLast": last, **token})


def data_center(call: Call) -> Reply:
    """Search page by page, each named by where it starts."""
    body = in_address(call) if call.body is None else dict(call.fields(_DATA_CENTER))
    query = checked(call, body)
    return by_offset(call, body, jql.found(call.world, query))


def by_offset(call: Call, body: dict[str, Any], found: list[Issue]) -> Reply:
    """Show a page from where the request says, and how many there are in all."""
    start, most = _number(body, "startAt", 0), _number(body, "maxResults", 50)
    issues = [_shown(call, issue, body, "*navigable") for issue in found[start : start + most]]
    return Reply(200, {"startAt": start, "maxResults": most, "total": len(found), "issues": issues})


def match(call: Call) -> Reply:
    """Tell which of some issues each of some queries would find."""
    both = frozenset({"issueIds", "jqls"})
    body = call.fields(both, both)
    if not isinstance(body["issueIds"], list) or not all(isinstance(id_, int) for id_ in body["issueIds"]):
        raise bad_payload()
    issues = [issue for id_ in body["issueIds"] if (issue := call.world.issues.get(str(id_)))]
    return Reply(200, {"matches": [_matched(call, issues, text) for text in strings(body["jqls"])]})


def _matched(call: Call, issues: list[Issue], text: str) -> dict[str, Any]:
    try:
        query = jql.read(text)
        jql.check(call.world, query)
    except Refusal as refusal:
        return {"matchedIssues": [], "errors": list(refusal.messages)}
    return {"matchedIssues": [int(one.id) for one in issues if jql.matches(call.world, one, query)], "errors": []}


def checked(call: Call, body: dict[str, Any]) -> jql.Query:
    """Read a search's query; unknown values are refused unless Data Center is told to let them pass."""
    if not isinstance(body.get("jql", ""), str):
        raise bad_payload()
    query = jql.read(body.get("jql", ""))
    if body.get("validateQuery") not in {False, "false"}:
        jql.check(call.world, query)
    return query


def _shown(call: Call, issue: Issue, body: dict[str, Any], default: str) -> dict[str, Any]:
    names = show_issue.chosen(call.show, issue, strings(body.get("fields") or []), default)
    shown = show_issue.issue(call.show, issue, names, strings(body.get("properties") or []))
    page = shown.get("fields", {}).get("comment")
    if page and not call.world.data_center:
        page["comments"], page["maxResults"] = page["comments"][:MOST_COMMENTS], MOST_COMMENTS
    return shown


def in_address(call: Call) -> dict[str, Any]:
    """Read a search that stands in the address."""
    given: dict[str, Any] = {
        name: call.one(name) for name in ("jql", "nextPageToken", "validateQuery") if call.one(name)
    }
    given |= {name: call.number(name, 0) for name in ("startAt", "maxResults") if call.one(name)}
    return given | {name: call.many(name) for name in ("fields", "properties") if call.one(name)}


def _number(body: dict[str, Any], name: str, default: int) -> int:
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise bad_payload()
    return min(value, MOST_SHOWN) if name == "maxResults" else value


def _token(text: str, start: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([text, start]).encode()).decode()


def _start(body: dict[str, Any]) -> int:
    if not body.get("nextPageToken"):
        return 0
    try:
        text, start = json.loads(base64.urlsafe_b64decode(str(body["nextPageToken"])))
    except ValueError as error:
        raise Refusal(400, "The next page token is not valid.") from error
    if text != body.get("jql", "") or not isinstance(start, int):
        raise Refusal(400, "The next page token is not valid.")
    return start
