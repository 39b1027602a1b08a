"""Send the mutations of one moment as aliases of one document, because requests are the scarce budget.

https://linear.app/developers/graphql — payloads are non-null: an alias that fails makes the whole answer null and stops
those after it, while those before it took effect. Then the issues are read again, the one to blame is tried alone, and
the others once more without it; where no answer came, each is tried alone.
"""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from app.core.errors import Denied, Lapsed, Permanent, RateLimited, Transient
from connectors._kit.gather import Gatherer
from connectors.linear import documents
from connectors.linear.client import Graph, Node
from connectors.linear.refusals import Unauthenticated

MOST = 20
"""Mutations of one document: each shows an issue, which costs some 230 of the 10,000 points that a call may cost."""
ONE = re.compile(r"\s*mutation \w+\((?P<variables>[^)]*)\) \{\n(?P<field>.*?)\n\}(?P<fragments>.*)", re.DOTALL)
"""How every document with one mutation is written here."""

Done: TypeAlias = Callable[[Node], Node | None]


@dataclass(frozen=True, slots=True)
class Mutation:
    """Hold a document with one mutation. `done` returns its data by the issue as it is now, None: it is not done."""

    document: str
    variables: Mapping[str, Any]
    issue: str
    done: Done


class Joint:
    """Run mutations, those of the same moment together."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._gatherer = Gatherer[Mutation, Node](self._together, MOST)
        self._suspects = set[str]()

    async def run(self, mutation: Mutation) -> Node:
        """Run a mutation and return its `data`; the errors are those of `Graph.run`.

        Who got no answer alone either is not joined with others the next time: it may be to blame.
        """
        if mutation.issue not in self._suspects:
            return await self._gatherer.ask(mutation)
        data = await self._alone(mutation)
        self._suspects.discard(mutation.issue)
        return data

    async def aclose(self) -> None:
        """Give up what is under way."""
        await self._gatherer.aclose()

    async def _alone(self, mutation: Mutation) -> Node:
        return await self._graph.run(mutation.document, **mutation.variables)

    async def _together(self, mutations: Sequence[Mutation]) -> Sequence[Node | Exception]:
        try:
            if len(mutations) == 1:
                return [await self._alone(mutations[0])]
            document, variables = joined(mutations)
            return apart(mutations, await self._graph.run(document, **variables))
        except (Permanent, Denied) as error:
            if len(mutations) == 1 or isinstance(error, Unauthenticated):
                return [error] * len(mutations)
            return await self._sorted_out(mutations, error)
        except Transient as error:
            if len(mutations) == 1 or isinstance(error, RateLimited | Lapsed):
                return [error] * len(mutations)
            return await self._each_alone(mutations)

    async def _sorted_out(self, mutations: Sequence[Mutation], error: Exception) -> Sequence[Node | Exception]:
        """Find what took effect; try the one to blame alone, or each half where that is not told."""
        try:
            answers = await self._took_effect(mutations)
        except (Transient, Denied) as lost:
            return [lost] * len(mutations)
        open_ = [place for place in range(len(mutations)) if place not in answers]
        blamed = _place(error)
        half = len(open_) // 2
        groups = [[blamed], [place for place in open_ if place != blamed]] if blamed in open_ else None
        for places in groups or [open_[:half], open_[half:]]:
            found = await self._together([mutations[place] for place in places]) if places else ()
            answers.update(zip(places, found, strict=True))
        return [answers[place] for place in range(len(mutations))]

    async def _each_alone(self, mutations: Sequence[Mutation]) -> Sequence[Node | Exception]:
        """Find what took effect though no answer came, and try the rest one by one: any may be to blame."""
        try:
            answers = await self._took_effect(mutations)
        except (Transient, Denied) as lost:
            return [lost] * len(mutations)
        open_ = [place for place in range(len(mutations)) if place not in answers]
        tried = await asyncio.gather(*(self._together([mutations[place]]) for place in open_))
        for place, (found,) in zip(open_, tried, strict=True):
            answers[place] = found
            if isinstance(found, Transient):
                self._suspects.add(mutations[place].issue)
        return [answers[place] for place in range(len(mutations))]

    async def _took_effect(self, mutations: Sequence[Mutation]) -> dict[int, Node | Exception]:
        ids = list(dict.fromkeys(mutation.issue for mutation in mutations))
        data = await self._graph.run(documents.LOOK, ids=ids, first=len(ids))
        now = {node["id"]: node for node in data["issues"]["nodes"]}
        there = ((place, mutation) for place, mutation in enumerate(mutations) if mutation.issue in now)
        seen = {place: mutation.done(now[mutation.issue]) for place, mutation in there}
        return {place: found for place, found in seen.items() if found is not None}


def joined(mutations: Sequence[Mutation]) -> tuple[str, dict[str, Any]]:
    """Return one document for all, with its variables; each keeps its own under a name with its place."""
    heads, fields, fragments, variables = [], [], dict[str, None](), dict[str, Any]()
    for place, mutation in enumerate(mutations):
        found = _parts(mutation.document)
        heads.append(_numbered(found["variables"], place))
        fields.append(f"  a{place}: {_numbered(found['field'].strip(), place)}")
        fragments[found["fragments"].strip()] = None
        variables |= {f"{name}{place}": value for name, value in mutation.variables.items()}
    lines = [f"mutation Joint({', '.join(heads)}) {{", *fields, "}", *fragments]
    return "\n".join(lines), variables


def apart(mutations: Sequence[Mutation], data: Node) -> list[Node]:
    """Return each mutation's data as its own document would have brought it."""
    return [{_field(mutation): data[f"a{place}"]} for place, mutation in enumerate(mutations)]


def _field(mutation: Mutation) -> str:
    return _parts(mutation.document)["field"].strip().partition("(")[0]


@cache
def _parts(document: str) -> re.Match[str]:
    found = ONE.fullmatch(document)
    if found is None:
        raise ValueError("that is no document with one mutation")
    return found


def _numbered(text: str, place: int) -> str:
    return re.sub(r"\$(\w+)", rf"$\g<1>{place}", text)


def _place(error: Exception) -> int | None:
    """Return which alias an error is about, None where it does not say."""
    at = getattr(error, "at", "")
    return int(at[1:]) if re.fullmatch(r"a\d+", at) else None
