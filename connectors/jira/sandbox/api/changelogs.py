"""Show what was done to issues, of one or of many at once.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-changelog-bulkfetch-post
"""

from itertools import groupby

from connectors.jira.sandbox import show_issue
from connectors.jira.sandbox.api.call import Call, Reply, strings
from connectors.jira.sandbox.refusal import Refusal, bad_payload

MOST_ISSUES, MOST_ENTRIES = 1_000, 10_000
_ASKED = frozenset({"issueIdsOrKeys", "fieldIds", "maxResults", "nextPageToken"})


def many(call: Call) -> Reply:
    """Show the histories of many issues, a page at a time; whoever was never edited is left out."""
    body = call.fields(_ASKED, frozenset({"issueIdsOrKeys"}))
    wanted = strings(body["issueIdsOrKeys"])
    if not 0 < len(wanted) <= MOST_ISSUES:
        raise Refusal(400, f"Between 1 and {MOST_ISSUES} issues can be asked about at once.")
    fields = set(strings(body.get("fieldIds") or []))
    found = {issue.id: issue for issue in map(call.world.issue, wanted) if issue}
    entries = [
        (id_, entry)
        for id_, issue in found.items()
        for entry in issue.history
        if not fields or fields & {change.field_id for change in entry.changes}
    ]
    start, most = _start(body.get("nextPageToken")), min(int(body.get("maxResults") or MOST_ISSUES), MOST_ENTRIES)
    logs = [
        {"issueId": id_, "changeHistories": [show_issue.history(call.show, entry) for _, entry in group]}
        for id_, group in groupby(entries[start : start + most], key=lambda one: one[0])
    ]
    following = {"nextPageToken": str(start + most)} if start + most < len(entries) else {}
    return Reply(200, {"issueChangeLogs": logs, **following})


def _start(token: object) -> int:
    if token is None:
        return 0
    if not isinstance(token, str) or not token.isdecimal():
        raise bad_payload()
    return int(token)
