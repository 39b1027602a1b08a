"""An operational item is small: a large one is routed all the same, and a person is asked."""

import pytest

from app.core.change import Assign
from app.core.person import Person
from app.core.policy import Policy, Size
from app.core.snapshot import BoardFact, OnCallFact, Snapshot
from app.core.text import Mention
from tests.builders import ADA, CODEBOT, GRACE, LEFT, LINUS, decided, facts, found, policy, snapshot

BY_ESTIMATE = "its estimate is 8, and 8 or more is large"


@pytest.mark.parametrize(
    ("item", "size", "because"),
    [
        pytest.param(snapshot("operational", estimate=8), Size(8), BY_ESTIMATE, id="estimate at the bound"),
        pytest.param(
            snapshot("operational", estimate=12.5),
            Size(8),
            "its estimate is 12.5, and 8 or more is large",
            id="estimate above",
        ),
        pytest.param(snapshot("operational", estimate=7.9), Size(8), None, id="estimate below"),
        pytest.param(snapshot("operational"), Size(8), None, id="no estimate"),
        pytest.param(
            snapshot("operational", estimate=0),
            Size(0),
            "its estimate is 0, and 0 or more is large",
            id="bound of nought",
        ),
        pytest.param(snapshot("operational", estimate=99), Size(), None, id="no bound"),
        pytest.param(
            snapshot("operational", "Size/L"),
            Size(None, ("size/l", "size/xl")),
            "it carries the label Size/L",
            id="label",
        ),
        pytest.param(snapshot("operational", "size/m"), Size(None, ("size/l",)), None, id="another size label"),
        pytest.param(
            snapshot("operational", "size/l", estimate=8),
            Size(8, ("size/l",)),
            BY_ESTIMATE,
            id="both: the estimate is named",
        ),
    ],
)
def test_when_an_operational_item_is_too_large(item: Snapshot, size: Size, because: str | None) -> None:
    """Any sign of a large item that the policy names makes an operational one too large, and the sentence names it."""
    decision = decided(item, asked=policy(size=size))
    assert found(decision) == (["size.too_large"] if because else [])
    assert decision.verdicts[1].because == (because or "no sign of a large item holds")
    if because:
        assert decision.findings[0].sentence == f"It is operational, but large: {because}."


def test_large_operational_item_is_routed_and_asked_about() -> None:
    """Somebody must hold it, so it goes to the board while the question stands."""
    decision = decided(snapshot("operational", estimate=13, facts=facts()))
    assert Assign(LINUS) in decision.wanted
    assert decision.asks
    assert decision.comment is not None
    text = decision.comment.plain()
    assert text.startswith("Linus Duty, this is marked as a small fix, but it is large (its estimate is 13")
    assert "Type /strategic if it is a long-term change" in text
    assert "Rule: size in" in text


@pytest.mark.parametrize("label", ["strategic", "risk", "", "operational strategic"])
def test_only_operational_items_must_be_small(label: str) -> None:
    """A large item of any other class is as it should be, and the reasons still tell that it is large."""
    decision = decided(snapshot(*label.split(), estimate=13, facts=facts(epic=None)))
    assert "size.too_large" not in found(decision)
    assert decision.verdicts[1].verdict == "large"


@pytest.mark.parametrize(
    ("assignee", "on_call", "asked"),
    [
        pytest.param(ADA, LINUS, ADA, id="who holds it"),
        pytest.param(None, LINUS, LINUS, id="who is about to get it"),
        pytest.param(CODEBOT, LINUS, LINUS, id="who is about to get it from a bot"),
        pytest.param(None, None, GRACE, id="the creator, when nobody is on call"),
        pytest.param(None, LEFT, GRACE, id="the creator, when who is on call has left"),
        pytest.param(LEFT, LINUS, GRACE, id="the creator, when who holds it has left"),
    ],
)
def test_who_is_asked_about_a_large_item(assignee: Person | None, on_call: Person | None, asked: Person) -> None:
    """The question goes to whoever holds the item after the write, so that it reads the same at the next look."""
    fact = OnCallFact(on_call, on_call.name if on_call else None)
    decision = decided(snapshot("operational", estimate=13, assignee=assignee, facts=facts(on_call=fact)))
    assert decision.comment is not None
    first = decision.comment.blocks[0].spans[0]
    assert isinstance(first, Mention)
    assert first.person == asked


def test_nobody_to_ask_about_a_large_item() -> None:
    """Without anybody to ask the question is put to whoever reads it."""
    item = snapshot("operational", estimate=13, creator=None, facts=facts(board=BoardFact(here=True), on_call=None))
    decision = decided(item)
    assert decision.comment is not None
    assert decision.comment.plain().startswith("This is marked as a small fix")


@pytest.mark.parametrize(
    "asked", [policy(size=Size(20, ("size/l",))), policy(size=Size(None, ()))], ids=["another bound", "no bound"]
)
def test_question_goes_when_the_policy_changes(asked: Policy) -> None:
    """What is large is the policy's to say, now."""
    assert found(decided(snapshot("operational", estimate=13), asked=asked)) == []
