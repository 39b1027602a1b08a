"""Read the policy's words for incident.io: a schedule, and perhaps one of its rotations, by id."""

from pydantic import BaseModel, ConfigDict, Field

NAME = "incident_io"
TITLE = "incident.io"
_ID = "01G0J1EXE7AXZ2C93K61WBPYEH"


class IncidentIoSource(BaseModel):
    """Name the schedule whose people on call are the rota."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schedule: str = Field(min_length=1, description="The schedule's id.", examples=[_ID])
    rotation: str | None = Field(
        None, min_length=1, description="The id of one of its rotations; without it all count.", examples=[_ID]
    )
