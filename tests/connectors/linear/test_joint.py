"""Mutations of one moment are one document; one that fails harms no other, and nothing is written twice."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any, cast

import pytest

from app.core.errors import Lapsed, RateLimited, Transient
from connectors.linear import documents
from connectors.linear.client import Graph, Node
from connectors.linear.joint import Joint, Mutation
from connectors.linear.refusals import Refused


class Linear:
    """Run `issueUpdate` in order as Linear does: the first refusal makes the whole answer an error and stops the rest.

    `tells`: the error says which alias it is about.
    """

    def __init__(self, *refused: str, tells: bool = True) -> None:
        self.refused, self.tells = refused, tells
        self.issues: dict[str, Node] = {}
        self.writes: list[str] = []
        self.calls: list[str] = []
        self.failure: Exception | None = None

    async def run(self, document: str, **variables: Any) -> Node:
        """Carry a document out."""
        if document == documents.LOOK:
            self.calls.append("look")
            return {"issues": {"nodes": [self.issues.get(id_, {"id": id_}) for id_ in variables["ids"]]}}
        places = re.findall(r"(a\d+): issueUpdate", document)
        self.calls.append(f"write {len(places) or 1}")
        if self.failure is not None:
            raise self.failure
        if not places:
            return {"issueUpdate": self._write(variables["id"], variables["input"], "")}
        return {one: self._write(variables[f"id{one[1:]}"], variables[f"input{one[1:]}"], one) for one in places}

    def _write(self, issue: str, wanted: Mapping[str, Any], alias: str) -> Node:
        if issue in self.refused:
            error = Refused("no", "no")
            error.at = alias if self.tells else ""
            raise error
        self.writes.append(issue)
        self.issues[issue] = {"id": issue, **wanted}
        return {"success": True, "issue": self.issues[issue]}


def mutation(issue: str) -> Mutation:
    """Return an edit that is seen in the issue once it took effect."""

    def done(now: Node) -> Node | None:
        return {"issueUpdate": {"success": True, "issue": now}} if now.get("title") == "new" else None

    return Mutation(documents.UPDATE, {"id": issue, "input": {"title": "new"}}, issue, done)


async def run(linear: Linear, *issues: str, joint: Joint | None = None) -> dict[str, Any]:
    """Run an edit for each at the same moment; return answers and errors by issue."""
    joint = joint or Joint(cast("Graph", linear))
    found = await asyncio.gather(*(joint.run(mutation(issue)) for issue in issues), return_exceptions=True)
    return dict(zip(issues, found, strict=True))


async def test_many_edits_are_one_call() -> None:
    """Each gets its own issue back."""
    linear = Linear()
    found = await run(linear, "1", "2", "3")
    assert {issue: data["issueUpdate"]["issue"]["id"] for issue, data in found.items()} == {
        "1": "1",
        "2": "2",
        "3": "3",
    }
    assert linear.calls == ["write 3"]


@pytest.mark.parametrize("tells", [True, False])
@pytest.mark.parametrize("refused", [("1",), ("3",), ("5",), ("2", "4"), ("1", "2", "3", "4", "5")])
async def test_a_refused_edit_harms_no_other(refused: tuple[str, ...], tells: bool) -> None:
    """Those before it are not written again, those after it are, and it alone gets its error."""
    linear = Linear(*refused, tells=tells)
    found = await run(linear, "1", "2", "3", "4", "5")
    assert {issue for issue, data in found.items() if isinstance(data, Refused)} == set(refused)
    fine = [issue for issue in found if issue not in refused]
    assert sorted(linear.writes) == fine
    assert all(found[issue]["issueUpdate"]["issue"]["id"] == issue for issue in fine)


async def test_one_refusal_among_many_costs_few_calls() -> None:
    """Where Linear tells which one it is about: one more look, the one alone, and the rest together."""
    linear = Linear("2")
    await run(linear, "1", "2", "3", "4")
    assert linear.calls == ["write 4", "look", "write 1", "write 2"]


async def test_what_a_lost_answer_left_undone_is_tried_one_by_one() -> None:
    """What took effect is found by reading and not written again; the rest need not wait for another run."""
    linear = Linear()
    joint = Joint(cast("Graph", linear))
    linear.issues["2"] = {"id": "2", "title": "new"}
    linear.failure = Transient("lost")
    answers = await run(linear, "1", "2", joint=joint)
    assert isinstance(answers["1"], Transient)
    assert answers["2"] == {"issueUpdate": {"success": True, "issue": linear.issues["2"]}}
    assert linear.calls == ["write 2", "look", "write 1"]


async def test_who_fails_alone_too_is_alone_the_next_time() -> None:
    """One of them may be what Linear chokes on, and it shall not take its neighbours with it again and again."""
    linear = Linear()
    joint = Joint(cast("Graph", linear))
    linear.failure = Transient("lost")
    await run(linear, "1", "2", joint=joint)
    linear.failure, linear.calls = None, []
    await run(linear, "1", "3", joint=joint)
    await run(linear, "1", "3", joint=joint)
    assert sorted(linear.calls) == ["write 1", "write 1", "write 2"]


@pytest.mark.parametrize("error", [RateLimited("wait", 1.0), Lapsed("too late")], ids=["asked to wait", "lapsed"])
async def test_nobody_is_suspected_where_nothing_was_taken(error: Exception) -> None:
    """That Linear asks to wait, or that we waited too long, says nothing about what was asked."""
    linear = Linear()
    joint = Joint(cast("Graph", linear))
    linear.failure = error
    assert all(data is error for data in (await run(linear, "1", "2", joint=joint)).values())
    linear.failure = None
    await run(linear, "1", "2", joint=joint)
    assert linear.calls == ["write 2", "write 2"]
