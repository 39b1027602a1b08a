"""Find out at which address a token is taken: the token's text does not tell which kind it is.

https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/
"""

from urllib.parse import urlsplit

from app.core.errors import FollowthroughError, Transient
from connectors.jira.client import CLOUD, Client
from connectors.jira.settings import GATEWAY, JiraSettings

SITES = (".atlassian.net", ".jira.com")


async def taken_at_gateway(settings: JiraSettings) -> str | None:
    """Return the site's cloud id if the gateway takes the token that the site's own address refuses.

    A token is shown to the gateway only if the site is Atlassian's, or the settings name another gateway.
    """
    host = urlsplit(settings.base_url).hostname or ""
    if settings.cloud_id or not settings.email or not (host.endswith(SITES) or settings.gateway_url != GATEWAY):
        return None
    try:
        cloud_id = await _cloud_id(settings)
        return cloud_id if await _taken(settings.model_copy(update={"cloud_id": cloud_id})) else None
    except FollowthroughError:
        return None


async def taken_at_site(settings: JiraSettings) -> bool:
    """Tell whether the site's own address takes the token that the gateway refuses."""
    if not settings.cloud_id or not settings.base_url:
        return False
    return await _taken(settings.model_copy(update={"cloud_id": ""}))


async def _cloud_id(settings: JiraSettings) -> str:
    client = Client(settings)
    try:
        found = await client.call("GET", "/_edge/tenant_info")
    finally:
        await client.aclose()
    if not isinstance(found, dict) or not found.get("cloudId"):
        raise Transient("Jira did not say its cloud id")
    return str(found["cloudId"])


async def _taken(settings: JiraSettings) -> bool:
    client = Client(settings)
    try:
        await client.call("GET", f"{CLOUD}/myself")
    except FollowthroughError:
        return False
    finally:
        await client.aclose()
    return True
