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
from connectors.linear import documents
from connectors.linear.board import keeps_state, wants_cycle, wants_state
from connectors.linear.client import Graph
from connectors.linear.labels import Labels
from connectors.linear.projects import admit
from connectors.linear.references import derived_id
from connectors.linear.refusals import Impossible, Refused
from connectors.linear.teams import State, Team, Teams
from connectors.linear.wire import names_of
from connectors.linear.words import BoardTarget

Fields = dict[str, Any]
CONFLICT = "conflict on insert"
"""What Linear says when an id that we chose is taken: then it was made before."""


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


class Drafter:
    """Draft edits. `matters` tells which label names an item must not lose on its way to another team."""

    def __init__(self, graph: Graph, labels: Labels, teams: Teams, matters: Callable[[str], bool]) -> None:
        self._graph, self._labels, self._teams, self._matters = graph, labels, teams, matters

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
            await admit(self._graph, project.id, team.id, team.key)

    async def _kept_labels(self, snapshot: Snapshot, changes: Sequence[Change], team: Team) -> Fields:
        """Return the labels of that team in place of those of the old one that the policy goes by."""
        going = [change.label for change in changes if isinstance(change, RemoveLabel)]
        names = {label["id"]: names_of(label) for label in snapshot.native["labels"]}
        scopes = await self._labels.teams_of(list(names)) if names else {}
        lost = [
            names[id_][-1]
            for id_, scope in scopes.items()
            if scope not in {None, team.id}
            and any(map(self._matters, names[id_]))
            and not any(among(n, going) for n in names[id_])
        ]
        added = [(await self._labels.find_or_make(name, team.id)).id for name in lost]
        return {"addedLabelIds": added} if added else {}

    async def _link(self, snapshot: Snapshot, change: LinkToEpic, team: Team | None) -> Fields:
        epic, held = change.epic, snapshot.epic_of_kind(change.epic.kind)
        if change.relate:
            await self._relate(snapshot, change)
            return {}
        if held is not None and held.id == epic.id:
            return {}
        if epic.kind == "parent":
            return {"parentId": epic.id}
        own = (team.id, team.key) if team else (snapshot.native["team"], snapshot.team or "")
        await admit(self._graph, epic.id, *own)
        return {"projectId": epic.id}

    async def _relate(self, snapshot: Snapshot, change: LinkToEpic) -> None:
        """Tie the two tickets together as related; done twice it is there once."""
        if change.epic.kind != "parent":
            raise Impossible("in Linear an issue can be in a project, not related to one")
        ids = {"issueId": snapshot.id, "relatedIssueId": change.epic.id, "type": "related"}
        try:
            await self._graph.run(documents.RELATE, input={"id": derived_id(*ids.values()), **ids})
        except Refused as error:
            if CONFLICT not in error.said.lower():
                raise Impossible(str(error)) from error


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


def _names(team: Team) -> str:
    return ", ".join(state.name for state in team.states)
