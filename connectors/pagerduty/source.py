"""Read the policy's words for PagerDuty: a schedule, an escalation policy or a service, by its id."""

from pydantic import BaseModel, ConfigDict, Field, model_validator

NAME = "pagerduty"
TITLE = "PagerDuty"


class PagerDutySource(BaseModel):
    """Name the schedule, the escalation policy or the service whose people on call are the rota."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schedule: str | None = Field(None, min_length=1, description="The schedule's id.", examples=["PI7DH85"])
    escalation_policy: str | None = Field(
        None, min_length=1, description="The escalation policy's id.", examples=["PT20YPA"]
    )
    service: str | None = Field(
        None, min_length=1, description="The service's id; its escalation policy counts.", examples=["PIJ90N7"]
    )

    @model_validator(mode="after")
    def _one_of_them(self) -> "PagerDutySource":
        if sum(given is not None for given in (self.schedule, self.escalation_policy, self.service)) != 1:
            raise ValueError("name exactly one of schedule, escalation_policy and service")
        return self
