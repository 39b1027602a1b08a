"""Read PagerDuty's answers, as little of them as is needed.

https://developer.pagerduty.com/api-reference/3a6b910f11050-list-all-of-the-on-calls
"""

from pydantic import BaseModel


class Ref(BaseModel):
    """Name a thing by its id."""

    id: str


class Named(Ref):
    """Name a thing by its id and for people."""

    name: str = ""


class Schedules(BaseModel):
    """Hold a page of schedules."""

    schedules: list[Named]


class User(BaseModel):
    """Describe a user; a bare reference has no e-mail, and its name only as `summary`."""

    id: str
    name: str | None = None
    summary: str | None = None
    email: str | None = None


class Turn(BaseModel):
    """Say who is on call at which level; one person has many of these."""

    user: User
    escalation_level: int = 1


class Turns(BaseModel):
    """Hold a page of turns."""

    oncalls: list[Turn]
    more: bool = False


class UserAnswer(BaseModel):
    """Hold one user."""

    user: User


class Service(BaseModel):
    """Hold what a service escalates by."""

    escalation_policy: Ref


class ServiceAnswer(BaseModel):
    """Hold one service."""

    service: Service
