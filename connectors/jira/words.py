"""Read the policy's words for Jira: a board and what puts an item on it, an epic."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PositiveInt

KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*-[0-9]{1,18}")
NOT_BY_VALUE = {
    "labels": "name labels under set: labels",
    "components": "name components under set: components",
    "assignee": "the rota assigns",
    "duedate": "classes.operational.due sets due dates",
    "parent": "routes.strategic names the epic",
    "status": "Jira changes a status only by a transition",
    "project": "Jira moves no issue to another project by an edit",
}


def _label(name: str) -> str:
    if not name or any(letter.isspace() for letter in name):
        raise ValueError("a label in Jira has no spaces")
    return name


def _key(key: str) -> str:
    if not KEY.fullmatch(key):
        raise ValueError("an issue's key looks like PLAT-7")
    return key


def _field_values(values: dict[str, Any]) -> dict[str, Any]:
    for name in values:
        if name in NOT_BY_VALUE:
            raise ValueError(f"{name} cannot be set by value: {NOT_BY_VALUE[name]}")
    return values


class Settings(BaseModel):
    """Hold what puts an item on a board: the fields that the board's filter reads."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    labels: tuple[Annotated[str, AfterValidator(_label)], ...] = Field((), description="Labels to add.")
    components: tuple[str, ...] = Field((), description="Components to add, by name.")
    team: str | None = Field(None, description="The team to set, by its id (a UUID on Cloud).")
    field: Annotated[dict[str, Any], AfterValidator(_field_values)] = Field(
        default_factory=dict, description="Other fields to set, by id, as Jira's API takes them."
    )


class BoardTarget(BaseModel):
    """Name a board by its number, and what to set so that its filter finds the item."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    board: PositiveInt = Field(description="The board's number, as in its address: …/boards/42.")
    set: Settings = Field(default_factory=Settings, description="What the board's filter reads.")


class EpicTarget(BaseModel):
    """Name an epic by its key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    parent: Annotated[str, AfterValidator(_key)] = Field(description="The epic's key; its assignee is the owner.")
