"""An item that somebody holds is held by somebody who is there."""

import pytest

from app.core.person import Person
from app.core.snapshot import OnCallFact
from app.core.text import Mention
from tests.builders import ADA, CODEBOT, LEFT, LINUS, decided, facts, found, snapshot


@pytest.mark.parametrize("label", ["operational", "risk", "", "operational strategic"])
def test_deactivated_holder_keeps_the_item_and_is_told_about(label: str) -> None:
    """Nothing is unassigned; whoever is on call is asked to give the item to somebody."""
    decision = decided(snapshot(*label.split(), assignee=LEFT, facts=facts(board=None)))
    assert "owner.inactive" in found(decision)
    assert not [change for change in decision.wanted if type(change).__name__ == "Assign"]
    finding = next(one for one in decision.findings if one.id == "owner.inactive")
    assert finding.sentence == "Leo Left, who holds it, is deactivated."
    assert decision.asks
    assert decision.comment is not None
    told = "Linus Duty, Leo Left holds this item, but the account is deactivated. Please give it to somebody."
    assert told in decision.comment.plain()


@pytest.mark.parametrize(
    ("label", "assignee"),
    [
        pytest.param("operational", ADA, id="an active holder"),
        pytest.param("operational", None, id="nobody"),
        pytest.param("operational", CODEBOT, id="a bot"),
        pytest.param("strategic", LEFT, id="strategic: its epic's owner answers for it"),
    ],
)
def test_nobody_who_left_holds_it(label: str, assignee: Person | None) -> None:
    """There is nothing to tell about an item whose holder is there, or does not matter."""
    decision = decided(snapshot(label, assignee=assignee, facts=facts(board=None, epic=None)))
    assert "owner.inactive" not in found(decision)
    assert decision.verdicts[3].because == "nobody who left holds it"


@pytest.mark.parametrize("fact", [None, OnCallFact(), OnCallFact(None, "Zoe Zone"), OnCallFact(CODEBOT, "Codebot")])
def test_nobody_is_mentioned_when_nobody_is_on_call(fact: OnCallFact | None) -> None:
    """Without anybody on call who can be reached the sentence stands by itself."""
    decision = decided(snapshot("operational", assignee=LEFT, facts=facts(board=None, on_call=fact)))
    assert decision.comment is not None
    assert not [s for block in decision.comment.blocks for s in block.spans if isinstance(s, Mention)]
    assert decision.comment.plain().startswith("Leo Left holds this item")


def test_reasons_name_the_holder() -> None:
    """The verdict shows whose account is deactivated."""
    verdict = decided(snapshot("operational", assignee=LEFT, facts=facts(board=None))).verdicts[3]
    assert (verdict.rule, verdict.verdict, verdict.inputs) == ("owner", "inactive", {"assignee": "Leo Left"})
    assert LINUS.name not in verdict.because
