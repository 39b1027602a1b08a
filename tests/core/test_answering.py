"""Who answers for an item, and who is told in their place."""

from dataclasses import replace
from datetime import date

import pytest

from app.core.answering import addressee, answers_for, told_owner
from app.core.item_class import ItemClass
from app.core.memory import Memory, Told
from app.core.needs import needs
from app.core.person import Person
from app.core.policy import Mandate, Member, Rung
from app.core.risk_decisions import Kind, RiskDecision
from app.core.snapshot import BoardFact, DeciderFact, Facts, HolderFact, OnCallFact, Snapshot, Standing
from app.core.statements import Statement
from tests.builders import (
    ADA,
    APP,
    CODEBOT,
    DAY,
    DEFAULT,
    GRACE,
    LEFT,
    LINUS,
    NOW,
    OTHER,
    RELIABILITY,
    comment,
    decided,
    memory,
    snapshot,
)
from tests.core.silence import ASKED, ZOE, case_of, looked_at, quiet_item

RISK = "If we do not shard by 2026-12-01, we will lose 30 % of customer transactions. Decision: {}"
ON_CALL = Facts(on_call=OnCallFact(LINUS, LINUS.name))
MANDATE = Rung(0 * DAY, "mandate")


def stated(decider: str, *kinds: str) -> Memory:
    """Return the memory of a risk that waits for somebody, or that they decided on."""
    made = [RiskDecision("fund", "Ada", "u-ada", NOW - DAY) for _ in kinds]
    return memory(risks=(Statement(RISK.format(decider), NOW - 2 * DAY, "description"),), risk_decisions=tuple(made))


@pytest.mark.parametrize(
    ("item", "item_class", "known", "owner"),
    [
        pytest.param(snapshot(assignee=ADA), "operational", None, ADA, id="operational: who holds it"),
        pytest.param(snapshot(), "operational", None, GRACE, id="operational: who created it"),
        pytest.param(snapshot(assignee=LEFT), "missing", None, GRACE, id="no class: who is there"),
        pytest.param(snapshot(assignee=CODEBOT, creator=APP), "conflict", None, None, id="machines answer for nothing"),
        pytest.param(snapshot(assignee=LINUS, epics=(RELIABILITY,)), "strategic", None, ADA, id="the epic's owner"),
        pytest.param(snapshot(assignee=LINUS, epics=(OTHER,)), "strategic", None, None, id="an epic without an owner"),
        pytest.param(
            snapshot(epics=(replace(OTHER, owner=CODEBOT),)), "strategic", None, None, id="an epic that a bot owns"
        ),
        pytest.param(snapshot(epics=(replace(OTHER, owner=LEFT),)), "strategic", None, LEFT, id="an owner who left"),
        pytest.param(snapshot(assignee=LINUS), "strategic", None, None, id="strategic without an epic"),
        pytest.param(snapshot(assignee=ADA), "risk", stated("Ada Admin"), ADA, id="the decision-maker, seen on it"),
        pytest.param(snapshot(facts=Facts(decider=DeciderFact(ADA))), "risk", stated("Ada Admin"), ADA, id="looked up"),
        pytest.param(
            snapshot(), "risk", stated("zoe"), Person("", "Zoe Zone", "zoe@acme.test"), id="whom the policy knows"
        ),
        pytest.param(snapshot(), "risk", stated("Nobody Known"), GRACE, id="a name that says nothing"),
        pytest.param(snapshot(), "risk", None, GRACE, id="a risk that nobody stated"),
    ],
)
def test_owner_of_an_item(item: Snapshot, item_class: str, known: Memory | None, owner: Person | None) -> None:
    """It follows from the class: who holds it, whose epic it is, who decides."""
    assert answers_for(case_of(item, item_class, known)) == owner


def test_funded_risk_is_its_epics_owners() -> None:
    """Once somebody funded it, it is as a strategic item is."""
    case = case_of(snapshot(epics=(RELIABILITY,)), "risk", stated("Grace Hopper", "fund"))
    assert answers_for(replace(case, goes_as=ItemClass.STRATEGIC)) == ADA


@pytest.mark.parametrize("standing", [Standing.OPEN, Standing.DONE])
def test_decision_names_the_owner(standing: Standing) -> None:
    """Of an open item and of one that is closed."""
    item = snapshot("strategic", assignee=LINUS, epics=(RELIABILITY,), standing=standing)
    assert decided(item).owner == ADA


@pytest.mark.parametrize(
    ("item", "item_class", "told"),
    [
        pytest.param(snapshot(facts=ON_CALL), "operational", LINUS, id="who is about to get it"),
        pytest.param(snapshot(assignee=ADA, facts=ON_CALL), "operational", ADA, id="who holds it"),
        pytest.param(snapshot(facts=ON_CALL), "missing", GRACE, id="an item without a class goes to nobody"),
        pytest.param(
            snapshot(assignee=LINUS, epics=(replace(OTHER, owner=LEFT),)), "strategic", LINUS, id="its owner left"
        ),
        pytest.param(snapshot(assignee=LINUS, epics=(OTHER,)), "strategic", LINUS, id="nobody owns its epic"),
        pytest.param(snapshot(assignee=LEFT, creator=None), "operational", None, id="nobody is there"),
    ],
)
def test_who_is_told_in_the_owners_place(item: Snapshot, item_class: str, told: Person | None) -> None:
    """Somebody who is there: a reminder to nobody helps nobody."""
    assert told_owner(case_of(item, item_class)) == told


def test_person_who_is_on_call_is_told_as_such() -> None:
    """Nobody, where the rota names nobody."""
    rung = Rung(0 * DAY, "on_call")
    assert addressee(case_of(snapshot(facts=ON_CALL), "operational"), rung) == LINUS
    assert addressee(case_of(snapshot(), "operational"), rung) is None


YAN = Member("Yan Young", "yan@acme.test", "director", Mandate(("platform",)), {"linear": "l-yan"})
PAST = Member("Pat Past", "pat@acme.test", "director", Mandate((), date(2026, 1, 1)))
OTHERS = Member("Olga Other", "olga@acme.test", "director", Mandate(("payments",)))


@pytest.mark.parametrize(
    ("people", "told", "person"),
    [
        pytest.param((PAST, OTHERS, YAN), (), Person("l-yan", YAN.name, YAN.email), id="by the policy's id"),
        pytest.param((ZOE, YAN), (), Person("", ZOE.name, ZOE.email), id="the first one"),
        pytest.param((ZOE, YAN), (ZOE.email,), Person("l-yan", YAN.name, YAN.email), id="rather one not told before"),
        pytest.param((ZOE,), (ZOE.email,), Person("", ZOE.name, ZOE.email), id="the only one, told before"),
        pytest.param((PAST, OTHERS), (), None, id="nobody"),
    ],
)
def test_mandates_holder_is_told(people: tuple[Member, ...], told: tuple[str, ...], person: Person | None) -> None:
    """Whoever has it today for the area of the item's route, be the item routed or not."""
    known = memory(told=tuple(Told(0, NOW, Person("x", "X", email)) for email in told))
    case = case_of(snapshot(), "missing", known, policy=replace(ASKED, people=people))
    assert addressee(case, MANDATE) == person


def test_mandate_of_any_area_serves_where_no_route_fits() -> None:
    """An item that no route takes needs a mandate all the same."""
    case = case_of(snapshot(), "missing", policy=replace(ASKED, routes=(), people=(OTHERS,)))
    assert addressee(case, MANDATE) == Person("", OTHERS.name, OTHERS.email)
    assert DEFAULT.area == "platform"


@pytest.mark.parametrize(("kind", "stale"), [("accept", False), ("reject", True), ("fund", True)])
def test_accepted_risk_may_be_quiet(kind: Kind, *, stale: bool) -> None:
    """Until its day is over nobody is meant to do anything."""
    made = RiskDecision(kind, "Ada", "u-ada", NOW - DAY, "it is small", date(2026, 11, 30))
    known = replace(stated("Ada Admin"), risk_decisions=(made,))
    ids = [finding.id for finding in looked_at(quiet_item("risk", days=40), known).findings]
    assert ("stale.quiet" in ids) == stale


@pytest.mark.parametrize(
    ("people", "shown", "sought"),
    [
        pytest.param((YAN,), (), ("l-yan", YAN.email), id="by the policy's id"),
        pytest.param((ZOE,), (), ("", ZOE.email), id="by e-mail"),
        pytest.param((ZOE,), (Person("u-zoe", ZOE.name, ZOE.email),), None, id="the item shows them"),
        pytest.param((PAST,), (), None, id="nobody has it"),
    ],
)
def test_mandates_holder_is_looked_up(
    people: tuple[Member, ...], shown: tuple[Person, ...], sought: tuple[str, str] | None
) -> None:
    """Before the rung that tells them, where the item does not show them: only so can they be mentioned."""
    ladder = replace(ASKED.stale, ladder=(MANDATE,))
    asked_by = replace(ASKED, people=people, stale=ladder)
    comments = tuple(comment("hm", one, at=NOW - 9 * DAY) for one in shown)
    item = replace(quiet_item("operational", comments=comments), facts=Facts(board=BoardFact(here=True)))
    assert needs(item, memory(), asked_by).holder == sought
    assert needs(replace(item, history=None), memory(), asked_by).holder is None
    assert needs(item, memory(), replace(asked_by, routes=())).holder == sought
    known = replace(item, facts=replace(item.facts, holder=HolderFact()))
    assert needs(known, memory(), asked_by).holder is None


@pytest.mark.parametrize(
    ("fact", "told"),
    [
        pytest.param(HolderFact(Person("u-zoe", ZOE.name, ZOE.email)), "u-zoe", id="found"),
        pytest.param(HolderFact(), "", id="not found"),
        pytest.param(HolderFact(Person("u-zoe", ZOE.name, ZOE.email, active=False)), "", id="left"),
        pytest.param(HolderFact(ADA), "", id="somebody else by now"),
    ],
)
def test_mandates_holder_who_was_looked_up_is_told(fact: HolderFact, told: str) -> None:
    """As the tracker knows them; else they are named as the policy knows them."""
    person = addressee(case_of(snapshot(facts=Facts(holder=fact)), "missing"), MANDATE)
    assert person is not None
    assert (person.id, person.email) == (told, ZOE.email)
