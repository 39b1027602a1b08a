"""Say each wanted change in the words of one `issueUpdate`, each apart, so that one can be refused without the others.

https://linear.app/developers/graphql — `addedLabelIds` and `removedLabelIds` are differences; `labelIds` would replace
what others have put there, and is never sent.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.core.change import AddLabel, Assign, Change, LinkToEpic, MoveToBoard, RemoveLabel, SetDue
from app.core.naming import among
from app.core.snapshot import Snapshot
from connectors.linear.board import keeps_state, wants_cycle, wants_state
from connectors.linear.client import Node
from connectors.linear.labels import Labels
from connectors.linear.projects import Projects
from connectors.linear.refusals import Impossible
from connectors.linear.teams import State, Team, Teams
from connectors.linear.wire import names_of
from connectors.linear.words import BoardTarget

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """Hold what one change puts into the edit; nothing, when the item is so already."""

    change: Change
    fields: Fields = field(default_factory=dict)


def merged(parts: Sequence[Part]) -> Fields:
    """Return one edit for all parts."""
    edit: Fields = {}
    for part in parts:
        for name, value in part.fields.items():
            edit[name] = [*edit.get(name, ()), *value] if isinstance(value, list) else value
    return {name: list(dict.fromkeys(value)) if isinstance(value, list) else value for name, value in edit.items()}


def fulfilled(edit: Fields, issue: Node) -> bool:
    """Tell whether an issue is as an edit wants it."""
    return all(_holds(name, value, issue) for name, value in edit.items())


def _holds(name: str, value: Any, issue: Node) -> bool:
    match name:
        case "addedLabelIds":
            return set(value) <= set(issue["labelIds"])
        case "removedLabelIds":
            return set(value).isdisjoint(issue["labelIds"])
        case "dueDate":
            return bool(issue["dueDate"] == value)
        case _:  # teamId, stateId, cycleId, assigneeId, projectId, parentId
            held = issue[name.removesuffix("Id")]
            return held is not None and held["id"] == value


class Drafter:
    """Draft edits. `matters` tells which label names an item must not lose on its way to another team."""

    def __init__(self, labels: Labels, teams: Teams, projects: Projects, matters: Callable[[str], bool]) -> None:
        self._labels, self._teams, self._projects, self._matters = labels, teams, projects, matters

    async def draft(self, snapshot: Snapshot, changes: Sequence[Change]) -> tuple[list[Part], dict[Change, str]]:
        """Return a part for each change, and for those that cannot be, why; the move first: others need its team."""
        team: Team | None = None
        parts: list[Part] = []
        refused: dict[Change, str] = {}
        for change in sorted(changes, key=lambda change: not isinstance(change, MoveToBoard)):
            try:
                if isinstance(change, MoveToBoard):
                    fields, team = await self._move(snapshot, change, changes)
                else:
                    fields = await self._fields(snapshot, change, team)
                parts.append(Part(change, fields))
            except Impossible as error:
                refused[change] = str(error)
        return parts, refused

    async def _fields(self, snapshot: Snapshot, change: Change, team: Team | None) -> Fields:
        match change:
            case AddLabel(name):
                return await self._added(snapshot, name, team.id if team else snapshot.native["team"])
            case RemoveLabel(name):
                gone = [label["id"] for label in snapshot.native["labels"] if among(name, names_of(label))]
                return {"removedLabelIds": gone} if gone else {}
            case LinkToEpic():
                return await self._link(snapshot, change, team)
            case Assign(person):
                held = snapshot.assignee is not None and snapshot.assignee.id == person.id
                return {} if held else {"assigneeId": person.id}
            case SetDue(day):
                return {} if snapshot.due == day else {"dueDate": day.isoformat()}
        return {}

    async def _added(self, snapshot: Snapshot, name: str, team: str) -> Fields:
        if among(name, snapshot.labels):
            return {}
        return {"addedLabelIds": [(await self._labels.find_or_make(name, team)).id]}

    async def _move(self, snapshot: Snapshot, change: MoveToBoard, changes: Sequence[Change]) -> tuple[Fields, Team]:
        target = BoardTarget.model_validate(change.target)
        team = await self._teams.find(target.team)
        if team is None:
            raise Impossible(f"Linear has no team {target.team}, or our key may not see it")
        leaves = team.id != snapshot.native["team"]
        fields: Fields = {"teamId": team.id} if leaves else {}
        state = _state(snapshot, target, team, leaves=leaves)
        if state is not None and (leaves or state.id != snapshot.native["state"]):
            fields["stateId"] = state.id
        if wants_cycle(snapshot, target, team.cycle):
            fields["cycleId"] = team.cycle
        if leaves:
            await self._keep_project(snapshot, changes, team)
            fields |= await self._kept_labels(snapshot, changes, team)
        return fields, team

    async def _keep_project(self, snapshot: Snapshot, changes: Sequence[Change], team: Team) -> None:
        """Let the item's project come along; Linear would drop it without a word."""
        replaced = any(isinstance(change, LinkToEpic) and change.epic.kind == "project" for change in changes)
        project = snapshot.epic_of_kind("project")
        if project is not None and not replaced:
            await self._projects.admit(project.id, team.id, team.key)

    async def _kept_labels(self, snapshot: Snapshot, changes: Sequence[Change], team: Team) -> Fields:
        """Return the labels of that team in place of those of the old one that the policy goes by."""
        going = [change.label for change in changes if isinstance(change, RemoveLabel)]
        foreign = [label for label in snapshot.native["labels"] if label["team"] and label["team"]["id"] != team.id]
        called = [names_of(label) for label in foreign]
        lost = [names[-1] for names in called if any(map(self._matters, names)) and not _any_among(names, going)]
        added = [(await self._labels.find_or_make(name, team.id)).id for name in lost]
        return {"addedLabelIds": added} if added else {}

    async def _link(self, snapshot: Snapshot, change: LinkToEpic, team: Team | None) -> Fields:
        epic, held = change.epic, snapshot.epic_of_kind(change.epic.kind)
        if change.relate:
            raise Impossible("an issue cannot be its own parent; let the route name another epic")
        if held is not None and held.id == epic.id:
            return {}
        if epic.kind == "parent":
            return {"parentId": epic.id}
        own = (team.id, team.key) if team else (snapshot.native["team"], snapshot.team or "")
        await self._projects.admit(epic.id, *own)
        return {"projectId": epic.id}


def _state(snapshot: Snapshot, target: BoardTarget, team: Team, *, leaves: bool) -> State | None:
    """Return the state to enter with, None to stay: the policy's, unless work has begun, else what comes nearest."""
    if target.state is not None and not keeps_state(snapshot):
        if not leaves and not wants_state(snapshot, target):
            return None
        state = team.state(target.state)
        if state is None:
            raise Impossible(f"the team {team.key} has no state “{target.state}”; it has {_names(team)}")
        return state
    if leaves or wants_state(snapshot, target):
        return team.like(snapshot.state, snapshot.native["state_type"])
    return None


def _any_among(names: Sequence[str], others: Sequence[str]) -> bool:
    return any(among(name, others) for name in names)


def _names(team: Team) -> str:
    return ", ".join(state.name for state in team.states)
