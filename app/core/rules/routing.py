"""A classified item goes where its route says.

- Operational: onto the board, to whoever is on call unless a person holds it, with a due date if it has none,
  which never starts in the past by the days of the policy's time zone.
- Strategic: under the route's epic, unless a person put it under another.
- What stands on the board's fields and does not show there is told to a person; nothing is tried twice.
"""

from datetime import date, timedelta

from app.core.actors import holder, taker
from app.core.case import Case, Draft, Ruling
from app.core.change import Assign, LinkToEpic, MoveToBoard, SetDue
from app.core.decision import Finding, Verdict
from app.core.epics import chosen_epic
from app.core.item_class import ROUTED, ItemClass
from app.core.mandates import midnight_after, today_at
from app.core.moments import later
from app.core.policy import Route
from app.core.rules.size import urgent
from app.core.snapshot import Epic, EpicFact
from app.core.text import paragraph

NAME = "routing"

ASK_AGAIN = timedelta(hours=1)
"""How soon the rota is asked again while it names nobody: no event tells of the next shift."""
UNANSWERED = timedelta(seconds=30)
"""How soon it is asked again where it could not be asked."""
_UNROUTED = {
    ItemClass.MISSING: "an item without a class",
    ItemClass.CONFLICT: "an item with both class labels",
    ItemClass.RISK: "a risk that nobody funded",
}


def routing(case: Case) -> Ruling:
    """Put the item where its route says."""
    if case.goes_as not in ROUTED:
        until = "its class is known" + (" or it is funded" if case.item_class is ItemClass.RISK else "")
        inputs = {"class": str(case.item_class)}
        return Ruling(Verdict(NAME, "not routed", f"{_UNROUTED[case.item_class]} goes nowhere", until, inputs))
    draft = Draft()
    route = case.route
    if route is None or not _leads_somewhere(case, route):
        _no_route(case, draft)
    elif case.goes_as is ItemClass.OPERATIONAL:
        _operational(case, route, draft)
    else:
        _strategic(case, route, draft)
    return Ruling(
        _verdict(case, draft),
        tuple(draft.findings),
        tuple(draft.wanted),
        tuple(draft.says),
        look_again_at=draft.look_again_at,
    )


def _leads_somewhere(case: Case, route: Route) -> bool:
    targets = route.boards if case.goes_as is ItemClass.OPERATIONAL else route.epics
    return case.snapshot.tracker in targets


def _no_route(case: Case, draft: Draft) -> None:
    what = "board" if case.goes_as is ItemClass.OPERATIONAL else "epic"
    where = f"route {case.route.name} names no {what} here" if case.route else "no route fits it"
    sentence = f"It is {case.goes_as}, but {where}."
    finding = Finding("route.none", sentence, f"a route that names its {what} stands in the policy")
    draft.find(finding, paragraph(f"{sentence} Whoever keeps the policy can add one under routes."))


def _operational(case: Case, route: Route, draft: Draft) -> None:
    snapshot, fact = case.snapshot, case.snapshot.facts.board
    if fact is not None and not fact.here:
        draft.wanted.append(MoveToBoard(route.name, route.boards[snapshot.tracker]))
    if fact is not None and fact.here and fact.hidden_because:
        sentence = f"It is meant for the board of route {route.name} but does not show there: {fact.hidden_because}."
        draft.find(Finding("board.not_visible", sentence, "that condition holds"), paragraph(sentence))
    if holder(snapshot, case.policy) is None:
        _assign(case, route, draft)
    if snapshot.due is None and case.memory.wrote.due is None and (day := _due(case)) is not None:
        draft.wanted.append(SetDue(day))
        if (over := midnight_after(day, case.policy)) is not None:
            draft.look_by(over)


def _assign(case: Case, route: Route, draft: Draft) -> None:
    fact, person = case.snapshot.facts.on_call, taker(case.snapshot, case.policy)
    if fact is None:
        return
    if person is not None:
        draft.wanted.append(Assign(person))
        return
    tried = f" ({'; '.join(fact.tried)})" if fact.tried else ""
    if fact.unanswered:
        _unanswered(case, route, draft, tried)
        return
    if fact.name:
        told = f"{fact.name} is on call for {route.on_call}, but cannot be given items here."
        found = Finding("on_call.unknown_person", told + tried, "somebody takes it, or their account here is known")
    else:
        told = f"Nobody is on call for {route.on_call}."
        found = Finding("on_call.nobody", told + tried, "somebody takes it, or somebody is on call")
    draft.find(found, paragraph(f"{told} Please take the item or give it to somebody."))
    draft.look_by(later(case.now, ASK_AGAIN))


def _unanswered(case: Case, route: Route, draft: Draft, tried: str) -> None:
    """Note that the rota could not be asked: told to people only where a comment would else say that all is well."""
    told = f"Who is on call for {route.on_call} could not be found out yet"
    found = Finding("on_call.unanswered", f"{told}{tried}.", "the rota answers; it is asked again in half a minute")
    draft.find(found, *([paragraph(f"{told}.")] if case.memory.comment else []))
    draft.look_by(later(case.now, UNANSWERED))


def _due(case: Case) -> date | None:
    """Return the due date from the item's creation; from now where that has passed, and then it stays."""
    policy, spans, snapshot = case.policy, case.policy.classes.due, case.snapshot
    span = spans.urgent if spans.urgent is not None and urgent(snapshot, policy) else spans.default
    if span is None:
        return None
    today, wished = today_at(case.now, policy), case.memory.wished_due
    day = today_at(later(snapshot.created_at, span), policy)
    if day < today:
        day = wished if wished is not None and wished >= today else today_at(later(case.now, span), policy)
    return day


def _strategic(case: Case, route: Route, draft: Draft) -> None:
    fact = case.snapshot.facts.epic
    if fact is None or (fact.under and fact.refusal is None):
        return
    if fact.epic is None:
        sentence = f"The epic that route {route.name} names cannot be found."
        draft.find(Finding("epic.none", sentence, "the epic exists and can be seen"), paragraph(sentence))
    elif chosen_epic(case.snapshot, case.memory, fact.epic.kind) is None:
        _link(route, fact.epic, fact, draft)


def _link(route: Route, epic: Epic, fact: EpicFact, draft: Draft) -> None:
    if not fact.under:
        draft.wanted.append(LinkToEpic(route.name, epic, relate=fact.refusal is not None))
    if fact.refusal is not None:
        sentence = f"{epic.key} cannot be its parent: {fact.refusal}. The two are linked instead."
        found = Finding("epic.cannot_be_parent", sentence, f"route {route.name} names an epic that can be its parent")
        draft.find(found, paragraph(sentence))


def _verdict(case: Case, draft: Draft) -> Verdict:
    name = case.route.name if case.route else "none"
    fact = case.snapshot.facts.epic
    kind = fact.epic.kind if fact and fact.epic and not fact.under else None
    chosen = chosen_epic(case.snapshot, case.memory, kind) if kind else None
    if draft.findings:
        because = " ".join(finding.sentence for finding in draft.findings)
    elif case.goes_as is ItemClass.STRATEGIC and chosen:
        because = f"a person put it under {chosen.title}, and that holds"
    else:
        because = f"route {name} is the first whose conditions hold"
    inputs = {"route": name, "class": str(case.item_class), "team": case.snapshot.team or ""}
    if case.snapshot.assignee:
        inputs["assignee"] = case.snapshot.assignee.name
    verdict = "to do" if draft.wanted else "as it should be"
    return Verdict(NAME, verdict, because, "its class, its labels, its place or the policy's routes change", inputs)
