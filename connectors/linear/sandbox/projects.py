"""Change projects, make labels, attach links and relate issues."""

from collections.abc import Mapping
from typing import Any

from connectors.linear.sandbox.history import keep_history
from connectors.linear.sandbox.issues import checked_id
from connectors.linear.sandbox.refusals import invalid, malformed
from connectors.linear.sandbox.world import Row, World

PLAIN = ("name", "description", "startDate", "targetDate")


def update_project(world: World, actor: Row | None, project: Row, wanted: Mapping[str, Any]) -> Row:
    """Change a project; `teamIds` replaces its teams, of which one must be left."""
    after = {name: wanted[name] for name in PLAIN if name in wanted}
    if wanted.get("teamIds") is not None:
        after["teamIds"] = list(dict.fromkeys(world.get("Team", id_, "teamIds")["id"] for id_ in wanted["teamIds"]))
        if not after["teamIds"]:
            raise malformed("teamIds should not be empty")
    if "leadId" in wanted:
        after["leadId"] = wanted["leadId"] and world.get("User", wanted["leadId"], "leadId")["id"]
    if wanted.get("statusId"):
        after["statusId"] = world.get("ProjectStatus", wanted["statusId"], "statusId")["id"]
    former = {name: project[name] for name, value in after.items() if value != project[name]}
    if former:
        former["updatedAt"] = project["updatedAt"]
        project |= {**after, "updatedAt": world.stamp()}
        _keep_times(world, project)
        world.announce("update", project, actor, former)
    return project


def _keep_times(world: World, project: Row) -> None:
    kind, stamp = world.value(project, "status")["type"], project["updatedAt"]
    project["startedAt"] = (project["startedAt"] or stamp) if kind in {"started", "paused", "completed"} else None
    project["completedAt"] = (project["completedAt"] or stamp) if kind == "completed" else None
    project["canceledAt"] = (project["canceledAt"] or stamp) if kind == "canceled" else None


def create_label(world: World, actor: Row | None, wanted: Mapping[str, Any]) -> Row:
    """Create a label in a team or, without one, in the workspace, where no other may have its name."""
    team_id = wanted.get("teamId") and world.get("Team", wanted["teamId"], "teamId")["id"]
    parent_id = wanted.get("parentId") and world.get("IssueLabel", wanted["parentId"], "parentId")["id"]
    name = wanted["name"].strip()
    if not name:
        raise malformed("name should not be empty")
    if world.find("IssueLabel", name=name, teamId=team_id, parentId=parent_id):
        raise invalid("duplicate label name", f"A label with the name {name} already exists.")
    label = world.add(
        "IssueLabel",
        id=checked_id(world, "IssueLabel", wanted.get("id")),
        name=name,
        color=wanted.get("color") or "#bec2c8",
        description=wanted.get("description"),
        isGroup=bool(wanted.get("isGroup")),
        teamId=team_id,
        parentId=parent_id,
        creatorId=actor and actor["id"],
        inheritedFromId=None,
        retiredAt=None,
    )
    world.announce("create", label, actor, None)
    return label


def attach(world: World, actor: Row, wanted: Mapping[str, Any]) -> Row:
    """Attach a link to an issue, or change the attachment that has the same address there."""
    issue = world.get("Issue", wanted["issueId"], "issueId")
    values = {name: wanted.get(name) for name in ("title", "subtitle")} | {"metadata": wanted.get("metadata") or {}}
    attachment = world.find("Attachment", issueId=issue["id"], url=wanted["url"])
    if attachment is not None:
        attachment |= {**values, "updatedAt": world.stamp()}
        return attachment
    id_ = checked_id(world, "Attachment", wanted.get("id"))
    fixed = {"issueId": issue["id"], "creatorId": actor["id"], "url": wanted["url"], "externalUserCreator": None}
    attachment = world.add("Attachment", id=id_, sourceType=wanted.get("sourceType", "api"), **fixed, **values)
    issue["updatedAt"] = attachment["createdAt"]
    keep_history(world, issue, actor, {}, attachmentId=attachment["id"])
    world.announce("create", attachment, actor, None)
    return attachment


def relate(world: World, actor: Row, wanted: Mapping[str, Any]) -> Row:
    """Relate two issues; the same relation twice is refused."""
    one, other = (world.get("Issue", wanted[name], name) for name in ("issueId", "relatedIssueId"))
    if one is other:
        raise invalid("relatedIssueId must be another issue")
    fields = {"issueId": one["id"], "relatedIssueId": other["id"], "type": wanted["type"]}
    if world.find("IssueRelation", **fields):
        raise invalid("Issue relation already exists")
    relation = world.add("IssueRelation", id=checked_id(world, "IssueRelation", wanted.get("id")), **fields)
    for issue, end in ((one, other), (other, one)):
        issue["updatedAt"] = relation["createdAt"]
        change = {"identifier": end["identifier"], "type": wanted["type"]}
        keep_history(world, issue, actor, {}, relationChanges=[change])
    return relation
