"""Read and write comments.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/
"""

from typing import Any

from connectors.jira.sandbox.api.call import Call, Reply
from connectors.jira.sandbox.edit import read_properties
from connectors.jira.sandbox.model import Comment, Rich
from connectors.jira.sandbox.refusal import Refusal
from connectors.jira.sandbox.values import Invalid, rich

_COMMENT = frozenset({"body", "properties", "visibility", "jsdPublic"})


def page(call: Call) -> Reply:
    """List comments, oldest first unless asked otherwise."""
    issue, order = call.issue(), call.one("orderBy") or "created"
    if order.lstrip("+- ") != "created":
        raise Refusal(400, f"'{order}' is not a field to order comments by.")
    comments = issue.comments[::-1] if order.startswith("-") else issue.comments
    start, most = call.number("startAt", 0), call.number("maxResults", 100)
    shown = [_shown(call, comment) for comment in comments[start : start + most]]
    return Reply(200, {"startAt": start, "maxResults": most, "total": len(comments), "comments": shown})


def get(call: Call) -> Reply:
    """Show one comment."""
    return Reply(200, _shown(call, _comment(call)))


def post(call: Call) -> Reply:
    """Comment on an issue."""
    issue = call.issue()
    body, properties = _read(call)
    return Reply(201, _shown(call, call.deeds.comment(issue, call.world.me, body, properties)))


def put(call: Call) -> Reply:
    """Edit one's own comment."""
    issue, comment = call.issue(), _comment(call)
    body, properties = _read(call)
    if comment.author != call.world.me:
        raise Refusal(400, "You do not have permission to edit this comment.")
    comment.properties.update(properties)
    call.deeds.edit_comment(issue, comment, call.world.me, body)
    return Reply(200, _shown(call, comment))


def entity_property(call: Call) -> Reply:
    """Show one property of a comment."""
    comments = (comment for issue in call.world.issues.values() for comment in issue.comments)
    found = next((comment for comment in comments if comment.id == call.path["comment"]), None)
    if found is None or call.path["key"] not in found.properties:
        raise Refusal(404, "The property or the comment does not exist.")
    return Reply(200, {"key": call.path["key"], "value": found.properties[call.path["key"]]})


def _comment(call: Call) -> Comment:
    found = next((comment for comment in call.issue().comments if comment.id == call.path["comment"]), None)
    if found is None:
        raise Refusal(404, f"Can not find a comment for the id: {call.path['comment']}.")
    return found


def _read(call: Call) -> tuple[Rich, dict[str, Any]]:
    """Read what a comment shall say; Cloud takes documents, Data Center text."""
    body = call.fields(_COMMENT, frozenset({"body"}))
    try:
        text = rich(call.world, body["body"])
    except Invalid as error:
        raise Refusal(400, errors={"comment": "Comment body is not valid!"}) from error
    if not call.world.plain(text).strip():
        raise Refusal(400, errors={"comment": "Comment body can not be empty!"})
    return text, read_properties(body.get("properties") or [])


def _shown(call: Call, comment: Comment) -> dict[str, Any]:
    return call.show.comment(call.issue(), comment, properties="properties" in call.many("expand"))
