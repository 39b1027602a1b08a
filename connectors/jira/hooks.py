"""Register Jira's webhook on Cloud, as an administrator; Data Center drops the query of one that comes by REST.

https://developer.atlassian.com/cloud/jira/platform/webhooks/
"""

from collections.abc import Sequence
from typing import Any

from app.core.errors import Denied
from app.core.policy import Policy
from app.ports.examiner import Diagnosis
from app.ports.registrar import Hook
from connectors._kit.diagnoses import leads_to_door, same_address, shown
from connectors.jira import diagnoses, surveys
from connectors.jira.dialect import Dialect
from connectors.jira.jql import any_of
from connectors.jira.words import EpicTarget

PATH = surveys.HOOKS[0]
SECTION = "issue-related-events-section"
EVENTS = (
    *diagnoses.EVENTS,
    "comment_deleted",
    "worklog_created",
    "worklog_updated",
    "worklog_deleted",
    "issuelink_created",
    "issuelink_deleted",
    "attachment_created",
    "attachment_deleted",
)
"""What a new webhook tells of; those that Jira does not know any more would be refused by name."""


class Hooks:
    """Know the site's webhooks."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    async def status(self, policy: Policy, door: str | None) -> tuple[Sequence[Hook], Sequence[Diagnosis]]:
        """Return the webhooks that lead to a door like ours, and what is wrong with them."""
        _ = policy
        hooks = await self._all()
        ours = [_hook(hook) for hook in hooks if leads_to_door(str(hook.get("url")), diagnoses.NAME)]
        link = f"{self._dialect.site.browse}/plugins/servlet/webhooks"
        return ours, tuple(diagnoses.webhooks(hooks, door, link))

    async def register(self, policy: Policy, door: str, secret: str, *, fresh: bool) -> Sequence[str]:
        """Make the webhook, or mend the one that is there."""
        if not self._dialect.site.cloud:
            raise Denied("Data Center drops the query of a webhook that is registered over REST")
        there = next((hook for hook in await self._all() if same_address(str(hook.get("url")), door)), None)
        wanted = {
            "name": "Followthrough",
            "url": door,
            "events": list(EVENTS),
            "filters": {SECTION: _query(policy)},
            "excludeBody": False,
            "enabled": True,
            "secret": secret,
        }
        if there is None:
            await self._dialect.client.call("POST", PATH, json=wanted, repeatable=False)
            return ["made the webhook"]
        if not fresh and not list(diagnoses.webhooks([there], door, "")) and _query_of(there) == _query(policy):
            return []
        mended = {**wanted, "events": list(dict.fromkeys([*there.get("events", ()), *EVENTS]))}
        number = str(there["self"]).rstrip("/").rpartition("/")[2]
        await self._dialect.client.call("PUT", f"{PATH}/{number}", json=mended)
        return ["mended the webhook"]

    def clicks(self, policy: Policy, door: str) -> Sequence[str]:
        """Return what an administrator clicks."""
        query = _query(policy)
        which = (
            f"JQL {query}, the watched projects and those of the epics" if query else "no JQL, all projects are watched"
        )
        return (
            "As a Jira administrator: cog wheel (Data Center: Administration), System, WebHooks, Create a WebHook.",
            f"Name Followthrough, status Enabled, URL {door}.",
            "Secret: the one in FOLLOWTHROUGH_JIRA_WEBHOOK_SECRETS; where none is, make up a long one and set it.",
            f"Issue related events: {which}; no label.",
            "Tick Issue and Comment: created, updated, deleted; Worklog, Issue link and Attachment: all. Create.",
            "No administrator, or Data Center before 10: an automation rule, see connectors/jira/README.md.",
        )

    async def _all(self) -> Sequence[dict[str, Any]]:
        found = await surveys.webhooks(self._dialect)
        if found is None:
            raise Denied("only a Jira administrator may see and register webhooks")
        return found


def _query(policy: Policy) -> str:
    """Return the query: the watched projects and those of the epics; nothing where all projects are watched."""
    watches = policy.watches(diagnoses.NAME)
    if not all(watch.projects for watch in watches):
        return ""
    epics = [EpicTarget.model_validate(route.epics["jira"]).parent for route in policy.routes if "jira" in route.epics]
    keys = [key for watch in watches for key in watch.projects] + [key.rpartition("-")[0] for key in epics]
    return any_of("project", dict.fromkeys(key.upper() for key in keys))


def _query_of(hook: dict[str, Any]) -> str:
    return str((hook.get("filters") or {}).get(SECTION) or "")


def _hook(hook: dict[str, Any]) -> Hook:
    on = bool(hook.get("enabled", hook.get("active", True)))
    about = f"{len(hook.get('events', ()))} events{f' of {_query_of(hook)}' if _query_of(hook) else ''}"
    return Hook(shown(str(hook["url"])), on, about)
