"""Call Jira, and learn once which Jira it is, who we are and which custom fields it has."""

import base64
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.core.errors import NotFound, Transient
from app.ports.spending import Spending
from connectors._kit.http import Http
from connectors._kit.kept import Kept
from connectors.jira.errors import read_error
from connectors.jira.fields import FieldIds, find_fields
from connectors.jira.persons import ids_in
from connectors.jira.settings import JiraSettings

CLOUD, DATA_CENTER = "/rest/api/3", "/rest/api/2"
DAY = 86_400.0
A_MOMENT = 5.0
ALLOWANCES = {"requests": "x-ratelimit"}
"""Kind and headers, https://developer.atlassian.com/cloud/jira/platform/rate-limiting/."""
WRITES = 25.0
"""Edits in a second that nobody waits for: Cloud takes 50, from all who share the site. See there."""


@dataclass(frozen=True, slots=True)
class Site:
    """Hold what is known of a Jira: `api` is where its platform calls start, `browse` where people open tickets."""

    cloud: bool
    api: str
    browse: str
    account: str
    me: frozenset[str]
    fields: FieldIds


class Client:
    """Call one Jira with one account's credentials. `clock` counts seconds, as `time.monotonic`."""

    def __init__(self, settings: JiraSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self.settings = settings
        self._http = Http(
            settings.api_base,
            _headers(settings),
            title="Jira",
            read_error=read_error,
            allowances=ALLOWANCES,
            filling=filling,
            writes_a_second=WRITES,
            setting="FOLLOWTHROUGH_JIRA_GATEWAY_URL" if settings.cloud_id else "FOLLOWTHROUGH_JIRA_BASE_URL",
        )
        self._site = Kept[Site](DAY, clock)
        self._alive = Kept[Any](A_MOMENT, clock)

    async def call(self, method: str, path: str, *, repeatable: bool = True, holds: str = "", **request: Any) -> Any:
        """Make one call and return its parsed body; the errors are those of `Http.call`, and Refused.

        What is repeatable and no PUT asks for something: an empty answer is a proxy's then, not Jira's, and so is one
        that lacks what it `holds`.
        """
        answer = await self._http.call(method, path, repeatable=repeatable, **request)
        if repeatable and method != "PUT" and answer.body in (None, {}):
            raise Transient(f"Jira answered {answer.status} with nothing")
        if holds and (not isinstance(answer.body, dict) or answer.body.get(holds) is None):
            raise Transient(f"Jira answered {answer.status} without {holds}")
        return answer.body

    async def site(self) -> Site:
        """Return what is known of this Jira; asked for once a day."""
        return await self._site.get("site", self._discover)

    async def verify(self) -> None:
        """Raise Denied unless Jira knows us: a token that ran out can make issues look absent instead."""
        site = await self.site()
        await self._alive.get("alive", lambda: self._myself(site.api))

    async def server_info(self) -> dict[str, Any]:
        """Return Jira's word about itself; Data Center from version 2 of the API, the only one it has."""
        cloud = self.settings.deployment == "cloud" or bool(self.settings.cloud_id or self.settings.email)
        likely = (CLOUD, DATA_CENTER) if cloud and self.settings.deployment != "data_center" else (DATA_CENTER, CLOUD)
        try:
            found = await self.call("GET", f"{likely[0]}/serverInfo")
        except NotFound:
            found = await self.call("GET", f"{likely[1]}/serverInfo")
        if not isinstance(found, dict) or not found.get("baseUrl"):
            raise Transient("Jira did not say what it is")
        return found

    @property
    def skew(self) -> float | None:
        """Return by how many seconds our clock is ahead of Jira's; None: not known yet."""
        return self._http.skew

    def spending(self) -> Spending:
        """Return what was spent on calls."""
        return self._http.ledger.spending()

    async def aclose(self) -> None:
        """Give connections back."""
        await self._http.aclose()

    async def _discover(self) -> Site:
        settings, info = self.settings, {}
        if settings.deployment == "auto" or not settings.browse_base:
            info = await self.server_info()
        said = str(info.get("deploymentType", "")).casefold() == "cloud"
        cloud = said if settings.deployment == "auto" else settings.deployment == "cloud"
        api = CLOUD if cloud else DATA_CENTER
        me = await self._myself(api)
        listed = await self.call("GET", f"{api}/field")
        if not listed or not isinstance(listed, list):
            raise Transient("Jira did not say which fields it has")
        return Site(
            cloud=cloud,
            api=api,
            browse=settings.browse_base or str(info.get("baseUrl", "")).rstrip("/"),
            account=str(me.get("displayName") or ids_in(me)[0]),
            me=frozenset(ids_in(me)),
            fields=find_fields(listed),
        )

    async def _myself(self, api: str) -> dict[str, Any]:
        found = await self.call("GET", f"{api}/myself")
        if not ids_in(found):
            raise Transient("Jira did not say who we are")
        return dict(found)


def filling(headers: Mapping[str, str], limit: float) -> float:
    """Return how many requests come back in a second: Data Center says so, Cloud's bursts are by the second.

    https://confluence.atlassian.com/adminjiraserver/improving-instance-stability-with-rate-limiting-983794911.html
    """
    try:
        return float(headers["x-ratelimit-fillrate"]) / float(headers["x-ratelimit-interval-seconds"])
    except (KeyError, ValueError, ZeroDivisionError):
        return limit


def _headers(settings: JiraSettings) -> dict[str, str]:
    """Return the headers of every call: the credentials unprompted, for Jira asks nobody to log in.

    https://developer.atlassian.com/cloud/jira/platform/basic-auth-for-rest-apis/
    """
    token, pat = settings.api_token.get_secret_value(), settings.pat.get_secret_value()
    basic = base64.b64encode(f"{settings.email}:{token}".encode()).decode()
    return {
        "Authorization": f"Basic {basic}" if token else f"Bearer {pat}",
        "Accept": "application/json",
        "User-Agent": "followthrough",
        "X-Atlassian-Token": "no-check",
    }
