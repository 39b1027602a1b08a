"""Ask Jira Service Management who is on call in a schedule of its operations; Compass has the same API.

https://developer.atlassian.com/cloud/jira/service-desk-ops/rest/v2/api-group-schedule-on-calls/
"""

import base64
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, Field

from app.core.policy import Target
from app.ports import Caller
from app.ports.surveyor import Offer
from connectors._kit.answers import read, refusals
from connectors._kit.http import Http
from connectors.jsm_ops.settings import API_URL, JIRA, JsmOpsSettings
from connectors.jsm_ops.source import NAME, TITLE, JsmOpsSource

SITES = (".atlassian.net", ".jira.com")
SYSTEM = "jira"
"""Whose ids the answer holds: Atlassian accounts, to which Jira's issues can be assigned as they are."""

_asked = refusals(
    TITLE,
    {
        401: f"see {JIRA}EMAIL and _API_TOKEN; a scoped token needs read:ops-config:jira-service-management",
        402: "the site's plan has no on-call schedules",
        403: "the account must be an admin, in the schedule's team or in its rotation; an app's account may not",
        404: "the policy needs the id of a schedule",
    },
)
_asked_for_id = refusals(f"{JIRA}BASE_URL", {404: f"is it a site of Jira Cloud? Else set {JIRA}CLOUD_ID"})


class OnCallUsers(BaseModel):
    """Hold the account ids of those on call."""

    ids: list[str] = Field(alias="onCallUsers")


class Tenant(BaseModel):
    """Hold a site's id."""

    id: str = Field(alias="cloudId", min_length=1)


class Named(BaseModel):
    """Name a schedule by its id and for people."""

    id: str
    name: str = ""


class Schedules(BaseModel):
    """Hold a page of schedules."""

    values: list[Named] = []


class JsmOps:
    """Tell who is on call by a schedule."""

    def __init__(self, settings: JsmOpsSettings) -> None:
        self._settings, self._cloud_id = settings, settings.cloud_id

    async def who(self, settings: Target, at: datetime) -> Sequence[Caller]:
        """Return who is on call at that time, each by account id, in the answer's order; empty: nobody.

        The answer has neither names nor e-mails, and Jira needs neither. Raise Transient, Denied or NotFound.
        """
        cloud = self._cloud_id = self._cloud_id or await self._tenant()
        schedule = quote(JsmOpsSource.model_validate(settings).schedule, safe="")
        query = {"flat": "true", "date": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
        async with aclosing(self._connect()) as http:
            answer = await http.call(
                "GET", f"/api/{quote(cloud, safe='')}/v1/schedules/{schedule}/on-calls", params=query
            )
        return [Caller(id_, None, {SYSTEM: id_}) for id_ in dict.fromkeys(read(OnCallUsers, answer.body, TITLE).ids)]

    async def offers(self) -> Sequence[Offer]:
        """Return the first schedules that the account may see; raise Transient, Denied or NotFound.

        A site that is not Atlassian's has none at Atlassian's API, and is not told of there.
        """
        host = urlsplit(self._settings.base_url).hostname or SITES[0]
        if self._settings.api_url == API_URL and not host.endswith(SITES):
            return []
        cloud = self._cloud_id = self._cloud_id or await self._tenant()
        async with aclosing(self._connect()) as http:
            answer = await http.call("GET", f"/api/{quote(cloud, safe='')}/v1/schedules", params={"size": 25})
        schedules = read(Schedules, answer.body, TITLE).values
        return [Offer({"source": NAME, "schedule": one.id}, f"{TITLE}'s schedule {one.name}") for one in schedules]

    def _connect(self) -> Http:
        """Connect for one question: a connection would not outlive the pause until the next."""
        return Http(self._settings.api_url, self._headers(), title=TITLE, read_error=_asked, timeout=10, attempts=2)

    async def _tenant(self) -> str:
        """Ask the site for its id, which it tells to everybody and never changes."""
        http = Http(
            self._settings.base_url.rstrip("/"), {}, title=TITLE, read_error=_asked_for_id, timeout=10, attempts=2
        )
        async with aclosing(http):
            return read(Tenant, (await http.call("GET", "/_edge/tenant_info")).body, TITLE).id

    def _headers(self) -> Mapping[str, str]:
        account = f"{self._settings.email}:{self._settings.api_token.get_secret_value()}"
        return {
            "authorization": f"Basic {base64.b64encode(account.encode()).decode()}",
            "accept": "application/json",
        }
