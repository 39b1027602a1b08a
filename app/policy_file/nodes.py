"""Values that remember where they stood in the file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Path: TypeAlias = Sequence[str | int]
"""The way from the root to a value: keys and list positions."""


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """Name a place in the file; lines and columns begin at 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Complaint:
    """Say in one line what is wrong at a place and how to mend it."""

    spot: Spot
    text: str


@dataclass(frozen=True, slots=True)
class Node:
    """Hold a value: text, number, truth or None, a list of nodes, or nodes by key with the spots of the keys.

    `size` counts the values in it, those that an alias repeats included.
    """

    spot: Spot
    value: Any
    keys: Mapping[str, Spot] = field(default_factory=dict)
    size: int = 1

    def plain(self) -> Any:
        """Return the value without places."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def get(self, *path: str) -> "Node":
        """Return what stands under these keys; a node that holds nothing where there is no such thing."""
        node = self
        for key in path:
            node = node.value.get(key, NOTHING) if isinstance(node.value, dict) else NOTHING
        return node

    def each(self) -> Iterator["Node"]:
        """Go through a list; anything else has no entries."""
        yield from self.value if isinstance(self.value, list) else ()

    def entries(self) -> Iterator[tuple[str, Spot, "Node"]]:
        """Go through keys, their spots and what stands under them; anything else has none."""
        for key, node in self.value.items() if isinstance(self.value, dict) else ():
            yield key, self.keys[key], node

    def text(self) -> str | None:
        """Return the value if it is a text with something in it."""
        return self.value.strip() or None if isinstance(self.value, str) else None

    def find(self, path: Path) -> "Found":
        """Follow a path as far as it leads.

        Steps that are not in the file are passed over: checkers put words of their own into their paths.
        """
        node, spot, way = self, self.spot, list[str | int]()
        for step in path:
            if isinstance(step, str) and isinstance(node.value, dict) and step in node.value:
                node, spot = node.value[step], node.keys[step]
            elif isinstance(step, int) and isinstance(node.value, list) and step < len(node.value):
                node = node.value[step]
                spot = node.spot
            else:
                continue
            way.append(step)
        return Found(node, spot, tuple(way))


@dataclass(frozen=True, slots=True)
class Found:
    """Hold the last node on a path, the spot of its key (its own in a list), and the steps that are in the file."""

    node: Node
    key_spot: Spot
    way: tuple[str | int, ...]

    def within(self) -> str:
        """Say where the last step leads from, as ` in classes.operational`; nothing at the top."""
        return _in(self.way[:-1])

    def here(self) -> str:
        """Say where the path leads to, in the same words."""
        return _in(self.way)


def _in(way: Path) -> str:
    steps = "".join("[]" if isinstance(step, int) else f".{step}" for step in way)
    return f" in {steps.lstrip('.')}" if steps else ""


NOTHING = Node(Spot(1, 1), None)
"""What stands where nothing stands."""
