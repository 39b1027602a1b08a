"""Answer the mutations that a client may send, by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from connectors.linear.sandbox.comments import create_comment, update_comment
from connectors.linear.sandbox.issues import create_issue, update_issue
from connectors.linear.sandbox.projects import attach, create_label, relate, update_project
from connectors.linear.sandbox.refusals import malformed
from connectors.linear.sandbox.world import Row, World

LARGEST_BATCH = 50


@dataclass(frozen=True, slots=True)
class Caller:
    """Say in which world and as whom a request is answered."""

    world: World
    actor: Row


Arguments: TypeAlias = Mapping[str, Any]


def _update_issue(caller: Caller, given: Arguments) -> Row:
    return update_issue(caller.world, caller.actor, caller.world.get("Issue", given["id"]), given["input"])


def _update_issues(caller: Caller, given: Arguments) -> list[Row]:
    if len(given["ids"]) > LARGEST_BATCH:
        raise malformed(f"ids must contain no more than {LARGEST_BATCH} elements")
    issues = [caller.world.get("Issue", id_, "ids") for id_ in given["ids"]]
    return [update_issue(caller.world, caller.actor, issue, given["input"]) for issue in issues]


def _change_label(caller: Caller, given: Arguments, field: str) -> Row:
    return _update_issue(caller, {"id": given["id"], "input": {field: [given["labelId"]]}})


def _update_comment(caller: Caller, given: Arguments) -> Row:
    comment = caller.world.get("Comment", given["id"])
    silently = bool(given.get("skipEditedAt"))
    return update_comment(caller.world, caller.actor, comment, given["input"], silently=silently)


def _update_project(caller: Caller, given: Arguments) -> Row:
    return update_project(caller.world, caller.actor, caller.world.get("Project", given["id"]), given["input"])


MUTATIONS: Mapping[str, tuple[str, Callable[[Caller, Arguments], Any]]] = {
    "attachmentCreate": ("attachment", lambda caller, given: attach(caller.world, caller.actor, given["input"])),
    "commentCreate": ("comment", lambda caller, given: create_comment(caller.world, caller.actor, given["input"])),
    "commentUpdate": ("comment", _update_comment),
    "issueAddLabel": ("issue", lambda caller, given: _change_label(caller, given, "addedLabelIds")),
    "issueBatchUpdate": ("issues", _update_issues),
    "issueCreate": ("issue", lambda caller, given: create_issue(caller.world, caller.actor, given["input"])),
    "issueLabelCreate": ("issueLabel", lambda caller, given: create_label(caller.world, caller.actor, given["input"])),
    "issueRelationCreate": ("issueRelation", lambda caller, given: relate(caller.world, caller.actor, given["input"])),
    "issueRemoveLabel": ("issue", lambda caller, given: _change_label(caller, given, "removedLabelIds")),
    "issueUpdate": ("issue", _update_issue),
    "projectUpdate": ("project", _update_project),
}
"""Each mutation, with the name under which its payload holds what it made or changed."""


def mutate(caller: Caller, name: str, arguments: Arguments) -> dict[str, Any]:
    """Carry out a mutation and return its payload; raise RefusedError."""
    held_as, carry_out = MUTATIONS[name]
    changed = carry_out(caller, arguments)
    return {"success": True, "lastSyncId": float(caller.world.ids.number("sync")), held_as: changed}
