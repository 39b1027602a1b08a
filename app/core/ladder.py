"""The ladder: who is told, one after the other, when an item stays quiet.

A rung comes when its wait since the item went stale is over, and no sooner after the rung before than the two are
apart, so that a week in which we were off brings one rung and not all of them. A rung that finds nobody is noted and
the next one comes in its time. An activity ends it all; a snooze only holds it up.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.answering import addressee, unseen_holder
from app.core.case import Case
from app.core.clock import in_mind
from app.core.item_class import ItemClass
from app.core.memory import Memory, Told
from app.core.moments import later
from app.core.policy import Policy, Rung
from app.core.quiet import Quiet
from app.core.snapshot import Snapshot
from app.core.values import replace
from app.core.windows import is_confirmed, is_on, is_stale, quiet_of, was_old

BREATH = timedelta(minutes=1)
"""How far two rungs are apart that the policy has at the same moment."""

_WITHOUT_ROTA = frozenset({ItemClass.STRATEGIC, ItemClass.RISK})


def quiet_in(case: Case) -> Quiet:
    """Return how long a case's item has been quiet."""
    return quiet_of(case.snapshot, case.memory, case.policy, case.item_class, case.now)


def climbed(case: Case) -> Memory:
    """Return the memory with the rung that is due, and who is told by it; the memory as it is when none is."""
    quiet = quiet_in(case)
    if not is_stale(quiet, case.now) or not is_confirmed(quiet, case.snapshot, case.memory):
        return case.memory
    moment, index = next_moment(case, quiet), _next(case.memory, case.policy, case.item_class)
    if moment is None or index is None or moment > case.now:
        return case.memory
    to = addressee(case, case.policy.stale.ladder[index])
    return replace(case.memory, told=(*case.memory.told, Told(index, case.now, to)))


def next_moment(case: Case, quiet: Quiet) -> datetime | None:
    """Return when the next rung comes; None where there is none or nobody knows when the item goes stale."""
    index, ladder = _next(case.memory, case.policy, case.item_class), case.policy.stale.ladder
    if index is None or quiet.stale_at is None or was_old(quiet, case.memory, case.policy):
        return None
    due = later(quiet.stale_at, ladder[index].after)
    if not case.memory.told:
        return due
    before, held_up = case.memory.told[-1], (snooze.until for snooze in case.memory.snoozes[-1:])
    apart = max(ladder[index].after - ladder[before.rung].after, BREATH)
    return max(due, later(max((before.at, *held_up)), apart))


def _next(memory: Memory, policy: Policy, item_class: ItemClass) -> int | None:
    """Return the number of the rung that comes next; who is on call has no part in what needs a plan."""
    first = memory.told[-1].rung + 1 if memory.told else 0
    rungs = enumerate(policy.stale.ladder[first:], first)
    return next((index for index, rung in rungs if _applies(rung, item_class)), None)


def _applies(rung: Rung, item_class: ItemClass) -> bool:
    return rung.tell != "on_call" or item_class not in _WITHOUT_ROTA


@dataclass(frozen=True, slots=True)
class Sought:
    """Say whom a stale item's next rung tells, as far as the item does not show it.

    `rota`: whoever is on call. `holder` is the id (for this tracker, empty: unknown) and the e-mail of whoever has the
    mandate.
    """

    rota: bool = False
    holder: tuple[str, str] | None = None


def sought(snapshot: Snapshot, memory: Memory, policy: Policy, item_class: ItemClass) -> Sought:
    """Return whom to find out for the next rung of an item that is stale by its history."""
    if not is_on(policy) or (snapshot.history is None and memory.history_read is None):
        return Sought()  # nothing is told before a history has confirmed it
    now = snapshot.updated_at
    memory = in_mind(memory, snapshot, policy, now)
    index = _next(memory, policy, item_class)
    quiet = quiet_of(snapshot, memory, policy, item_class, now)
    if index is None or not is_confirmed(quiet, snapshot, memory) or was_old(quiet, memory, policy):
        return Sought()
    case = Case(snapshot, memory, policy, now, now, (), item_class, goes_as=item_class)
    tell = policy.stale.ladder[index].tell
    return Sought(tell == "on_call", unseen_holder(case) if tell == "mandate" else None)
