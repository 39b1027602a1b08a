"""Find the custom fields that matter: their ids differ from site to site and their names are translated.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-fields/
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

TEAM = "com.atlassian.teams:rm-teams-custom-field-team"
EPIC_LINK = "com.pyxis.greenhopper.jira:gh-epic-link"
EPIC_NAME = "com.pyxis.greenhopper.jira:gh-epic-label"
SPRINT = "com.pyxis.greenhopper.jira:gh-sprint"
POINTS = "com.pyxis.greenhopper.jira:jsw-story-points"
NUMBER = "com.atlassian.jira.plugin.system.customfieldtypes:float"
POINTS_NAME = "story points"
"""Company-managed projects and Data Center keep story points in a plain number field that Jira made under this name."""
SYSTEM = (
    "summary", "description", "issuetype", "project", "status", "resolution", "labels", "components", "assignee",
    "reporter", "creator", "priority", "duedate", "created", "updated", "parent", "issuelinks", "comment",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldIds:
    """Hold the ids of a site's custom fields, None where it has no such field. `points` may be several."""

    team: str | None = None
    epic_link: str | None = None
    epic_name: str | None = None
    sprint: str | None = None
    points: tuple[str, ...] = ()

    def to_read(self, more: Iterable[str] = ()) -> list[str]:
        """Return the names of all fields that a snapshot is made of, and of `more`."""
        own = (self.team, self.epic_link, self.epic_name, self.sprint, *self.points)
        return list(dict.fromkeys([*SYSTEM, *(name for name in own if name), *more]))


def find_fields(listed: Iterable[Any]) -> FieldIds:
    """Read the answer of `GET /field`."""
    fields = [field for field in listed if isinstance(field, dict)]
    return FieldIds(
        team=_first(fields, TEAM),
        epic_link=_first(fields, EPIC_LINK),
        epic_name=_first(fields, EPIC_NAME),
        sprint=_first(fields, SPRINT),
        points=tuple(str(field["id"]) for field in fields if _holds_points(field)),
    )


def _first(fields: Iterable[Mapping[str, Any]], custom: str) -> str | None:
    return next((str(field["id"]) for field in fields if _custom(field) == custom), None)


def _holds_points(field: Mapping[str, Any]) -> bool:
    names = (field.get("untranslatedName"), field.get("name"))
    return _custom(field) == POINTS or (
        _custom(field) == NUMBER and any(isinstance(name, str) and name.casefold() == POINTS_NAME for name in names)
    )


def _custom(field: Mapping[str, Any]) -> Any:
    schema = field.get("schema")
    return schema.get("custom") if isinstance(schema, dict) else None
