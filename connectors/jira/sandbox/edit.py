"""Read the body of an edit: `fields`, `update` and what goes with them.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-put
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.jira.sandbox.model import Issue, LinkType, Rich
from connectors.jira.sandbox.refusal import Refusal, bad_payload
from connectors.jira.sandbox.values import READERS, Invalid, Place, component, label, rich
from connectors.jira.sandbox.world import World

_BODY = frozenset({"fields", "update", "properties", "historyMetadata", "transition"})
_ATTRIBUTES = {"duedate": "due"} | {
    name: name for name in ("summary", "description", "labels", "components", "assignee", "priority", "parent")
}
_LEFT_ALONE = frozenset({"status", "project", "issuetype"})
"""An edit may name these, and nothing comes of it: a status is changed by a transition."""


@dataclass(frozen=True, slots=True)
class End:
    """Hold the other end of a link that is asked for; `outward`: it is where the link leads."""

    type: LinkType
    issue: Issue
    outward: bool


@dataclass(slots=True)
class Edit:
    """Hold what a request asks for; `values` are by the issue's attributes."""

    values: dict[str, Any] = field(default_factory=dict)
    comments: list[Rich] = field(default_factory=list)
    links: list[End] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)


def read(world: World, place: Place, body: Any, issue: Issue | None = None) -> Edit:
    """Read an edit of an issue, None: of one that is about to be made. Raise Refusal with every wrong field named."""
    fields, update = _parts(body)
    reading = _Reading(world, place, issue, Edit(properties=read_properties(body.get("properties") or [])))
    errors = dict[str, str]()
    for name in [*fields, *(name for name in update if name not in fields)]:
        try:
            reading.field(name, fields, update)
        except Invalid as error:
            errors[error.field or name] = str(error)
    if errors:
        raise Refusal(400, errors=errors)
    return reading.edit


def read_properties(given: Any) -> dict[str, Any]:
    """Read entity properties: a list of keys with values."""
    if not isinstance(given, list) or not all(isinstance(one, dict) and set(one) == {"key", "value"} for one in given):
        raise bad_payload()
    return {str(one["key"]): one["value"] for one in given}


def link_type(world: World, given: Any) -> LinkType | None:
    """Find a type of links by id or name."""
    wanted = set(given.values()) if isinstance(given, dict) else set()
    return next((one for one in world.link_types if {one.id, one.name} & wanted), None)


def named_issue(world: World, given: Any) -> Issue | None:
    """Find an issue that a request names as `{"key": …}` or `{"id": …}`."""
    reference = (given.get("key") or given.get("id")) if isinstance(given, dict) else None
    return world.issue(reference) if isinstance(reference, str) else None


def _parts(body: Any) -> tuple[Mapping[str, Any], Mapping[str, list[Mapping[str, Any]]]]:
    if not isinstance(body, dict) or not set(body) <= _BODY:
        raise bad_payload()
    fields, update = body.get("fields") or {}, body.get("update") or {}
    if not isinstance(fields, dict) or not isinstance(update, dict):
        raise bad_payload()
    for operations in update.values():
        if not isinstance(operations, list) or not all(isinstance(one, dict) and len(one) == 1 for one in operations):
            raise bad_payload()
    return fields, update


@dataclass(frozen=True, slots=True)
class _Reading:
    """Gather an edit field by field; methods raise Invalid."""

    world: World
    place: Place
    issue: Issue | None
    edit: Edit

    def field(self, name: str, fields: Mapping[str, Any], update: Mapping[str, list[Mapping[str, Any]]]) -> None:
        """Read what is asked for a field, in one way or the other but not in both."""
        if name in fields and name in update:
            raise Invalid(f"Field '{name}' cannot appear in both 'fields' and 'update'.")
        if name in update:
            self.update(name, update[name])
        elif name not in _LEFT_ALONE:
            self.set(name, fields[name])

    def set(self, name: str, value: Any) -> None:
        """Read a field's whole new value."""
        attribute = self._attribute(name)
        read = READERS["epic_link" if name == self.world.custom["epic_link"] else attribute]
        self.edit.values[attribute] = read(self.world, self.place, value)

    def update(self, name: str, operations: list[Mapping[str, Any]]) -> None:
        """Read what shall be added to a field, taken from it, or set."""
        for operation in operations:
            verb, value = next(iter(operation.items()))
            if verb == "set":
                self.set(name, value)
            elif (name, verb) == ("comment", "add"):
                self.edit.comments.append(self._comment(value))
            elif (name, verb) == ("issuelinks", "add"):
                self.edit.links.append(self._link(value))
            elif name in {"labels", "components"} and verb in {"add", "remove"}:
                self._collect(name, verb, value)
            else:
                raise Invalid(f"Field '{name}' does not support operation '{verb}'.")

    def _attribute(self, name: str) -> str:
        """Return the attribute behind a field that can be set here."""
        custom = {id_: word for word, id_ in self.world.custom.items()}.get(name)
        attribute = _ATTRIBUTES.get(name) or (custom and self._custom(custom))
        if not attribute or (self.world.data_center and name == "parent" and self.place.type.level >= 0):
            raise Invalid(f"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown.")
        return attribute

    def _custom(self, word: str) -> str | None:
        """Return the attribute behind a custom field: epics are linked by one on Data Center alone."""
        points = "points_next_gen" if self.place.project.next_gen else "points"
        if word in {"epic_link", "epic_name"}:
            return "parent" if self.world.data_center and word == "epic_link" else None
        if word.startswith("points"):
            return "points" if word == points else None
        return word

    def _collect(self, name: str, verb: str, value: Any) -> None:
        entry = label(value) if name == "labels" else component(self.world, self.place, value)
        now = self.edit.values.get(name, getattr(self.issue, name) if self.issue else ())
        rest = tuple(one for one in now if one != entry)
        if verb == "remove":
            self.edit.values[name] = rest
        elif entry not in now:
            self.edit.values[name] = (*now, entry)

    def _comment(self, value: Any) -> Rich:
        if not isinstance(value, dict) or not set(value) <= {"body", "properties", "visibility"}:
            raise Invalid("Operation value must be a comment.")
        try:
            return rich(self.world, value.get("body"))
        except Invalid as error:
            raise Invalid("Comment body is not valid!") from error

    def _link(self, value: Any) -> End:
        type_ = link_type(self.world, value.get("type")) if isinstance(value, dict) else None
        outward = isinstance(value, dict) and "outwardIssue" in value
        other = named_issue(self.world, value["outwardIssue" if outward else "inwardIssue"]) if type_ else None
        if type_ is None or other is None:
            raise Invalid("The link's type or issue is not there.")
        return End(type_, other, outward)
