"""Policies and connectors for tests of the policy's reader: two made-up trackers and real rotas."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.core.errors import Misconfigured
from app.core.policy import Policy
from app.policy_file import parse_policy
from app.ports import Manifest
from connectors.ical import MANIFEST as ICAL
from connectors.jsm_ops import MANIFEST as JSM_OPS
from connectors.pagerduty import MANIFEST as PAGERDUTY
from connectors.static import MANIFEST as STATIC

MINIMAL = "version: 1\nwatch: [{tracker: linear, label: pm}]\n"
"""The two lines that every policy needs; what tests add begins in line 3."""


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LinearBoard(_Words):
    """Name a team, and a state and a cycle."""

    team: str
    state: str | None = None
    cycle: str | None = None


class LinearEpic(_Words):
    """Name a project or a parent."""

    project: str | None = None
    parent: str | None = None

    @model_validator(mode="after")
    def _one(self) -> "LinearEpic":
        if (self.project is None) == (self.parent is None):
            raise ValueError("write exactly one of project and parent")
        return self


class LinearSource(_Words):
    """Name a team."""

    team: str


class JiraBoard(_Words):
    """Name a board, and what puts an item there."""

    board: int
    values: dict[str, Any] = Field({}, alias="set")


class JiraEpic(_Words):
    """Name an epic."""

    parent: str


def _no_tracker(_settings: Any, _policy: Policy) -> Any:
    raise NotImplementedError


MANIFESTS: Mapping[str, Manifest] = {
    "linear": Manifest(
        name="linear",
        title="Linear",
        settings=_Words,
        tracker=_no_tracker,
        board=LinearBoard,
        epic=LinearEpic,
        source=LinearSource,
    ),
    "jira": Manifest(name="jira", title="Jira", settings=_Words, tracker=_no_tracker, board=JiraBoard, epic=JiraEpic),
    "static": STATIC,
    "pagerduty": PAGERDUTY,
    "jsm_ops": JSM_OPS,
    "ical": ICAL,
}


def parse(text: str) -> Policy:
    """Read a policy with the made-up connectors."""
    return parse_policy(text, "f.yaml", MANIFESTS)


def refusal(text: str) -> tuple[str, ...]:
    """Return the lines with which a policy is refused."""
    with pytest.raises(Misconfigured) as caught:
        parse(text)
    return caught.value.lines
