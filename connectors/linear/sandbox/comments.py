"""Make, edit and delete comments."""

import re
from collections.abc import Mapping
from typing import Any

from connectors.linear.sandbox.derived import SITE
from connectors.linear.sandbox.history import keep_history
from connectors.linear.sandbox.issues import change_issue, checked_id
from connectors.linear.sandbox.refusals import forbidden, invalid, malformed, not_found
from connectors.linear.sandbox.world import Row, World

MENTION = re.compile(rf"{re.escape(SITE)}/issue/([A-Z]+-\d+)")


def create_comment(world: World, actor: Row, wanted: Mapping[str, Any]) -> Row:
    """Comment on an issue; whoever does becomes its subscriber unless told otherwise, which changes the issue."""
    if not wanted.get("issueId"):
        raise invalid("Comment must be associated with an entity")
    issue = world.get("Issue", wanted["issueId"], "issueId")
    _check_body(wanted)
    id_ = checked_id(world, "Comment", wanted.get("id"))
    comment = world.add(
        "Comment",
        id=id_,
        issueId=issue["id"],
        userId=actor["id"],
        body=wanted["body"],
        parentId=_thread(world, issue, wanted.get("parentId")),
        **dict.fromkeys(("editedAt", "resolvedAt", "botActor", "externalUser")),
    )
    comment["url"] = f"{world.value(issue, 'url')}#comment-{comment['id'][:8]}"
    world.announce("create", comment, actor, None)
    _relate_mentioned(world, actor, issue, comment["body"])
    if not wanted.get("doNotSubscribeToIssue") and actor["id"] not in issue["subscriberIds"]:
        change_issue(world, actor, issue, {"subscriberIds": [*issue["subscriberIds"], actor["id"]]})
    return comment


def update_comment(world: World, actor: Row, comment: Row, wanted: Mapping[str, Any], *, silently: bool = False) -> Row:
    """Edit one's own comment; `silently` leaves no mark that it was edited."""
    if comment["userId"] != actor["id"]:
        raise forbidden("You can only edit your own comments.")
    if wanted.get("body") == comment["body"] or "body" not in wanted:
        return comment
    _check_body(wanted)
    former = {name: comment[name] for name in ("body", "editedAt", "updatedAt")}
    stamp = world.stamp()
    comment |= {"body": wanted["body"], "updatedAt": stamp, "editedAt": comment["editedAt"] if silently else stamp}
    world.announce("update", comment, actor, {name: old for name, old in former.items() if comment[name] != old})
    _relate_mentioned(world, actor, world.value(comment, "issue"), comment["body"])
    return comment


def delete_comment(world: World, actor: Row, comment: Row) -> None:
    """Delete a comment for good."""
    del world.tables["Comment"][comment["id"]]
    comment["archivedAt"] = world.stamp()
    world.announce("remove", comment, actor, None)


def _relate_mentioned(world: World, actor: Row, issue: Row, body: str) -> None:
    """Relate the issues whose addresses a comment names: Linear does, and it changes the issue that is named."""
    for key in MENTION.findall(body):
        other = world.find("Issue", identifier=key)
        if other is None or other is issue:
            continue
        ends = {"issueId": issue["id"], "relatedIssueId": other["id"]}
        if world.find("IssueRelation", **ends) is None:
            world.add("IssueRelation", type="related", **ends)
            change_issue(world, actor, other, {})
            change = {"identifier": issue["identifier"], "type": "related"}
            keep_history(world, other, actor, {}, relationChanges=[change])


def _check_body(wanted: Mapping[str, Any]) -> None:
    if not (wanted.get("body") or "").strip():
        raise malformed("body should not be empty")


def _thread(world: World, issue: Row, parent_id: str | None) -> str | None:
    if parent_id is None:
        return None
    parent = world.get("Comment", parent_id, "parentId")
    if parent["issueId"] != issue["id"]:
        raise not_found("Comment")
    top: str = parent["parentId"] or parent["id"]
    return top
