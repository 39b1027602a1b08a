"""Read, edit, create and link issues.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/
"""

from collections.abc import Mapping
from typing import Any

from connectors.jira.sandbox import edit, show_issue
from connectors.jira.sandbox.api.call import Call, Reply, strings
from connectors.jira.sandbox.model import Issue
from connectors.jira.sandbox.refusal import Refusal, bad_payload, no_issue
from connectors.jira.sandbox.values import Place

MOST_FETCHED = 100
_FETCH = frozenset({"issueIdsOrKeys", "fields", "fieldsByKeys", "properties", "expand"})


def get(call: Call) -> Reply:
    """Show one issue."""
    return Reply(200, _shown(call, call.issue()))


def bulk_fetch(call: Call) -> Reply:
    """Show many issues, in ascending order of their ids; those that are not to be seen are left out."""
    body = call.fields(_FETCH, frozenset({"issueIdsOrKeys"}))
    wanted = strings(body["issueIdsOrKeys"])
    if not 0 < len(wanted) <= MOST_FETCHED:
        raise Refusal(400, f"Between 1 and {MOST_FETCHED} issues can be fetched at once.")
    found = {issue.id: issue for issue in map(call.world.issue, wanted) if issue}
    fields, properties = strings(body.get("fields") or []), strings(body.get("properties") or [])
    issues = []
    for _, issue in sorted(found.items(), key=lambda pair: int(pair[0])):
        names = show_issue.chosen(call.show, issue, fields, "*navigable")
        issues.append(show_issue.issue(call.show, issue, names, properties))
    return Reply(200, {"issues": issues, "issueErrors": []})


def put(call: Call) -> Reply:
    """Edit an issue; it is shown afterwards only to those who ask."""
    issue, world = call.issue(), call.world
    wanted = edit.read(world, Place(issue.project, issue.type), call.body, issue)
    call.deeds.edit(issue, world.me, wanted)
    if call.flag("returnIssue") and not world.data_center:
        return Reply(200, _shown(call, issue))
    return Reply(204)


def post(call: Call) -> Reply:
    """Create an issue."""
    place = _place(call)
    wanted = edit.read(call.world, place, call.body)
    if "summary" not in wanted.values:
        raise Refusal(400, errors={"summary": "You must specify a summary of the issue."})
    issue = call.deeds.create(call.world.me, place.project, place.type, wanted)
    return Reply(201, {"id": issue.id, "key": issue.key, "self": call.show.here(f"issue/{issue.id}")})


def changelog(call: Call) -> Reply:
    """Show an issue's history, oldest first, a page at a time."""
    issue = call.issue()
    start, most = call.number("startAt", 0), min(call.number("maxResults", 100), 100)
    page = issue.history[start : start + most]
    here = call.show.here(f"issue/{issue.id}/changelog?maxResults={most}&startAt=")
    last = start + most >= len(issue.history)
    following = {} if last else {"nextPage": f"{here}{start + most}"}
    frame = {"self": f"{here}{start}", "maxResults": most, "startAt": start, "total": len(issue.history)}
    entries = [show_issue.history(call.show, entry) for entry in page]
    return Reply(200, {**frame, **following, "isLast": last, "values": entries})


def link(call: Call) -> Reply:
    """Link two issues."""
    body = call.fields(
        frozenset({"type", "inwardIssue", "outwardIssue", "comment"}),
        frozenset({"type", "inwardIssue", "outwardIssue"}),
    )
    type_ = edit.link_type(call.world, body["type"])
    if type_ is None:
        raise Refusal(404, "No issue link type with that name found.")
    source, destination = (edit.named_issue(call.world, body[end]) for end in ("inwardIssue", "outwardIssue"))
    if source is None or destination is None:
        raise no_issue()
    if source is destination:
        raise Refusal(400, "An issue cannot be linked to itself.")
    call.deeds.link(call.world.me, type_, source, destination)
    return Reply(201)


def link_types(call: Call) -> Reply:
    """List the kinds of links."""
    return Reply(200, {"issueLinkTypes": [call.show.link_type(type_) for type_ in call.world.link_types]})


def _place(call: Call) -> Place:
    """Read in which project an issue is to be made, and of what type."""
    fields = call.body.get("fields") if isinstance(call.body, dict) else None
    if not isinstance(fields, dict):
        raise bad_payload()
    wanted = {name: _reference(fields.get(name)) for name in ("project", "issuetype")}
    project = next((one for one in call.world.projects if wanted["project"] & {one.id, one.key}), None)
    if project is None:
        raise Refusal(400, errors={"project": "Specify a valid project ID or key"})
    types = call.world.types_of(project)
    type_ = next((one for one in types if wanted["issuetype"] & {one.id, one.name}), None)
    if type_ is None:
        raise Refusal(400, errors={"issuetype": "Specify an issue type"})
    return Place(project, type_)


def _reference(value: Any) -> set[str]:
    return {str(one) for one in value.values()} if isinstance(value, dict) else set()


def _shown(call: Call, issue: Issue) -> Mapping[str, Any]:
    fields = show_issue.chosen(call.show, issue, call.many("fields"), "*all")
    shown = show_issue.issue(call.show, issue, fields, call.many("properties"))
    if "changelog" in call.many("expand"):
        shown["changelog"] = _histories(call, issue)
    return shown


def _histories(call: Call, issue: Issue) -> Mapping[str, Any]:
    """Return the history within an issue: newest first on Cloud, oldest first on Data Center."""
    entries = issue.history if call.world.data_center else issue.history[::-1]
    shown = [show_issue.history(call.show, entry) for entry in entries]
    return {"startAt": 0, "maxResults": len(shown), "total": len(shown), "histories": shown}
