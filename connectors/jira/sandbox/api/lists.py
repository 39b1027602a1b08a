"""List what stands on the site: projects, boards, labels, priorities, and an administrator's webhooks.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-projects/
"""

from collections.abc import Sequence
from typing import Any

from connectors.jira.sandbox.api.call import Call, Reply
from connectors.jira.sandbox.refusal import Refusal


def projects(call: Call) -> Reply:
    """List the projects: a page of them on Cloud, all on Data Center."""
    shown = [call.show.project(one) for one in sorted(call.world.projects, key=lambda one: one.key)]
    return Reply(200, shown) if call.world.data_center else _page(call, shown)


def boards(call: Call) -> Reply:
    """List the boards whose filter is shared."""
    seen = [one for one in call.world.boards if one.filter.shared]
    here = f"{call.world.url}/rest/agile/1.0/board"
    return _page(call, [{"id": one.id, "self": f"{here}/{one.id}", "name": one.name, "type": one.kind} for one in seen])


def labels(call: Call) -> Reply:
    """List the labels that any issue has."""
    return _page(call, sorted({label for one in call.world.issues.values() for label in one.labels}))


def priorities(call: Call) -> Reply:
    """List the priorities."""
    return Reply(200, [call.show.named("priority", one) for one in call.world.priorities])


def webhooks(call: Call) -> Reply:
    """List the webhooks, for an administrator."""
    if call.world.hooks is None:
        raise Refusal(403, "You do not have permission to perform this operation.")
    return Reply(200, list(call.world.hooks))


def _page(call: Call, found: Sequence[Any]) -> Reply:
    start, most = call.number("startAt", 0), call.number("maxResults", 50)
    page = list(found[start : start + most])
    last = start + most >= len(found)
    return Reply(200, {"maxResults": most, "startAt": start, "total": len(found), "isLast": last, "values": page})
