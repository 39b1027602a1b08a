"""Ask incident.io who is on call.

https://api-docs.incident.io/tag/Schedules-V2 — a schedule shows its current shifts, of all rotations and layers.
"""

from collections.abc import Sequence
from contextlib import aclosing
from datetime import datetime
from urllib.parse import quote

from pydantic import BaseModel

from app.core.policy import Target
from app.ports import Caller
from app.ports.surveyor import Offer
from connectors._kit.answers import read, refusals
from connectors._kit.http import Http
from connectors.incident_io.settings import PREFIX, IncidentIoSettings
from connectors.incident_io.source import NAME, TITLE, IncidentIoSource

_read_error = refusals(
    TITLE,
    {
        401: f"is {PREFIX}TOKEN right?",
        402: "the account's plan has no on-call schedules",
        403: "the API key must be allowed to view schedules",
        404: "the policy needs the id of a schedule",
    },
)


class User(BaseModel):
    """Describe a user; e-mail and Slack id may be absent."""

    id: str
    name: str
    email: str | None = None
    slack_user_id: str | None = None

    def caller(self) -> Caller:
        """Return them in the port's words."""
        ids = {NAME: self.id, **({"slack": self.slack_user_id} if self.slack_user_id else {})}
        return Caller(self.name or self.id, self.email or None, ids)


class Shift(BaseModel):
    """Say who has a shift of which rotation; without a user it is a gap."""

    user: User | None = None
    rotation_id: str | None = None


class Schedule(BaseModel):
    """Hold the shifts that go on now."""

    current_shifts: list[Shift] = []


class ScheduleAnswer(BaseModel):
    """Hold one schedule."""

    schedule: Schedule


class Named(BaseModel):
    """Name a schedule by its id and for people."""

    id: str
    name: str = ""


class Schedules(BaseModel):
    """Hold a page of schedules."""

    schedules: list[Named]


class IncidentIo:
    """Tell who is on call by a schedule."""

    def __init__(self, settings: IncidentIoSettings) -> None:
        self._settings = settings

    async def who(self, settings: Target, at: datetime) -> Sequence[Caller]:  # noqa: ARG002  a schedule shows the shifts of now
        """Return who is on call now, each once, in the schedule's order; empty: nobody.

        Raise Transient, Denied or NotFound.
        """
        source = IncidentIoSource.model_validate(settings)
        async with aclosing(self._connect()) as http:
            answer = await http.call("GET", f"/v2/schedules/{quote(source.schedule, safe='')}")
        shifts = read(ScheduleAnswer, answer.body, TITLE).schedule.current_shifts
        users = [shift.user for shift in shifts if shift.user and source.rotation in {None, shift.rotation_id}]
        return list({user.id: user.caller() for user in users}.values())

    async def offers(self) -> Sequence[Offer]:
        """Return the first schedules in the list's order; raise Transient, Denied or NotFound."""
        async with aclosing(self._connect()) as http:
            answer = await http.call("GET", "/v2/schedules", params={"page_size": 25})
        schedules = read(Schedules, answer.body, TITLE).schedules
        return [Offer({"source": NAME, "schedule": one.id}, f"{TITLE}'s schedule {one.name}") for one in schedules]

    def _connect(self) -> Http:
        """Connect for one question: a connection would not outlive the pause until the next."""
        headers = {"authorization": f"Bearer {self._settings.token.get_secret_value()}", "accept": "application/json"}
        return Http(self._settings.api_url, headers, title=TITLE, read_error=_read_error, timeout=10, attempts=2)
