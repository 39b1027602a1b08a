"""Find the epic that a route names, and tell whether an item stands under it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.naming import among
from app.core.snapshot import Epic, EpicFact, Snapshot
from connectors._kit.kept import Kept
from connectors.linear import documents
from connectors.linear.client import Graph, Node
from connectors.linear.references import is_key, is_uuid
from connectors.linear.refusals import Absent
from connectors.linear.wire import parent_epic, project_epic
from connectors.linear.words import EpicTarget

KNOWN_FOR = 60.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Hold one ticket or project that goes by the name; `teams` are the keys of a project's teams."""

    epic: Epic
    teams: tuple[str, ...] = ()


class Epics:
    """Look epics up by the policy's name for them and remember them for a minute."""

    def __init__(self, graph: Graph, clock: Callable[[], float]) -> None:
        self._graph = graph
        self._kept = Kept[tuple[Candidate, ...]](KNOWN_FOR, clock)

    async def fact(self, snapshot: Snapshot, target: EpicTarget) -> EpicFact:
        """Tell whether the item stands under that epic; Linear is asked only when its own epic has another name."""
        own = snapshot.epic_of_kind(target.kind)
        if own is not None and among(target.name, (own.id, own.key)):
            return EpicFact(under=True, epic=own)
        candidates = await self.candidates(target)
        under = own if own is not None and own.id in {each.epic.id for each in candidates} else None
        epic = under or likeliest(candidates, snapshot)
        refusal = "it is this very issue" if epic is not None and epic.id == snapshot.id else None
        return EpicFact(under=under is not None, epic=epic, refusal=refusal)

    async def candidates(self, target: EpicTarget) -> tuple[Candidate, ...]:
        """Return what goes by that name; empty when nothing does or our key may not see it."""
        ask = self._projects if target.kind == "project" else self._parents
        return await self._kept.get(f"{target.kind} {target.name.casefold()}", lambda: ask(target.name))

    async def _projects(self, name: str) -> tuple[Candidate, ...]:
        wanted: list[dict[str, Any]] = [{"name": {"eqIgnoreCase": name}}]
        if is_uuid(name):
            wanted.append({"id": {"eq": name}})
        found = await self._graph.all(documents.PROJECTS, ["projects"], filter={"or": wanted})
        return tuple(_project(node) for node in found)

    async def _parents(self, reference: str) -> tuple[Candidate, ...]:
        if not is_key(reference) and not is_uuid(reference):
            return ()
        try:
            data = await self._graph.run(documents.PARENT, id=reference)
        except Absent:
            return ()
        return (Candidate(parent_epic(data["issue"])),)


def _project(node: Node) -> Candidate:
    return Candidate(project_epic(node), tuple(team["key"] for team in node["teams"]["nodes"]))


def likeliest(candidates: Sequence[Candidate], snapshot: Snapshot) -> Epic | None:
    """Return the one that is open before the closed, and that has the item's team before the others."""
    ranked = sorted(
        candidates, key=lambda each: (not each.epic.open, not among(snapshot.team, each.teams), each.epic.id)
    )
    return ranked[0].epic if ranked else None
