"""Find labels by name, as far as an issue may have them, and make those that are missing.

A name can stand for a label of the whole workspace and for one in each of several teams; an issue takes those of the
workspace and of its own team. https://linear.app/docs/labels
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from connectors._kit.kept import Kept
from connectors.linear import documents
from connectors.linear.client import Graph, Node
from connectors.linear.references import derived_id
from connectors.linear.refusals import Forbidden, Impossible, Refused

KNOWN_FOR = 600.0
"""Seconds."""
AT_ONCE = 0.2
"""Seconds for which a label that is there is: enough for those who ask together, too little for it to be renamed."""


@dataclass(frozen=True, slots=True)
class Label:
    """Hold a label that can be put on issues. `team` is its team's id, None: the whole workspace's."""

    id: str
    name: str
    team: str | None
    group: str | None = None

    def is_called(self, name: str) -> bool:
        """Tell whether that is the label's name, or its group's name and its own with a slash between."""
        names = (self.name, f"{self.group}/{self.name}" if self.group else self.name)
        return name.casefold() in {own.casefold() for own in names}


class Labels:
    """Know the workspace's labels by name and by id."""

    def __init__(self, graph: Graph, clock: Callable[[], float]) -> None:
        self._graph = graph
        self._named = Kept[tuple[Label, ...]](lambda found: KNOWN_FOR if found else 0.0, clock)
        self._nodes = Kept[Node](KNOWN_FOR, clock)
        self._there = Kept[bool](lambda there: AT_ONCE if there else 60.0, clock)

    async def named(self, name: str) -> tuple[Label, ...]:
        """Return every label of that name, in any team and any case, that is in use and not a group."""
        return await self._named.get(name.casefold(), lambda: self._ask(name))

    async def is_there(self, name: str) -> bool:
        """Tell whether any label has that name now, whatever is remembered."""

        async def ask() -> bool:
            found = await self._ask(name)
            self._named.put(name.casefold(), found)
            return bool(found)

        return await self._there.get(name.casefold(), ask)

    async def find(self, name: str, team: str) -> Label | None:
        """Return the workspace's label of that name, else the team's."""
        usable = [label for label in await self.named(name) if label.team in {None, team}]
        return min(usable, key=lambda label: (label.team is not None, label.id), default=None)

    async def find_or_make(self, name: str, team: str) -> Label:
        """Return the label, making it where there is none: for the workspace, unless another team has one of that name.

        Raise Impossible when our key may not.
        """
        return await self.find(name, team) or await self._make(name, team)

    async def by_ids(self, ids: Collection[str]) -> list[Node]:
        """Return the labels of these ids as an issue shows them; retired ones too."""
        missing = [id_ for id_ in ids if self._nodes.peek(id_) is None]
        if missing:
            where = {"id": {"in": missing}}
            for node in await self._graph.all(documents.LABELS_BY, ["issueLabels"], filter=where):
                self._nodes.put(node["id"], node)
        return [found[0] for id_ in ids if (found := self._nodes.peek(id_)) is not None]

    def forget(self) -> None:
        """Forget everything: what was remembered turned out wrong."""
        for kept in (self._named, self._nodes, self._there):
            kept.forget()

    async def _ask(self, name: str) -> tuple[Label, ...]:
        group, slash, child = name.rpartition("/")
        wanted: list[dict[str, Any]] = [{"name": {"eqIgnoreCase": name}}]
        if slash:
            wanted.append({"name": {"eqIgnoreCase": child}, "parent": {"name": {"eqIgnoreCase": group}}})
        found = await self._graph.all(documents.LABELS_BY, ["issueLabels"], filter={"or": wanted})
        return tuple(label for label in _usable(found) if label.is_called(name))

    async def _make(self, name: str, team: str) -> Label:
        elsewhere = await self.named(name)
        wanted = {"id": derived_id("label", team, name.casefold()), "name": name}
        try:
            made = await self._graph.run(
                documents.CREATE_LABEL, input={**wanted, "teamId": team} if elsewhere else wanted
            )
        except (Refused, Forbidden) as error:
            self._named.forget()
            if found := await self.find(name, team):
                return found
            hint = "make it in Linear under Settings, Labels, for the whole workspace"
            raise Impossible(f"there is no label “{name}” here and we may not make it; {hint}") from error
        self._named.forget()
        return _usable([made["issueLabelCreate"]["issueLabel"]])[0]


def _usable(nodes: Sequence[Node]) -> list[Label]:
    return [
        Label(
            id=node["id"],
            name=node["name"],
            team=node["team"]["id"] if node["team"] else None,
            group=node["parent"]["name"] if node["parent"] else None,
        )
        for node in nodes
        if not node["isGroup"] and node["retiredAt"] is None and node["archivedAt"] is None
    ]
