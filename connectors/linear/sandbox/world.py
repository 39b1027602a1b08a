"""Hold everything that stands in the sandbox: rows in tables, each a dict with the names of Linear's own fields.

A reference is kept as `somethingId`, a list of them as `somethingIds`; `value` follows both.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from connectors._kit.world import Ids, WorldClock
from connectors.linear.sandbox.refusals import malformed, not_found, usage_limit

Row: TypeAlias = dict[str, Any]
Announce: TypeAlias = Callable[[str, Row, Row | None, Mapping[str, Any] | None], None]
"""Called after each change with the action, the row, who did it (None: Linear itself) and the former values."""

MOST_ROWS = 20_000
"""How many rows a table may hold."""

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

HELD_BY = {
    "Cycle.issues": ("Issue", "cycleId"),
    "Issue.attachments": ("Attachment", "issueId"),
    "Issue.children": ("Issue", "parentId"),
    "Issue.comments": ("Comment", "issueId"),
    "Issue.history": ("IssueHistory", "issueId"),
    "Issue.inverseRelations": ("IssueRelation", "relatedIssueId"),
    "Issue.relations": ("IssueRelation", "issueId"),
    "IssueLabel.children": ("IssueLabel", "parentId"),
    "Project.issues": ("Issue", "projectId"),
    "Team.cycles": ("Cycle", "teamId"),
    "Team.issues": ("Issue", "teamId"),
    "Team.labels": ("IssueLabel", "teamId"),
    "Team.projects": ("Project", "teamIds"),
    "Team.states": ("WorkflowState", "teamId"),
    "User.assignedIssues": ("Issue", "assigneeId"),
    "User.teams": ("Team", "memberIds"),
}
"""Collections that are told by a column of the rows that belong to them."""


class World:
    """Hold the tables. `derived` computes fields that are kept nowhere, by `Type.field`; `announce` sends webhooks."""

    def __init__(self, seed: str) -> None:
        self.clock, self.ids = WorldClock(), Ids(seed)
        self.tables: dict[str, dict[str, Row]] = defaultdict(dict)
        self.derived: dict[str, Callable[[World, Row], Any]] = {}
        self.announce: Announce = lambda _action, _row, _actor, _former: None

    def stamp(self) -> str:
        """Return the time now as Linear writes it."""
        return iso(self.clock.now())

    def add(self, table: str, **fields: Any) -> Row:
        """Keep a new row; an id and times are given to it unless they are among the fields."""
        if len(self.tables[table]) >= MOST_ROWS:
            raise usage_limit(table)
        id_ = str(fields.pop("id", None) or self.ids.uuid(table))
        stamp = fields.get("createdAt") or self.stamp()
        row = {"__typename": table, "id": id_, "archivedAt": None, "createdAt": stamp, "updatedAt": stamp, **fields}
        self.tables[table][id_] = row
        return row

    def rows(self, table: str) -> list[Row]:
        """Return all rows of a table, oldest first."""
        return list(self.tables[table].values())

    def get(self, table: str, id_: str, field: str = "id") -> Row:
        """Return the row with that UUID, an issue also by its key or a former one; refuse like Linear otherwise."""
        if table == "Issue" and not UUID.fullmatch(id_):
            return self._by_key(id_)
        if not UUID.fullmatch(id_):
            raise malformed(f"{field} must be a UUID")
        row = self.tables[table].get(id_.lower())
        if row is None:
            raise not_found(table)
        return row

    def _by_key(self, key: str) -> Row:
        wanted = key.upper()
        for row in self.tables["Issue"].values():
            if wanted == row["identifier"] or wanted in row["previousIdentifiers"]:
                return row
        raise not_found("Issue")

    def find(self, table: str, **fields: Any) -> Row | None:
        """Return the first row with these values; text compares without case."""
        wanted = {name: _folded(value) for name, value in fields.items()}
        rows = self.tables[table].values()
        return next(
            (row for row in rows if all(_folded(row.get(name)) == value for name, value in wanted.items())), None
        )

    def value(self, row: Row, field: str) -> Any:
        """Return a field of a row: what is kept or derived, the row it refers to, or the rows that belong to it."""
        place = f"{row['__typename']}.{field}"
        if place in self.derived:
            return self.derived[place](self, row)
        if field in row:
            return row[field]
        if f"{field}Id" in row:
            return self._any(row[f"{field}Id"])
        if place in HELD_BY:
            return self._held(row, *HELD_BY[place])
        ids = row[f"{field.removesuffix('s')}Ids"]
        return None if ids is None else [self._any(id_) for id_ in ids]

    def _held(self, row: Row, table: str, column: str) -> list[Row]:
        return [other for other in self.tables[table].values() if _refers(other[column], row["id"])]

    def _any(self, id_: str | None) -> Row | None:
        tables = self.tables.values()
        return None if id_ is None else next((rows[id_] for rows in tables if id_ in rows), None)


def iso(moment: datetime) -> str:
    """Write a time (aware, UTC) as Linear does, to the millisecond."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _refers(value: Any, id_: str) -> bool:
    return id_ in value if isinstance(value, list) else value == id_


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
