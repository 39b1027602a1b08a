"""List what stands on a site, for whoever sets us up; nothing that runs by itself asks for it.

What our account may not list is told as nothing: these lists only help to find the right name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.core.errors import NotFound, Permanent
from connectors.jira.dialect import Dialect

MOST, PAGE = 1_000, 50
"""How many of a kind are listed, and how many at a time."""
HOOKS = ("/rest/webhooks/1.0/webhook", "/rest/jira-webhook/1.0/webhooks")
"""Where webhooks are listed: Data Center moved them with version 10."""


@dataclass(frozen=True, slots=True)
class Project:
    """Name a project; `simplified` are team-managed ones."""

    key: str
    name: str
    simplified: bool = False


async def projects(dialect: Dialect) -> Sequence[Project]:
    """Return the projects that we can see."""
    own = f"{dialect.api}/project"
    listed = await _pages(dialect, f"{own}/search") if dialect.site.cloud else await _whole(dialect, own)
    return [Project(each["key"], each["name"], bool(each.get("simplified"))) for each in listed]


async def boards(dialect: Dialect) -> dict[int, str]:
    """Return the boards that we can see, by number."""
    return {int(each["id"]): str(each["name"]) for each in await _pages(dialect, "/rest/agile/1.0/board")}


async def labels(dialect: Dialect) -> Sequence[str] | None:
    """Return the labels that issues have; None: this Jira does not list them."""
    if not dialect.site.cloud:
        return None
    found = await _pages(dialect, f"{dialect.api}/label")
    return found or None


async def priorities(dialect: Dialect) -> Sequence[str]:
    """Return the names of the priorities."""
    return [str(each["name"]) for each in await _whole(dialect, f"{dialect.api}/priority")]


async def webhooks(dialect: Dialect) -> Sequence[dict[str, Any]] | None:
    """Return the site's webhooks; None: only an administrator may see them.

    https://developer.atlassian.com/cloud/jira/platform/webhooks/
    """
    for path in HOOKS if dialect.site.cloud else reversed(HOOKS):
        try:
            found = await dialect.client.call("GET", path)
        except NotFound:
            continue
        except Permanent:
            return None
        return [hook for hook in found if isinstance(hook, dict)] if isinstance(found, list) else None
    return None


async def _whole(dialect: Dialect, path: str) -> list[Any]:
    try:
        found = await dialect.client.call("GET", path)
    except Permanent:
        await dialect.client.verify()
        return []
    return found if isinstance(found, list) else []


async def _pages(dialect: Dialect, path: str) -> list[Any]:
    found: list[Any] = []
    try:
        while len(found) < MOST:
            page = await dialect.client.call("GET", path, params={"startAt": len(found), "maxResults": PAGE})
            found += page["values"]
            if page.get("isLast", True) or not page["values"]:
                break
    except Permanent:
        await dialect.client.verify()
    return found
