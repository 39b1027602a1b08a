"""How long an item may stay quiet, and whether it was quiet for longer."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from app.core.choosing import chosen, counted
from app.core.classes import read_class
from app.core.clock import in_mind
from app.core.item_class import ROUTED, ItemClass
from app.core.memory import Memory
from app.core.moments import later
from app.core.places import is_watched, settled
from app.core.policy import ByUrgency, Policy, Stale
from app.core.quiet import Quiet
from app.core.risk_decisions import standing
from app.core.rules.risk import as_called_for, why_risk
from app.core.rules.size import urgent
from app.core.snapshot import Snapshot, Standing


def is_on(policy: Policy) -> bool:
    """Tell whether the policy asks for anything when an item is quiet."""
    return policy.stale != Stale()


def quiet_of(snapshot: Snapshot, memory: Memory, policy: Policy, item_class: ItemClass, now: datetime) -> Quiet:
    """Return how long the item has been quiet; the memory is one that `in_mind` returned."""
    last = memory.last_activity
    if last is None:
        raise ValueError("what was done to the item has not been taken in")
    window = _window(snapshot, memory, policy, item_class, now)
    until = memory.snoozes[-1].until if memory.snoozes else now
    return Quiet(
        last,
        window,
        later(last.at, window) if window is not None else None,
        until if until > now else None,
        memory.told[-1].rung + 1 if memory.told else 0,
    )


def accepted_until(memory: Memory, policy: Policy, now: datetime) -> date | None:
    """Return the last day of a risk's acceptance; None while it is not accepted."""
    found = standing(memory.risks, memory.risk_decisions, policy, now)
    return found.decision.until if found.decision is not None and found.state == "accepted" else None


def is_stale(quiet: Quiet, now: datetime) -> bool:
    """Tell whether the item has been quiet for too long, and nobody lets it wait."""
    return quiet.stale_at is not None and quiet.stale_at <= now and quiet.snoozed_until is None


def was_old(quiet: Quiet, memory: Memory, policy: Policy) -> bool:
    """Tell whether the item had been quiet for too long already when it was first seen, and nobody is to hear of it.

    Whoever connects a workspace with years behind it asks for no letter about each of them. Somebody's activity ends
    it, as does the policy's word; who was told before goes on being told.
    """
    if policy.stale.tell_old or memory.told or quiet.stale_at is None:
        return False
    return memory.first_seen_at is None or quiet.stale_at <= memory.first_seen_at


def is_confirmed(quiet: Quiet, snapshot: Snapshot, memory: Memory) -> bool:
    """Tell whether the item's history bears out that it is stale.

    It was read after the item had changed last, or once the item had gone stale: what changed since was heard of.
    """
    read = memory.history_read
    if read is None or quiet.stale_at is None:
        return False
    return read.changed_at >= snapshot.updated_at or read.at >= quiet.stale_at


def history_wanted(snapshot: Snapshot, memory: Memory, policy: Policy, now: datetime) -> bool:
    """Tell whether the item's history must be read before `decide` judges it.

    So it is when by all that is known the item is stale, and it has changed since its history was read. `snapshot`
    holds what was heard of it already. What was asked for goes into `Snapshot.history`, be it empty.
    """
    memory = settled(memory, snapshot)
    is_open = snapshot.here and snapshot.standing is Standing.OPEN
    if snapshot.history is not None or not (is_on(policy) and is_open and is_watched(snapshot, memory, policy)):
        return False
    memory = in_mind(memory, snapshot, policy, now)
    read = memory.history_read
    if read is not None and read.changed_at >= snapshot.updated_at:
        return False
    classes = _classes(snapshot, memory, policy)
    return any(is_stale(quiet_of(snapshot, memory, policy, one, now), now) for one in classes)


def _classes(snapshot: Snapshot, memory: Memory, policy: Policy) -> Iterable[ItemClass]:
    """Return what the item's class can turn out to be; who set which label last may not be known yet."""
    typed = chosen(snapshot, memory, policy, counted(snapshot, memory, policy))
    snapshot = as_called_for(snapshot, memory, policy)
    one = read_class(snapshot, policy, typed).item_class
    if one is ItemClass.CONFLICT and policy.classes.on_conflict == "latest":
        return (one, *ROUTED)
    return (ItemClass.RISK,) if one is ItemClass.MISSING and why_risk(snapshot, policy) else (one,)


def _window(
    snapshot: Snapshot, memory: Memory, policy: Policy, item_class: ItemClass, now: datetime
) -> timedelta | None:
    """Return how long the item may stay quiet; None: for ever, as while a risk is accepted."""
    if item_class is ItemClass.RISK and accepted_until(memory, policy, now) is not None:
        return None
    spans = _spans(item_class, policy.stale)
    return spans.urgent if spans.urgent is not None and urgent(snapshot, policy) else spans.default


def _spans(item_class: ItemClass, stale: Stale) -> ByUrgency:
    if item_class is ItemClass.OPERATIONAL:
        return stale.operational
    return stale.strategic if item_class in {ItemClass.STRATEGIC, ItemClass.RISK} else stale.unclassified
