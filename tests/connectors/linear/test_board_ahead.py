"""Where an item would stand, by what is stored of it."""

from typing import Any

import pytest

from app.core.snapshot import BoardFact
from connectors.linear.board import board_ahead
from connectors.linear.words import BoardTarget
from tests.flow.fakes import item

HERE, ELSEWHERE = BoardFact(here=True), BoardFact(here=False)
PLAIN: dict[str, Any] = {"team": "eng"}


@pytest.mark.parametrize(
    ("target", "state", "seen", "here"),
    [
        (PLAIN, "Backlog", None, True),
        (PLAIN, "Triage", None, False),
        ({"team": "OPS"}, "Backlog", HERE, False),
        ({**PLAIN, "state": "todo"}, "Todo", None, True),
        ({**PLAIN, "state": "todo"}, "Backlog", None, False),
        ({**PLAIN, "state": "todo"}, "Backlog", ELSEWHERE, False),
        ({**PLAIN, "state": "todo"}, "In Review", HERE, True),
        ({**PLAIN, "cycle": "active"}, "Todo", None, False),
        ({**PLAIN, "cycle": "active"}, "Todo", HERE, True),
    ],
)
def test_who_stands_on_a_board_stays_and_others_of_the_team_would_enter(
    target: dict[str, Any], state: str, seen: BoardFact | None, here: bool
) -> None:
    """An item of the team that never stood on a board enters it with the state and cycle that the policy asks for."""
    snapshot = item("1", state=state)
    assert board_ahead(snapshot, BoardTarget.model_validate(target), seen).here is here
