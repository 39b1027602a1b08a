"""Decide one item: the rules in order, and what follows from them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from app.core import voice
from app.core.answering import answers_for
from app.core.case import Case, Ruling
from app.core.change import Change, RemoveLabel, SetDue
from app.core.choosing import counted, taken_in
from app.core.classes import read_class
from app.core.clock import in_mind
from app.core.decision import Decision, Finding, Verdict
from app.core.flips import noted
from app.core.item_class import ROUTED, ItemClass
from app.core.ladder import climbed, quiet_in
from app.core.memory import How, Left, Memory, Reply
from app.core.naming import among, spellings
from app.core.places import is_watched, route_of, settled
from app.core.policy import Policy
from app.core.postmortem import hung_under
from app.core.refusals import held_back, tried_again_at
from app.core.rules.business_case import business_case
from app.core.rules.due import due
from app.core.rules.labels import labels
from app.core.rules.mandate import mandate
from app.core.rules.owner import owner_rule
from app.core.rules.risk import risk_rule
from app.core.rules.routing import routing
from app.core.rules.size import size
from app.core.rules.staleness import staleness
from app.core.snapshot import Snapshot, Standing
from app.core.snoozing import snoozed
from app.core.stated import is_funded, refused, stated
from app.core.turns import in_turn
from app.core.values import replace
from app.core.windows import was_old

RULES: tuple[Callable[[Case], Ruling], ...] = (
    labels,
    size,
    routing,
    owner_rule,
    mandate,
    business_case,
    risk_rule,
    staleness,
    due,
)


def decide(snapshot: Snapshot, memory: Memory, policy: Policy, now: datetime, *, tells: bool = True) -> Decision:
    """Say what is wrong with an item, what is wanted, and when the answer can differ.

    `now` is UTC. The snapshot's facts are those that `needs` asked for. Unless it `tells`, no rung is climbed.
    """
    memory = settled(memory, snapshot)
    watched = snapshot.here and is_watched(snapshot, memory, policy)
    if not watched or snapshot.standing is not Standing.OPEN:
        return _stand_down(snapshot, memory, policy, now, watched=watched)
    memory = in_mind(memory, snapshot, policy, now)
    commands = counted(snapshot, memory, policy)
    memory = replace(taken_in(snapshot, memory, policy, commands), left=None)
    memory = stated(memory, snapshot, policy, commands, now)
    memory, answer = snoozed(memory, policy, commands)
    if memory.first_seen_at is None:
        memory = replace(memory, first_seen_at=now, hung_under=hung_under(snapshot, policy))
    case = Case(snapshot, memory, policy, now, memory.classless_since or now, commands, answer=answer)
    return _ruled(case, tells=tells)


def _ruled(case: Case, *, tells: bool) -> Decision:
    first = labels(case)
    item_class = first.item_class or ItemClass.MISSING
    goes_as = _goes_as(item_class, case.memory, case.policy, case.now)
    route = route_of(case.snapshot, case.memory, case.policy) if goes_as in ROUTED else None
    case = replace(case, item_class=item_class, goes_as=goes_as, route=route)
    case = replace(case, memory=climbed(case)) if tells else case
    rulings = [first, *(rule(case) for rule in RULES[1:])]
    wanted = tuple(change for ruling in rulings for change in ruling.wanted)
    memory = replace(
        case.memory,
        classless_since=case.classless_since if _lacks_class(item_class, first) else None,
        wished_due=next((change.day for change in wanted if isinstance(change, SetDue)), None),
    )
    memory = noted(memory, case.snapshot, wanted, case.commands, limit=case.policy.limits.flips, now=case.now)
    rulings += held_back(memory, wanted, case.now)
    return _decision(replace(case, memory=memory), in_turn(rulings), wanted)


def _lacks_class(item_class: ItemClass, labelled: Ruling) -> bool:
    """Tell whether the grace runs, or ran: a conflict that is told already ended it."""
    return item_class is ItemClass.MISSING or (item_class is ItemClass.CONFLICT and not labelled.findings)


def _goes_as(item_class: ItemClass, memory: Memory, policy: Policy, now: datetime) -> ItemClass:
    funded = item_class is ItemClass.RISK and is_funded(memory, policy, now)
    return ItemClass.STRATEGIC if funded else item_class


def _decision(case: Case, rulings: Sequence[Ruling], wanted: tuple[Change, ...]) -> Decision:
    findings = tuple(finding for ruling in rulings for finding in ruling.findings)
    route = case.route.name if case.route else None
    situation = voice.situation(case.item_class, route, findings)
    reply = Reply(situation, (case.answer,)) if case.answer else None
    reply = reply or refused(case.commands, case.memory, case.snapshot, case.policy, situation)
    reply = reply or voice.answer(case.commands, situation, rulings, case.memory)
    comment = voice.comment(rulings, findings, case.memory, case.policy, reply)
    quiet = quiet_in(case)
    silent = reply is None and was_old(quiet, case.memory, case.policy)
    if silent and case.memory.comment is None:
        comment = None
    moments = [ruling.look_again_at for ruling in rulings]
    moments.append(tried_again_at(wanted, comment, case.memory, case.now))
    return Decision(
        watched=True,
        item_class=case.item_class,
        route=route,
        findings=findings,
        wanted=wanted,
        comment=comment,
        asks=any(ruling.asks for ruling in rulings),
        look_again_at=min((moment for moment in moments if moment is not None), default=None),
        verdicts=tuple(ruling.verdict for ruling in rulings),
        memory=_minded(case, findings, reply),
        quiet=quiet,
        notices=() if silent else tuple(notice for ruling in rulings for notice in ruling.notices),
        owner=answers_for(case),
    )


def _minded(case: Case, findings: Sequence[Finding], reply: Reply | None) -> Memory:
    """Return the memory with what was found; an answer is always written: its words may have been deleted."""
    memory, ours = case.memory, case.memory.comment
    if ours is not None and reply is not None and reply is not memory.reply:
        memory = replace(memory, comment=replace(ours, digest=""))
    return replace(memory, since=_since(findings, memory.since, case.now), reply=reply)


def _since(findings: Sequence[Finding], before: Mapping[str, datetime], now: datetime) -> dict[str, datetime]:
    return {finding.id: before.get(finding.id, now) for finding in findings}


def _stand_down(snapshot: Snapshot, memory: Memory, policy: Policy, now: datetime, *, watched: bool) -> Decision:
    """Take back our marks and questions from an item that is closed, gone or not watched any more."""
    closed = snapshot.standing is not Standing.OPEN
    known = memory.first_seen_at is not None
    memory = replace(in_mind(memory, snapshot, policy, now), told=()) if known else memory
    because = "it is closed" if closed else "it is not what the policy watches"
    spoke = snapshot.here and memory.comment is not None and bool(memory.comment.id)
    wanted = _taken_back(snapshot, memory, policy) if known and snapshot.here else ()
    memory = noted(memory, snapshot, wanted, (), limit=policy.limits.flips, now=now)
    comment = voice.stood_down(snapshot.standing) if spoke else None
    item_class = read_class(snapshot, policy).item_class
    return Decision(
        watched=watched,
        item_class=item_class,
        route=None,
        findings=(),
        wanted=wanted,
        comment=comment,
        asks=False,
        look_again_at=tried_again_at(wanted, comment, memory, now),
        verdicts=(Verdict("watch", "left alone", because, "it is open and watched again"),),
        memory=replace(
            memory,
            left=_left(memory.left, Left(_how(snapshot, policy), now), watched=watched) if known else None,
            since={},
            reply=None,
            classless_since=None,
        ),
        owner=answers_for(
            Case(snapshot, memory, policy, now, now, (), item_class, goes_as=_goes_as(item_class, memory, policy, now))
        ),
    )


def _left(before: Left | None, now: Left, *, watched: bool) -> Left:
    """Keep the first account of how an item left, but for a ticket that is still watched and was closed otherwise."""
    return now if before is None or (watched and before.how != now.how) else before


def _how(snapshot: Snapshot, policy: Policy) -> How:
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
