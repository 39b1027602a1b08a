"""Tell whether an item stands on a team's board.

The team alone keeps it there. The policy's state and cycle are asked for once, when the item enters: what people do
with them later is their planning, and stays.
"""

from app.core.naming import same
from app.core.snapshot import BoardFact, Snapshot
from connectors.linear.teams import BEGUN, WAITING
from connectors.linear.wire import CLOSED
from connectors.linear.words import BoardTarget


def board_fact(snapshot: Snapshot, target: BoardTarget, seen: BoardFact | None) -> BoardFact:
    """Tell whether it is there; no call is needed for it. `seen` is what was found last."""
    mark = target.mark()
    if not same(snapshot.team, target.team):
        return BoardFact(here=False, mark=mark)
    entered = seen is not None and seen.here and seen.mark == mark
    return BoardFact(here=entered or in_order(snapshot, target), mark=mark)


def board_ahead(snapshot: Snapshot, target: BoardTarget, seen: BoardFact | None) -> BoardFact:
    """Tell whether an item would be found there, by a stored snapshot, which knows neither cycle nor kind of state.

    One of the team's that stands on the board that it was held against has entered the team's; another would have to,
    unless nothing is asked of those that enter but the state that it is in.
    """
    entered = seen is not None and seen.here
    ready = target.cycle is None and same(snapshot.state, target.state or snapshot.state)
    here = same(snapshot.team, target.team) and (entered or (ready and not same(snapshot.state, "triage")))
    return BoardFact(here=here, mark=target.mark())


def in_order(snapshot: Snapshot, target: BoardTarget) -> bool:
    """Tell whether state and cycle are as the policy asks of an item that enters."""
    return not wants_state(snapshot, target) and not wants_cycle(snapshot, target, snapshot.native["active_cycle"])


def wants_state(snapshot: Snapshot, target: BoardTarget) -> bool:
    """Tell whether the item waits where nobody has taken it in hand; triage is no part of a board."""
    kind = snapshot.native["state_type"]
    if target.state is None:
        return bool(kind == "triage")
    return kind in WAITING and not same(snapshot.state, target.state)


def keeps_state(snapshot: Snapshot) -> bool:
    """Tell whether work on the item has begun or is over, so that the policy's state would set it back."""
    return snapshot.native["state_type"] in BEGUN


def wants_cycle(snapshot: Snapshot, target: BoardTarget, active: str | None) -> bool:
    """Tell whether the item belongs in the team's running cycle and is not there; without one there is none to want."""
    over = snapshot.native["state_type"] in CLOSED
    return target.cycle is not None and active is not None and not over and snapshot.native["cycle"] != active
