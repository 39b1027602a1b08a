"""Look a whole set-up over: what the policy itself lacks, whom trackers do not know, who answers for the rotas."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from app.core.errors import FollowthroughError
from app.core.mandates import are_declared, holders, today_at
from app.core.naming import among
from app.core.policy import Member, Policy, Route, Source
from app.core.snapshot import OnCallFact
from app.flow.on_call import Rotas
from app.ports import Clock, Tracker
from app.ports.examiner import Diagnosis, Examiner, Level

PATIENCE = 60.0
"""Seconds that one tracker's examination may take."""


async def diagnose(
    policy: Policy,
    trackers: Mapping[str, Tracker],
    rotas: Rotas,
    clock: Clock,
    *,
    doors: Collection[str],
    address: str | None,
    people: int | None = None,
) -> list[Diagnosis]:
    """Return what is wrong; `doors` are the trackers whose webhooks we can check, `address` is where people reach us.

    Nothing is written anywhere. So many `people` are looked up, or all. What stands in the policy links to our page.
    """
    page = f"{address.rstrip('/')}/policy" if address else None
    found = [*set_up(policy, trackers, doors), *(_on(page, one) for one in by_itself(policy, clock.now()))]
    examined = await asyncio.gather(*(_examined(one, policy, address) for one in trackers.values()))
    for each in examined:
        found += each
    down = {one.name for one, each in zip(trackers.values(), examined, strict=True) if _is_down(each, one.name)}
    up = [tracker for tracker in trackers.values() if tracker.name not in down]
    found += [_on(page, each) async for each in _people(up, policy.people[:people], policy)]
    for tracker in up:
        found += [_on(page, each) async for each in _rotas(tracker, policy, rotas)]
    return list(dict.fromkeys(found))


def _on(page: str | None, one: Diagnosis) -> Diagnosis:
    return replace(one, link=page)


def set_up(policy: Policy, trackers: Collection[str], doors: Collection[str]) -> Iterator[Diagnosis]:
    """Name what the policy watches and what is not switched on, or cannot be heard."""
    for name in dict.fromkeys(watch.tracker for watch in policy.watch):
        if name not in trackers:
            hint = "set its credentials, or take it out of watch"
            yield Diagnosis(f"{name}.off", f"the policy watches {name}, which has no credentials", hint)
        elif name not in doors:
            what = f"there is no secret for the webhooks of {name}, so each is refused"
            setting = f"FOLLOWTHROUGH_{name.upper()}_WEBHOOK_SECRETS"
            hint = (
                f"`followthrough webhook register` makes webhook and secret; or set {setting} to the webhook's secret"
            )
            yield Diagnosis(f"{name}.no_secret", what, hint)


def by_itself(policy: Policy, now: datetime) -> Iterator[Diagnosis]:
    """Judge the policy without asking anybody."""
    trackers = dict.fromkeys(watch.tracker for watch in policy.watch)
    if not any(route.when is None for route in policy.routes):
        hint = "add a last route without `when`"
        yield Diagnosis("route.no_default", "items that fit no route go nowhere", hint, level="warning")
    for route in policy.routes:
        yield from _places(route, list(trackers))
        if route.boards and route.on_call is None:
            hint = "add on_call under the route's operational"
            yield Diagnosis("route.no_rota", f"route {route.name} gives its items to nobody", hint, level="warning")
    yield from _mandates(policy, now)
    yield from _goals(policy)


def _places(route: Route, trackers: Sequence[str]) -> Iterator[Diagnosis]:
    """Name the trackers on which a route leads nowhere; one for certain teams or projects may be for one tracker."""
    narrow = route.when is not None and bool(route.when.teams or route.when.projects)
    for tracker in trackers:
        hint = f"add {tracker} there, or narrow the route's `when`"
        if tracker not in route.boards and not (narrow and route.boards):
            what = f"route {route.name} names no board on {tracker} under operational"
            yield Diagnosis("route.no_board", what, hint, level="warning")
        if tracker not in route.epics and not (narrow and route.epics):
            what = f"route {route.name} names no epic on {tracker} under strategic"
            yield Diagnosis("route.no_epic", what, hint, level="warning")


def _mandates(policy: Policy, now: datetime) -> Iterator[Diagnosis]:
    today = today_at(now, policy)
    if not are_declared(policy):
        return
    for area in dict.fromkeys(route.area for route in policy.routes if route.epics):
        if not holders(area, policy, today):
            what = f"nobody has the mandate for {area}" if area else "nobody has a mandate"
            yield Diagnosis("mandate.nobody", what, "give it to somebody under people, or see its end and the roles")
    areas = [route.area for route in policy.routes if route.area]
    for member in policy.people:
        mandate = member.mandate
        if mandate is None:
            continue
        if mandate.until is not None and mandate.until < today:
            what = f"{member.name}'s mandate ended on {mandate.until.isoformat()}"
            yield Diagnosis("mandate.ended", what, "give it a later end, or remove it", level="warning")
        if policy.mandate_roles and not among(member.role, policy.mandate_roles):
            what = f"{member.name} has a mandate and the role {member.role or 'of nobody'}, which can have none"
            hint = f"give them one of {', '.join(policy.mandate_roles)}, or add theirs to mandate_roles"
            yield Diagnosis("mandate.role", what, hint, level="warning")
        for area in mandate.areas:
            if not among(area, areas):
                what = f"{member.name} has a mandate for {area}, which is no route's area"
                yield Diagnosis("mandate.area", what, "see routes: area", level="warning")


def _goals(policy: Policy) -> Iterator[Diagnosis]:
    seen: dict[str, str] = {}
    for goal in policy.goals:
        first = seen.setdefault(" ".join(goal.text.casefold().split()), goal.key)
        if first != goal.key:
            what = f"the goals {first} and {goal.key} say the same"
            yield Diagnosis("goals.same", what, "keep one of them", level="warning")


async def _examined(tracker: Tracker, policy: Policy, address: str | None) -> Sequence[Diagnosis]:
    if not isinstance(tracker, Examiner):
        return ()
    door = f"{address.rstrip('/')}/webhooks/{tracker.name}" if address else None
    try:
        async with asyncio.timeout(PATIENCE):
            return await tracker.examine(policy, door)
    except TimeoutError:
        hint = "see whether its address can be reached from here, and try again"
        return [Diagnosis(f"{tracker.name}.unreachable", f"{tracker.name} did not answer in time", hint)]


def _is_down(found: Sequence[Diagnosis], tracker: str) -> bool:
    ids = ("credentials", "address", "unreachable", "scoped_token", "gateway")
    return any(each.id == f"{tracker}.{id_}" for each in found for id_ in ids)


async def _people(trackers: Sequence[Tracker], people: Sequence[Member], policy: Policy) -> AsyncIterator[Diagnosis]:
    """Look everybody up; whom one tracker knows may well be unknown to another."""
    named = (*policy.bots, *policy.relays)
    for member in people if trackers else ():
        strangers: list[tuple[Tracker, str]] = []
        for tracker in trackers:
            try:
                person = await tracker.person(ids=member.ids, email=member.email, name=member.name)
            except FollowthroughError as error:
                strangers.append((tracker, f"{tracker.name} cannot be asked for {member.name}: {error}"))
                continue
            if person is None:
                what = f"{tracker.name} knows nobody with the e-mail {member.email} ({member.name})"
                strangers.append((tracker, what))
            elif not person.active:
                what = f"{member.name} is deactivated in {tracker.name}"
                hint = "remove them from people; give their epics, rotas and mandate to somebody else"
                yield Diagnosis("people.inactive", what, hint)
            elif person.bot and not among(member.email, named):  # one may stand here for its ids alone
                what = f"{member.name} is a machine in {tracker.name}, or our own account"
                yield Diagnosis("people.bot", what, "name a person; machines belong under activity: bots")
        level: Level = "error" if len(strangers) == len(trackers) else "warning"
        for tracker, what in strangers:
            yield Diagnosis("people.unknown", what, _by_id(tracker.name), level=level)


def _by_id(tracker: str) -> str:
    return f"see the e-mail; where {tracker} hides it, write their id there as `{tracker}:` beside it"


async def _rotas(tracker: Tracker, policy: Policy, rotas: Rotas) -> AsyncIterator[Diagnosis]:
    """Ask every source of every rota that a route of this tracker's uses."""
    used = [route.on_call for route in policy.routes if route.on_call and tracker.name in route.boards]
    for rota in dict.fromkeys(used):
        chain = policy.on_call.get(rota, ())
        facts = [(source, await _alone(rota, source, policy, rotas, tracker)) for source in chain]
        works = any(fact.person is not None for _, fact in facts)
        for found in (_source(rota, source, fact, tracker.name) for source, fact in facts):
            if found is not None:
                yield found
        if not works and not any(fact.name for _, fact in facts):
            what = f"on_call {rota}: nobody is on call by any of its sources"
            hint = "see the schedules, or add a `static` source at the end of the chain"
            yield Diagnosis("rota.nobody", what, hint)


async def _alone(rota: str, source: Source, policy: Policy, rotas: Rotas, tracker: Tracker) -> OnCallFact:
    try:
        return await rotas.who(rota, replace(policy, on_call={rota: (source,)}), tracker)
    except FollowthroughError as error:
        return OnCallFact(tried=(f"{source.connector}: {error}",))


def _source(rota: str, source: Source, fact: OnCallFact, tracker: str) -> Diagnosis | None:
    if fact.person is not None:
        return None
    said = fact.tried[0] if fact.tried else f"{source.connector}: nobody"
    if fact.name is not None:
        what = f"on_call {rota}: {said.replace(' here', f' in {tracker}')}"
        return Diagnosis("rota.unknown_person", what, f"add them to people with their {tracker} id")
    if said.endswith(": nobody"):
        return None
    if said.endswith("not set up here"):
        what = f"on_call {rota} asks {source.connector}, which is not set up"
        return Diagnosis("rota.off", what, f"set its credentials, see the page of {source.connector}")
    return Diagnosis("rota.source", f"on_call {rota}: {said}", "see the id in the policy and the source's credentials")
