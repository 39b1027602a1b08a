"""Read the policy's words for Linear: a board, an epic, and a team's triage duty."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

NAME = "linear"


class BoardTarget(BaseModel):
    """Name a team's board, and how an item enters it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    team: str = Field(min_length=1, description="The team's key, such as OPS.")
    state: str | None = Field(None, min_length=1, description="The state an item enters with, by its name.")
    cycle: Literal["active"] | None = Field(None, description="active: the item enters the team's running cycle.")

    def mark(self) -> str:
        """Return a fingerprint of what is asked of an item that enters."""
        return "|".join((self.team, self.state or "", self.cycle or "")).casefold()


class EpicTarget(BaseModel):
    """Name an epic: a project, whose lead is the owner, or a parent issue, whose assignee is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    project: str | None = Field(None, min_length=1, description="The project's name or id.")
    parent: str | None = Field(None, min_length=1, description="The parent issue's key, such as ENG-12, or its id.")

    @model_validator(mode="after")
    def _one_of_them(self) -> "EpicTarget":
        if (self.project is None) == (self.parent is None):
            raise ValueError("name either a project or a parent")
        return self

    @property
    def kind(self) -> str:
        """Return which kind of epic is named."""
        return "project" if self.project else "parent"

    @property
    def name(self) -> str:
        """Return the epic's name, key or id as the policy has it."""
        return self.project or self.parent or ""


class OnCallTarget(BaseModel):
    """Name the team whose triage duty is the rota."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    team: str = Field(min_length=1, description="The team's key, such as OPS.")
