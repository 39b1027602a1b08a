"""Write an issue's history. See https://linear.app/docs/issue-history."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.linear.sandbox.world import Row, World

SILENT = timedelta(minutes=3)
"""Changes this soon after an issue's creation count as its creation and leave no entry."""

FROM_TO = (
    "AssigneeId",
    "CycleId",
    "DueDate",
    "Estimate",
    "ParentId",
    "Priority",
    "ProjectId",
    "SlaBreachesAt",
    "StateId",
    "TeamId",
    "Title",
)
ELSE = (
    *("archived", "autoArchived", "autoClosed", "trashed", "updatedDescription", "descriptionUpdatedBy"),
    *("attachmentId", "relationChanges", "triageResponsibilityAutoAssigned", "workflowMetadata"),
    *(f"{end}{name}" for end in ("from", "to") for name in ("DelegateId", "SlaBreached", "SlaStartedAt", "SlaType")),
)


def keep_history(world: World, issue: Row, actor: Row | None, former: Mapping[str, Any], **told: Any) -> None:
    """Add an entry for a change; `former` are the values before it, `told` what else the entry says."""
    if world.clock.peek() - datetime.fromisoformat(issue["createdAt"]) < SILENT:
        return
    entry: dict[str, Any] = dict.fromkeys(ELSE)
    for name in FROM_TO:
        column = name[0].lower() + name[1:]
        changed = column in former
        entry[f"from{name}"] = former[column] if changed else None
        entry[f"to{name}"] = issue[column] if changed else None
    labels_before = former.get("labelIds", issue["labelIds"])
    entry["addedLabelIds"] = [id_ for id_ in issue["labelIds"] if id_ not in labels_before] or None
    entry["removedLabelIds"] = [id_ for id_ in labels_before if id_ not in issue["labelIds"]] or None
    entry["updatedDescription"] = True if "description" in former else None
    entry["descriptionUpdatedBy"] = [actor] if actor and "description" in former else None
    entry["trashed"] = issue["trashed"] if "trashed" in former else None
    entry["archived"] = bool(issue["archivedAt"]) if "archivedAt" in former else None
    entry |= told
    if any(value is not None for value in entry.values()):
        world.add("IssueHistory", issueId=issue["id"], actorId=actor and actor["id"], botActor=None, **entry)
