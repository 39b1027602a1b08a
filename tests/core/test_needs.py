"""The flow fetches what the rules lack, and nothing else."""

from dataclasses import replace

import pytest

from app.core.memory import Memory
from app.core.needs import Needs, needs
from app.core.policy import Policy, Route
from app.core.snapshot import BoardFact, Choice, EpicFact, Facts, OnCallFact, Snapshot, Standing
from tests.builders import (
    ADA,
    APP,
    DAY,
    DEFAULT,
    LEFT,
    LINUS,
    NOW,
    classes,
    comment,
    in_jira,
    memory,
    policy,
    snapshot,
)

BOARD, EPIC, ROTA = {"team": "OPS"}, {"epic": "e-platform"}, "platform"
LATEST = policy(classes=classes(on_conflict="latest"))
WORDS = ("operational", "ops", "quick-fix", "strategic", "long-term")


@pytest.mark.parametrize(
    ("item", "lacking"),
    [
        pytest.param(snapshot("operational"), Needs(board=BOARD, rota=ROTA), id="operational, held by nobody"),
        pytest.param(snapshot("operational", assignee=APP), Needs(board=BOARD, rota=ROTA), id="held by a bot"),
        pytest.param(snapshot("operational", assignee=ADA), Needs(board=BOARD), id="held by a person"),
        pytest.param(snapshot("operational", assignee=LEFT), Needs(board=BOARD, rota=ROTA), id="held by who left"),
        pytest.param(snapshot("strategic"), Needs(epic=EPIC), id="strategic"),
        pytest.param(snapshot("strategic", assignee=LEFT), Needs(epic=EPIC), id="strategic, held by who left"),
        pytest.param(snapshot(), Needs(), id="no class"),
        pytest.param(snapshot(assignee=LEFT), Needs(rota=ROTA), id="no class, held by who left"),
        pytest.param(snapshot("risk"), Needs(), id="a risk"),
        pytest.param(snapshot("operational", "strategic"), Needs(), id="both, and it is waited"),
        pytest.param(in_jira("operational"), Needs(), id="its route has no board here"),
        pytest.param(snapshot("operational", standing=Standing.DONE), Needs(), id="closed"),
        pytest.param(snapshot("operational", here=False), Needs(), id="gone"),
        pytest.param(replace(snapshot("operational"), labels=("operational",)), Needs(), id="not watched"),
    ],
)
def test_what_is_lacking(item: Snapshot, lacking: Needs) -> None:
    """Each class asks for its own facts, and what is no action item for none."""
    found = needs(item, Memory(), policy())
    assert found == lacking
    assert bool(found) == (lacking != Needs())


@pytest.mark.parametrize(
    ("item", "facts"),
    [
        pytest.param(
            snapshot("operational"), Facts(board=BoardFact(here=False), on_call=OnCallFact()), id="operational"
        ),
        pytest.param(snapshot("strategic"), Facts(epic=EpicFact(under=False)), id="strategic"),
    ],
)
def test_facts_are_asked_for_once(item: Snapshot, facts: Facts) -> None:
    """What was found out, be it that there is nothing, is not asked for again."""
    assert not needs(replace(item, facts=facts), Memory(), policy())


@pytest.mark.parametrize("known", [BoardFact(here=True), None])
def test_facts_are_asked_for_one_by_one(known: BoardFact | None) -> None:
    """Knowing one fact does not hide that another is lacking."""
    found = needs(snapshot("operational", facts=Facts(board=known)), Memory(), policy())
    assert (found.board, found.rota) == (None if known else BOARD, ROTA)


@pytest.mark.parametrize("routes", [(), (replace(DEFAULT, on_call=None, boards={}),)])
def test_route_that_is_not_there_asks_for_nothing(routes: tuple[Route, ...]) -> None:
    """Without a route, or with one that names nothing, there is nothing to find out."""
    assert not needs(snapshot("operational", assignee=LEFT), Memory(), policy(routes=routes))


def test_history_is_asked_for_only_when_the_latest_choice_counts() -> None:
    """Who added which class label is found out before the route is, and only for items with both."""
    both = snapshot("operational", "strategic")
    assert needs(both, Memory(), LATEST) == Needs(choices=WORDS)
    assert needs(snapshot("operational"), Memory(), LATEST).choices == ()
    told = replace(both, facts=Facts(choices=(Choice("ops", NOW, LINUS),)))
    assert needs(told, Memory(), LATEST) == Needs(board=BOARD, rota=ROTA)
    assert needs(replace(both, facts=Facts(choices=())), Memory(), LATEST) == Needs()


@pytest.mark.parametrize(
    ("labels", "known", "asked", "lacking"),
    [
        pytest.param((), Memory(), policy(), Needs(board=BOARD, rota=ROTA), id="no class: the words count"),
        pytest.param(
            ("strategic",), memory(first_seen_at=NOW + DAY), policy(), Needs(epic=EPIC), id="older than we are"
        ),
        pytest.param(
            ("strategic",), memory(first_seen_at=NOW - DAY), policy(), Needs(board=BOARD, rota=ROTA), id="typed to us"
        ),
        pytest.param(
            ("operational", "strategic"), Memory(), LATEST, Needs(board=BOARD, rota=ROTA), id="no history is needed"
        ),
    ],
)
def test_typed_class_asks_for_its_facts(labels: tuple[str, ...], known: Memory, asked: Policy, lacking: Needs) -> None:
    """What is asked for fits the class that the decision will find, typed words included."""
    item = snapshot(*labels, comments=(comment("/operational", ADA),))
    assert needs(item, known, asked) == lacking
