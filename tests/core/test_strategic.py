"""A strategic item goes under its route's epic, unless a person put it under another."""

from dataclasses import replace

import pytest

from app.core.change import LinkToEpic
from app.core.memory import Memory, Wrote
from app.core.policy import Origin, Route
from app.core.snapshot import Epic, EpicFact, Snapshot
from tests.builders import (
    DAY,
    DEFAULT,
    NOW,
    OTHER,
    OUTAGE,
    PLATFORM,
    RELIABILITY,
    decided,
    found,
    memory,
    policy,
    snapshot,
)
from tests.builders import facts as built
from tests.core.tracker import World, again, run

OWNED = replace(OUTAGE, owner=PLATFORM.owner)
CHOSEN = replace(PLATFORM, id="e-chosen", key="PLAT-9", title="A person's choice")
FROM_PARENT = policy(postmortem=(Origin("parent"),))


def strategic(fact: EpicFact | None = None, **fields: object) -> Snapshot:
    """Return a strategic item of the default route, whose epic is a parent."""
    return snapshot("strategic", **{"facts": built(epic=fact or EpicFact(under=False, epic=PLATFORM)), **fields})


def test_goes_under_the_epic_of_its_route() -> None:
    """An item under no epic is put under the route's, and neither moved, assigned nor dated."""
    decision = decided(strategic())
    assert decision.wanted == (LinkToEpic("everything else", PLATFORM),)
    assert (decision.route, found(decision), decision.comment) == ("everything else", [], None)


@pytest.mark.parametrize("fact", [EpicFact(under=True, epic=PLATFORM), EpicFact(under=True)])
def test_stays_under_the_epic_of_its_route(fact: EpicFact) -> None:
    """An item that is there is left alone, also where the tracker need not be asked about the epic itself."""
    decision = decided(strategic(fact, epics=(PLATFORM,)))
    assert (decision.wanted, found(decision)) == ((), [])


def test_nothing_is_done_before_the_epic_was_looked_for() -> None:
    """Without knowing where the item stands nothing is wanted."""
    assert decided(snapshot("strategic", facts=built(epic=None))).wanted == ()


@pytest.mark.parametrize(
    ("epics", "known", "links"),
    [
        pytest.param((CHOSEN,), memory(), False, id="a person chose another parent"),
        pytest.param((OTHER,), memory(), True, id="a project leaves the parent free"),
        pytest.param((OTHER, CHOSEN), memory(), False, id="a person chose another parent beside a project"),
        pytest.param((CHOSEN,), memory(wrote=Wrote(epic="e-chosen")), True, id="we put it there for another route"),
        pytest.param((OUTAGE,), memory(hung_under="e-outage"), True, id="it hung under its post-mortem"),
        pytest.param((CHOSEN,), memory(hung_under="e-outage"), False, id="it hung there, and a person chose another"),
        pytest.param(
            (OWNED,),
            memory(hung_under="e-outage", wrote=Wrote(epic="e-platform")),
            False,
            id="a person puts it back under its post-mortem",
        ),
        pytest.param(
            (replace(OWNED, by_type=True),), memory(hung_under="e-outage"), False, id="an epic by type is a choice"
        ),
    ],
)
def test_epic_that_a_person_chose_stays(epics: tuple[Epic, ...], known: Memory, links: bool) -> None:
    """Only nothing, our own doing and the post-mortem itself give way to the route's epic."""
    decision = decided(strategic(epics=epics), known)
    assert decision.wanted == ((LinkToEpic("everything else", PLATFORM),) if links else ())
    assert found(decision) == []


def test_reasons_name_the_epic_that_a_person_chose() -> None:
    """Somebody who asks why is told whose choice holds."""
    verdict = decided(strategic(epics=(CHOSEN,))).verdicts[2]
    assert verdict.because == "a person put it under A person's choice, and that holds"
    assert verdict.verdict == "as it should be"
    assert decided(strategic()).verdicts[2].because == "route everything else is the first whose conditions hold"


@pytest.mark.parametrize(
    ("origins", "hung"),
    [
        pytest.param((Origin("parent"),), "e-outage", id="the parent names the post-mortem"),
        pytest.param((), None, id="the policy does not look for post-mortems"),
        pytest.param((Origin("label", "pm/"), Origin("parent")), "e-outage", id="no label does, so the parent"),
    ],
)
def test_first_parent_is_remembered_as_the_post_mortem(origins: tuple[Origin, ...], hung: str | None) -> None:
    """The ticket under which the item first hung is no choice of an epic, if the policy says so."""
    decision = decided(strategic(epics=(OUTAGE,)), Memory(), policy(postmortem=origins))
    assert decision.memory.hung_under == hung
    assert bool(decision.wanted) == (hung is not None)


def test_post_mortem_is_remembered_from_first_sight_only() -> None:
    """A parent that comes later is a person's choice."""
    first = decided(strategic(), Memory(), FROM_PARENT)
    later = decided(strategic(epics=(OUTAGE,)), first.memory, FROM_PARENT, NOW + DAY)
    assert later.memory.hung_under is None
    assert later.wanted == ()


def test_epic_that_cannot_be_the_parent_is_related() -> None:
    """Where the tracker does not let the epic be the parent the two are linked instead, and that is told."""
    fact = EpicFact(under=False, epic=PLATFORM, refusal="it belongs to another kind of project")
    decision = decided(strategic(fact))
    assert decision.wanted == (LinkToEpic("everything else", PLATFORM, relate=True),)
    assert found(decision) == ["epic.cannot_be_parent"]
    sentence = "PLAT-7 cannot be its parent: it belongs to another kind of project. The two are linked instead."
    assert decision.findings[0].sentence == sentence
    assert decision.comment is not None
    assert decision.comment.plain().startswith(sentence)


def test_related_epic_is_still_told_about_and_not_related_again() -> None:
    """Once the two are linked nothing is written any more, while the finding stands."""
    world = World(strategic(), policy(), epics={PLATFORM.id: PLATFORM}, foreign=frozenset({PLATFORM.id}))
    ran = run(world, Memory(), NOW)
    assert ran.world.item.links == (PLATFORM.url,)
    decision, planned = again(ran, NOW + DAY)
    assert (found(decision), decision.wanted, planned.changes) == (["epic.cannot_be_parent"], (), ())


def test_related_epic_does_not_make_the_post_mortem_a_choice() -> None:
    """An item that hangs under its post-mortem and is only related to its epic is not taken for a person's choice."""
    item = strategic(epics=(OUTAGE,))
    world = World(item, FROM_PARENT, epics={PLATFORM.id: PLATFORM}, foreign=frozenset({PLATFORM.id}))
    ran = run(world, Memory(), NOW)
    assert (ran.memory.wrote.epic, ran.memory.wrote.related) == (None, PLATFORM.id)
    decision, planned = again(ran, NOW + DAY)
    assert "epic.cannot_be_parent" in found(decision)
    assert planned.changes == ()


def test_relation_that_a_person_takes_away_is_a_reversal() -> None:
    """A link that we made instead of a parent is made again when somebody removes it, and that is counted."""
    world = World(strategic(), policy(), epics={PLATFORM.id: PLATFORM}, foreign=frozenset({PLATFORM.id}))
    ran = run(world, Memory(), NOW)
    back = run(replace(ran.world, item=replace(ran.world.item, links=())), ran.memory, NOW + DAY)
    assert LinkToEpic("everything else", PLATFORM, relate=True) in back.writes
    assert len(back.memory.flips) == 1


def test_person_who_chose_another_epic_hears_nothing_of_one_that_cannot_be() -> None:
    """An epic that cannot be the parent does not matter once a person put the item elsewhere."""
    fact = EpicFact(under=False, epic=PLATFORM, refusal="no")
    assert found(decided(strategic(fact, epics=(CHOSEN,)))) == []


def test_epic_that_is_not_there_is_told_about() -> None:
    """A route whose epic cannot be found leaves the item alone and says so."""
    decision = decided(strategic(EpicFact(under=False)))
    assert (found(decision), decision.wanted) == (["epic.none"], ())
    assert decision.comment is not None
    assert decision.comment.plain().startswith("The epic that route everything else names cannot be found.")


@pytest.mark.parametrize(
    ("routes", "where"),
    [
        pytest.param((), "no route fits it", id="no route"),
        pytest.param((replace(DEFAULT, epics={}),), "route everything else names no epic here", id="no epic here"),
    ],
)
def test_strategic_item_without_an_epic_to_go_to(routes: tuple[Route, ...], where: str) -> None:
    """Where no route leads to an epic in this tracker the item is left as it is, and that is told."""
    decision = decided(strategic(), asked=policy(routes=routes))
    assert (found(decision), decision.wanted) == (["route.none"], ())
    assert decision.findings[0].sentence == f"It is strategic, but {where}."
    assert decision.findings[0].clears_when == "a route that names its epic stands in the policy"


def test_item_changes_its_route_and_with_it_the_epic_that_we_chose() -> None:
    """An epic under which we put the item gives way when the item comes to belong to another route."""
    epics = {PLATFORM.id: PLATFORM, RELIABILITY.id: RELIABILITY}
    first = run(World(strategic(), policy(), epics=epics), Memory(), NOW)
    assert first.world.item.epics == (PLATFORM,)
    labelled = replace(first.world.item, labels=(*first.world.item.labels, "team/payments"))
    second = run(replace(first.world, item=labelled), first.memory, NOW + DAY)
    assert second.writes == (LinkToEpic("payments", RELIABILITY),)


@pytest.mark.parametrize("label", ["operational", "risk", "", "operational strategic"])
def test_only_strategic_items_go_under_epics(label: str) -> None:
    """Operational items, risks and those without a clear class are put under no epic."""
    decision = decided(snapshot(*label.split(), facts=built()))
    assert not [change for change in decision.wanted if isinstance(change, LinkToEpic)]
