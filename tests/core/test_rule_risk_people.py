"""Who decides on a risk: found among the tracker's people, told apart from strangers, and how long it took them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.core.memory import Memory
from app.core.needs import needs
from app.core.person import Person
from app.core.risk_decisions import decided_after, is_named, standing
from app.core.snapshot import DeciderFact, Facts
from app.core.text import Mention
from tests.builders import GUEST
from tests.core.test_rule_mandate import GRACE, MEMORY, NOW, POLICY, ids, said
from tests.core.test_rule_risk import LINUS, RISKY, WHOLE, later, risk, seen


def test_person_who_decides_is_looked_up_by_what_the_policy_knows() -> None:
    """Only while the risk waits for them: by their id for this tracker, else by e-mail; a bare name cannot be."""
    assert needs(risk((LINUS, WHOLE)), MEMORY, RISKY).decider == ("", "grace@acme.test")
    known = replace(RISKY, people=(*RISKY.people[:1], replace(RISKY.people[1], ids={"linear": "u-grace"})))
    assert needs(risk((LINUS, WHOLE)), MEMORY, known).decider == ("u-grace", "grace@acme.test")
    mailed = risk((LINUS, WHOLE.replace("Grace Hopper", "zoe@acme.test")))
    assert needs(mailed, MEMORY, replace(RISKY, routes=())).decider == ("", "zoe@acme.test")
    assert needs(risk((LINUS, WHOLE.replace("Grace Hopper", "Zoe Zone"))), MEMORY, RISKY).decider is None
    assert needs(risk((LINUS, "/risk 30%")), MEMORY, RISKY).decider is None
    assert needs(risk((LINUS, WHOLE), labels=("post-mortem",)), MEMORY, RISKY).decider is None
    asked = risk((LINUS, WHOLE), facts=Facts(decider=DeciderFact(GRACE)))
    assert needs(asked, MEMORY, RISKY).decider is None


def test_person_who_decides_is_mentioned_though_the_item_does_not_show_them() -> None:
    """Whom the tracker knows hears of it, and nothing more is said of who they are."""
    decision = seen(risk((LINUS, WHOLE), facts=Facts(decider=DeciderFact(GRACE))))
    assert ids(decision) == ["risk.undecided"]
    assert decision.comment is not None
    assert decision.comment.blocks[0].spans[0] == Mention(GRACE)
    assert "account" not in said(decision)


def test_nobody_of_that_name_is_told() -> None:
    """Whoever the tracker does not know, or nobody can look up, is said to be unknown, and what to do."""
    assert "Grace Hopper has no account here." in said(seen(risk((LINUS, WHOLE))))
    stranger = said(seen(risk((LINUS, WHOLE.replace("Grace Hopper", "the CFO")))))
    assert "CFO is nobody that the policy knows or that this ticket shows." in stranger
    assert "state the risk again with who decides" in stranger


@pytest.mark.parametrize(
    ("person", "named"),
    [
        (Person("u-zoe", "Zoe Zone"), "zoe zone"),
        (Person("u-zoe", "Zoe Zone", "zoe@acme.test"), "Zoe@acme.test"),
        (Person("u-zoe", "Zoe Zone"), "u-zoe"),
        (Person("u-zoe", "Zoe Zone", mention="zoe"), "zoe"),
        (Person("u-zoe", "Zoe Zone", mention="https://tracker.test/acme/profiles/zoe"), "zoe"),
        (GRACE, "712020:grace"),
    ],
)
def test_person_is_named_by_whatever_a_mention_holds(person: Person, named: str) -> None:
    """By name, e-mail, id or what people type to mention them; another person is not."""
    policy = replace(POLICY, people=(replace(POLICY.people[1], ids={"jira": "712020:grace", "linear": "u-grace"}),))
    assert is_named(person, named, "linear", policy)
    assert not is_named(LINUS, named, "linear", policy)


def test_outsiders_are_named_only_as_whom_the_policy_knows() -> None:
    """Their own name and id name nobody; they do as whom the policy has by e-mail or id."""
    assert not is_named(GUEST, GUEST.name, "linear", POLICY)
    assert not is_named(GUEST, GUEST.id, "linear", POLICY)
    assert is_named(replace(GUEST, email="grace@acme.test"), "Grace Hopper", "linear", POLICY)
    listed = replace(POLICY, people=(replace(POLICY.people[1], ids={"linear": GUEST.id}),))
    assert is_named(GUEST, "Grace Hopper", "linear", listed)


def test_time_from_wording_to_decision_is_kept() -> None:
    """It counts from the version that was decided on, and the reasons tell it."""
    decision = seen(risk((LINUS, "/risk 30%"), (LINUS, WHOLE), (GRACE, "/accept until 2026-12-24 because frozen")))
    found = standing(decision.memory.risks, decision.memory.risk_decisions, RISKY, later())
    assert decided_after(found) == round(1 / 60, 2)
    verdict = next(one for one in decision.verdicts if one.rule == "risk")
    assert verdict.inputs["decided after"] == "0.02 h"
    assert verdict.inputs["decided by"] == "Grace Hopper"
    assert verdict.inputs["until"] == "2026-12-24"
    assert decided_after(standing((), (), RISKY, NOW + timedelta(hours=1))) == 0.0


def test_reasons_show_what_was_looked_at() -> None:
    """Every verdict of the three rules shows its inputs, also where nothing was found."""
    for decision in (
        seen(risk()),
        seen(risk((LINUS, "/case retention x"), labels=("post-mortem", "strategic"), estimate=3.0)),
        seen(risk(labels=("post-mortem",)), Memory()),
    ):
        inputs = {one.rule: one.inputs for one in decision.verdicts}
        assert inputs["mandate"]
        assert inputs["business case"]
        assert inputs["risk"]["risk label"] in {"yes", "no"}
    bare = replace(RISKY, classes=replace(RISKY.classes, risk=None))
    verdict = next(one for one in seen(risk(), policy=bare).verdicts if one.rule == "risk")
    assert verdict.inputs["risk label"] == "none in the policy"


def test_date_that_is_over_is_told() -> None:
    """Whoever names a day in the past is told that it is over, in the question and when somebody decides too early."""
    typed = WHOLE.replace("2027-03-31", "March 2026")
    decision = seen(risk((LINUS, typed)))
    assert decision.findings[0].sentence == "Its statement of the risk lacks a horizon (March 2026 is over)."
    assert "by ⟨date⟩" in said(decision)
    assert "lacks a horizon (March 2026 is over)." in said(seen(risk((LINUS, typed), (GRACE, "/fund"))))
