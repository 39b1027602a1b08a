"""Make and edit the living comment.

Its id is derived from the issue's, so that a comment whose answer was lost is not made twice.
"""

from dataclasses import dataclass

from app.core.change import Say
from app.core.snapshot import Snapshot
from connectors.linear import documents
from connectors.linear.client import Node
from connectors.linear.joint import Joint, Mutation
from connectors.linear.markdown import markdown
from connectors.linear.references import derived_id
from connectors.linear.refusals import Absent, Refused

CONFLICT = "conflict on insert"
"""What Linear says when an id that we chose is taken: then it was made before."""


@dataclass(frozen=True, slots=True)
class Said:
    """Tell what became of the comment. `issue` is the issue after it, None where nothing was sent."""

    comment_id: str | None = None
    gone: bool = False
    issue: Node | None = None


async def say(joint: Joint, snapshot: Snapshot, change: Say) -> Said:
    """Let the comment read like this. Raise Refused when Linear does not take it."""
    body = markdown(change.text)
    if change.comment_id is not None:
        return await _edit(joint, snapshot, change.comment_id, body)
    own = derived_id("comment", snapshot.id, change.number)
    wanted = {"id": own, "issueId": snapshot.id, "body": body, "doNotSubscribeToIssue": True}
    try:
        data = await joint.run(
            Mutation(
                documents.COMMENT, {"input": wanted}, snapshot.id, lambda now: _said(now, own, body, "commentCreate")
            )
        )
    except Refused as error:
        if CONFLICT not in error.said.lower():
            raise
        return await _edit(joint, snapshot, own, body)
    return Said(own, issue=data["commentCreate"]["comment"]["issue"])


async def _edit(joint: Joint, snapshot: Snapshot, comment: str, body: str) -> Said:
    if snapshot.native["bodies"].get(comment) == body:
        return Said(comment)
    try:
        wanted = {"id": comment, "input": {"body": body}}
        data = await joint.run(
            Mutation(
                documents.EDIT_COMMENT, wanted, snapshot.id, lambda now: _said(now, comment, body, "commentUpdate")
            )
        )
    except Absent as error:
        if error.entity != "Comment":
            raise
        return Said(gone=True)
    return Said(comment, issue=data["commentUpdate"]["comment"]["issue"])


def _said(now: Node, comment: str, body: str, field: str) -> Node | None:
    """Return what would have been answered, when the comment stands there so."""
    there = any(one["id"] == comment and one["body"] == body for one in now["comments"]["nodes"])
    return {field: {"success": True, "comment": {"id": comment, "issue": now}}} if there else None
