"""Decide one item: the rules in order, and what follows from them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from app.core import voice
from app.core.case import Case, Ruling
from app.core.change import Change, RemoveLabel
from app.core.classes import ROUTED, read_class
from app.core.commands import fresh
from app.core.decision import Decision, Finding, ItemClass, Verdict
from app.core.flips import noted
from app.core.memory import Left, Memory
from app.core.naming import among, spellings
from app.core.needs import classless
from app.core.places import is_watched, route_of, settled
from app.core.policy import Policy
from app.core.refusals import held_back
from app.core.rules.labels import labels
from app.core.rules.owner import owner_rule
from app.core.rules.routing import routing
from app.core.rules.size import size
from app.core.snapshot import Snapshot, Standing

RULES: tuple[Callable[[Case], Ruling], ...] = (labels, size, routing, owner_rule)


def decide(snapshot: Snapshot, memory: Memory, policy: Policy, now: datetime) -> Decision:
    """Say what is wrong with an item, what is wanted, and when the answer can differ.

    `now` is UTC. The snapshot's facts are those that `needs` asked for.
    """
    memory = settled(memory, snapshot)
    watched = snapshot.here and is_watched(snapshot, memory, policy)
    if not watched or snapshot.standing is not Standing.OPEN:
        return _stand_down(snapshot, memory, policy, now, watched=watched)
    parent = snapshot.epic_of_kind("parent")
    if memory.first_seen_at is None:
        hung = parent.id if parent and any(origin.source == "parent" for origin in policy.postmortem) else None
        memory = replace(memory, first_seen_at=now, hung_under=hung)
    memory = replace(memory, left=None)
    commands = fresh(snapshot, memory, policy, classless=classless(snapshot, policy))
    return _ruled(Case(snapshot, memory, policy, now, memory.classless_since or now, commands))


def _ruled(case: Case) -> Decision:
    first = labels(case)
    item_class = first.item_class or ItemClass.MISSING
    route = route_of(case.snapshot, case.memory, case.policy) if item_class in ROUTED else None
    lost = case.classless_since if item_class is ItemClass.MISSING else None
    case = replace(case, item_class=item_class, route=route)
    rulings = [first, *(rule(case) for rule in RULES[1:])]
    wanted = tuple(change for ruling in rulings for change in ruling.wanted)
    memory = noted(replace(case.memory, classless_since=lost), wanted, case.commands, case.policy, case.now)
    rulings += held_back(memory, wanted, case.now)
    return _decision(replace(case, memory=memory), rulings, wanted)


def _decision(case: Case, rulings: Sequence[Ruling], wanted: tuple[Change, ...]) -> Decision:
    findings = tuple(finding for ruling in rulings for finding in ruling.findings)
    route = case.route.name if case.route else None
    situation = voice.situation(case.item_class, route, findings)
    reply = voice.answer(case.commands, situation, rulings, case.memory)
    since = _since(findings, case.memory.since, case.now)
    moments = [ruling.look_again_at for ruling in rulings if ruling.look_again_at is not None]
    return Decision(
        watched=True,
        item_class=case.item_class,
        route=route,
        findings=findings,
        wanted=wanted,
        comment=voice.comment(rulings, findings, case.memory, case.policy, reply),
        asks=any(ruling.asks for ruling in rulings),
        look_again_at=min(moments, default=None),
        verdicts=tuple(ruling.verdict for ruling in rulings),
        memory=replace(case.memory, since=since, reply=reply),
        obeyed=tuple(command.mark for command in case.commands),
    )


def _since(findings: Sequence[Finding], before: Mapping[str, datetime], now: datetime) -> dict[str, datetime]:
    return {finding.id: before.get(finding.id, now) for finding in findings}


def _stand_down(snapshot: Snapshot, memory: Memory, policy: Policy, now: datetime, *, watched: bool) -> Decision:
    """Take back our marks and questions from an item that is closed, gone or not watched any more."""
    closed = snapshot.standing is not Standing.OPEN
    known = memory.first_seen_at is not None
    left = memory.left or (Left(_how(snapshot, policy), now) if known else None)
    because = "it is closed" if closed else "it is not what the policy watches"
    spoke = snapshot.here and memory.comment is not None and bool(memory.comment.id)
    return Decision(
        watched=watched,
        item_class=read_class(snapshot, policy).item_class,
        route=None,
        findings=(),
        wanted=_taken_back(snapshot, memory, policy) if known and snapshot.here else (),
        comment=voice.stood_down(snapshot.standing) if spoke else None,
        asks=False,
        look_again_at=None,
        verdicts=(Verdict("watch", "left alone", because, "it is open and watched again"),),
        memory=replace(memory, left=left, since={}, reply=None, classless_since=None),
    )


def _how(snapshot: Snapshot, policy: Policy) -> Literal["done", "wont_do", "vanished", "label_removed", "moved"]:
    if snapshot.standing is Standing.DONE:
        return "done"
    if snapshot.standing is Standing.WONT_DO:
        return "wont_do"
    if not snapshot.here:
        return "vanished"
    labelled = any(among(watch.label, snapshot.labels) for watch in policy.watches(snapshot.tracker))
    return "moved" if labelled else "label_removed"


def _taken_back(snapshot: Snapshot, memory: Memory, policy: Policy) -> tuple[Change, ...]:
    """Return the removal of the waiting mark: whoever set it from a closed item, only ours from one that left."""
    mark = policy.classes.needs_class
    if mark is None or (snapshot.standing is Standing.OPEN and not among(mark, memory.wrote.added)):
        return ()
    return tuple(RemoveLabel(label) for label in spellings(snapshot.labels, (mark,)))
