"""Make and edit the living comment.

Its id is derived from the issue's, so that a comment whose answer was lost is not made twice.
"""

from dataclasses import dataclass

from app.core.change import Say
from app.core.snapshot import Snapshot
from connectors.linear import documents
from connectors.linear.client import Graph, Node
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


async def say(graph: Graph, snapshot: Snapshot, change: Say) -> Said:
    """Let the comment read like this. Raise Refused when Linear does not take it."""
    body = markdown(change.text)
    if change.comment_id is not None:
        return await _edit(graph, snapshot, change.comment_id, body)
    own = derived_id("comment", snapshot.id, change.number)
    wanted = {"id": own, "issueId": snapshot.id, "body": body, "doNotSubscribeToIssue": True}
    try:
        data = await graph.run(documents.COMMENT, input=wanted)
    except Refused as error:
        if CONFLICT not in error.said.lower():
            raise
        return await _edit(graph, snapshot, own, body)
    return Said(own, issue=data["commentCreate"]["comment"]["issue"])


async def _edit(graph: Graph, snapshot: Snapshot, comment: str, body: str) -> Said:
    if snapshot.native["bodies"].get(comment) == body:
        return Said(comment)
    try:
        data = await graph.run(documents.EDIT_COMMENT, id=comment, input={"body": body})
    except Absent as error:
        if error.entity != "Comment":
            raise
        return Said(gone=True)
    return Said(comment, issue=data["commentUpdate"]["comment"]["issue"])
