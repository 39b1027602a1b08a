"""Find issues by a query, in its order."""

from collections.abc import Callable, Mapping
from typing import Any

from connectors.jira.sandbox.jql.fields import field_name
from connectors.jira.sandbox.jql.match import matches
from connectors.jira.sandbox.jql.query import Query
from connectors.jira.sandbox.model import Issue
from connectors.jira.sandbox.refusal import Refusal
from connectors.jira.sandbox.world import World

_BY: Mapping[str, Callable[[Issue], Any]] = {
    "key": lambda issue: (issue.project.key, int(issue.key.rpartition("-")[2])),
    "created": lambda issue: issue.created,
    "updated": lambda issue: issue.updated,
    "priority": lambda issue: -int(issue.priority.id),
    "summary": lambda issue: issue.summary,
}


def found(world: World, query: Query) -> list[Issue]:
    """Return the issues that fit, newest first unless the query says otherwise."""
    issues = [issue for issue in world.issues.values() if matches(world, issue, query)]
    for field, downwards in reversed(query.order or (("created", True),)):
        name = "key" if field in {"rank", "id"} else field_name(world, field)
        if name not in _BY:
            raise Refusal(400, f"Field '{field}' does not support sorting.")
        issues.sort(key=_BY[name], reverse=downwards)
    return issues
