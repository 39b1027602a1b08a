"""A word that states something is answered where nothing on the item calls for it."""

import pytest

from app.core.policy import Goal
from app.core.values import replace
from tests.builders import DAY, MINUTE, NOW, memory, policy, snapshot
from tests.core.test_voice import ours, typed, world_of
from tests.core.tracker import open_words, run

GOALS = replace(policy(), goals=(Goal("retention", "Customers can always pay"),))
ASKED = run(replace(world_of(snapshot()), policy=GOALS), memory(), NOW)
"""An unclassified item after its question was asked."""
STATED = "/risk If we do not shard by 2027-03-31, we will lose 30% of revenue. Decision: Ada Admin"


@pytest.mark.parametrize(
    ("body", "because"),
    [
        pytest.param("/case retention: customers can pay", "it is not strategic", id="a case"),
        pytest.param("/case nonsense", "it is not strategic", id="a case for no goal"),
        pytest.param("/risk", "it is not both large and urgent", id="no statement"),
        pytest.param(STATED, "it is not both large and urgent", id="a risk"),
    ],
)
def test_statement_that_nothing_calls_for_is_answered(body: str, because: str) -> None:
    """Who states a case or a risk where none is asked for hears once why it does nothing yet, until that changes."""
    ran = run(typed(ASKED, body, NOW + MINUTE), ASKED.memory, NOW + MINUTE)
    word = body.split(maxsplit=1)[0]
    assert f"{word} does nothing here yet, because {because}. This changes when" in open_words(ran)
    assert run(ran.world, ran.memory, NOW + DAY).writes == ()
    after = run(typed(ran, "/strategic", NOW + DAY), ran.memory, NOW + DAY)
    assert "does nothing here" not in ours(after)[-1].body


def test_statement_that_is_asked_for_is_not_answered() -> None:
    """Where it counts the question speaks for itself: it goes, or names what lacks."""
    strategic = run(typed(ASKED, "/strategic", NOW + MINUTE), ASKED.memory, NOW + MINUTE)
    ran = run(typed(strategic, "/case nonsense", NOW + DAY), strategic.memory, NOW + DAY)
    assert "does nothing here" not in ours(ran)[-1].body
