"""Describe the site: its version, fields, projects, permissions.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-server-info/
"""

from typing import Any

from connectors.jira.sandbox.api.call import Call, Reply
from connectors.jira.sandbox.model import Filter, Project
from connectors.jira.sandbox.refusal import Refusal

CLOUD_ID = "11111111-2222-4333-8444-555555555555"
_SYSTEM = {
    "summary": ("Summary", "string", ""),
    "description": ("Description", "string", ""),
    "issuetype": ("Issue Type", "issuetype", ""),
    "project": ("Project", "project", ""),
    "status": ("Status", "status", ""),
    "priority": ("Priority", "priority", ""),
    "resolution": ("Resolution", "resolution", ""),
    "resolutiondate": ("Resolved", "datetime", ""),
    "labels": ("Labels", "array", "string"),
    "assignee": ("Assignee", "user", ""),
    "reporter": ("Reporter", "user", ""),
    "creator": ("Creator", "user", ""),
    "components": ("Components", "array", "component"),
    "duedate": ("Due date", "date", ""),
    "created": ("Created", "datetime", ""),
    "updated": ("Updated", "datetime", ""),
    "issuelinks": ("Linked Issues", "array", "issuelinks"),
    "comment": ("Comment", "comments-page", ""),
}
_CUSTOM = {
    "team": ("Team", "team", "com.atlassian.teams:rm-teams-custom-field-team"),
    "epic_link": ("Epic Link", "any", "com.pyxis.greenhopper.jira:gh-epic-link"),
    "epic_name": ("Epic Name", "string", "com.pyxis.greenhopper.jira:gh-epic-label"),
    "points_next_gen": ("Story point estimate", "number", "com.pyxis.greenhopper.jira:jsw-story-points"),
    "sprints": ("Sprint", "array", "com.pyxis.greenhopper.jira:gh-sprint"),
    "points": ("Story Points", "number", "com.atlassian.jira.plugin.system.customfieldtypes:float"),
}
_PERMISSIONS = (
    *("BROWSE_PROJECTS", "CREATE_ISSUES", "EDIT_ISSUES", "MOVE_ISSUES", "TRANSITION_ISSUES", "ASSIGN_ISSUES"),
    *("ASSIGNABLE_USER", "LINK_ISSUES", "SCHEDULE_ISSUES", "ADD_COMMENTS", "EDIT_OWN_COMMENTS", "DELETE_OWN_COMMENTS"),
)


def server_info(call: Call) -> Reply:
    """Tell which Jira this is; anybody may ask."""
    world = call.world
    cloud = {"version": "1001.0.0-SNAPSHOT", "versionNumbers": [1001, 0, 0], "deploymentType": "Cloud"}
    own = {"version": "10.3.24", "versionNumbers": [10, 3, 24], "deploymentType": "Server"}
    times = {"serverTime": call.show.time(world.clock.peek()), "buildDate": "2026-06-10T00:00:00.000+0000"}
    names = {"baseUrl": world.url, "serverTitle": "Acme", "buildNumber": 100_300, "scmInfo": "acme"}
    return Reply(200, {**names, **(own if world.data_center else cloud), **times})


def tenant_info(_: Call) -> Reply:
    """Tell the site's cloud id; anybody may ask."""
    return Reply(200, {"cloudId": CLOUD_ID})


def fields(call: Call) -> Reply:
    """List the fields, the custom ones under this site's own ids."""
    keys = not call.world.data_center
    system = [_field(name, *words, keys=keys) for name, words in _SYSTEM.items()]
    custom = [_custom_field(id_, *_CUSTOM[word], keys=keys) for word, id_ in call.world.custom.items()]
    return Reply(200, system + custom)


def project(call: Call) -> Reply:
    """Show a project with its issue types and components."""
    found = _project(call)
    shown = {
        **call.show.project(found),
        "description": "",
        "lead": call.show.account(found.lead),
        "components": _components(call, found),
        "issueTypes": [call.show.type(one) for one in call.world.types_of(found)],
    }
    style = {} if call.world.data_center else {"style": "next-gen" if found.next_gen else "classic"}
    return Reply(200, {**shown, **style})


def components(call: Call) -> Reply:
    """List a project's components."""
    return Reply(200, _components(call, _project(call)))


def saved_filter(call: Call) -> Reply:
    """Show a saved search to those with whom it is shared."""
    found = next((one for one in call.world.filters if one.id == call.path["filter"]), None)
    if found is None or not found.shared:
        raise Refusal(
            400,
            "The selected filter is not available to you, perhaps it has been deleted or had its permissions changed.",
        )
    return Reply(200, _filter(call, found))


def my_permissions(call: Call) -> Reply:
    """Tell what the service may do: all that it asks for."""
    wanted = list(_PERMISSIONS) if call.world.data_center else call.many("permissions")
    if not wanted or not set(wanted) <= set(_PERMISSIONS):
        raise Refusal(400, "The 'permissions' query parameter is missing or names one that is not there.")
    key = call.one("issueKey") or call.one("issueId")
    if key and call.world.issue(key) is None:
        raise Refusal(404, "Issue does not exist or you do not have permission to see it.")
    shown = {
        name: {
            "id": str(number),
            "key": name,
            "name": name.replace("_", " ").title(),
            "type": "PROJECT",
            "description": "",
        }
        | {"havePermission": True}
        for number, name in enumerate(wanted, start=10)
    }
    return Reply(200, {"permissions": shown})


def _project(call: Call) -> Project:
    found = call.world.project(call.path["project"])
    if found is None:
        raise Refusal(404, f"No project could be found with key '{call.path['project']}'.")
    return found


def _components(call: Call, project: Project) -> list[Any]:
    return [call.show.named("component", one) for one in project.components]


def _field(id_: str, name: str, kind: str, items: str, *, keys: bool) -> dict[str, Any]:
    schema = {"type": kind, "system": id_, **({"items": items} if items else {})}
    usual = {"custom": False, "orderable": True, "navigable": True, "searchable": True, "clauseNames": [id_]}
    return {"id": id_, **({"key": id_} if keys else {}), "name": name, **usual, "schema": schema}


def _custom_field(id_: str, name: str, kind: str, custom: str, *, keys: bool) -> dict[str, Any]:
    number = int(id_.removeprefix("customfield_"))
    schema = {"type": kind, "custom": custom, "customId": number, **({"items": "json"} if kind == "array" else {})}
    usual = {"custom": True, "orderable": True, "navigable": True, "searchable": True}
    clauses = {"clauseNames": [f"cf[{number}]", name]}
    return {"id": id_, **({"key": id_} if keys else {}), "name": name, **usual, **clauses, "schema": schema}


def _filter(call: Call, one: Filter) -> dict[str, Any]:
    return {
        "self": call.show.here(f"filter/{one.id}"),
        "id": one.id,
        "name": one.name,
        "owner": call.show.account(one.owner),
        "jql": one.jql,
        "viewUrl": f"{call.world.url}/issues/?filter={one.id}",
        "searchUrl": call.show.here("search"),
        "favourite": False,
        "sharePermissions": [{"id": 10_000, "type": "loggedin"}],
    }
