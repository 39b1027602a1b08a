"""Read the policy's words for Jira Service Management: a schedule, by its id."""

from pydantic import BaseModel, ConfigDict, Field

NAME = "jsm_ops"
TITLE = "Jira Service Management"


class JsmOpsSource(BaseModel):
    """Name the schedule whose people on call are the rota."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schedule: str = Field(
        min_length=1,
        description="The schedule's id; a team's is none.",
        examples=["5c1d0c2e-0000-4000-8000-000000000001"],
    )
