"""Turn a checked file into the core's policy."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import date, time, timedelta
from pathlib import PurePath
from typing import Any

from pydantic import BaseModel

from app.core import policy as core


def to_policy(file: Any, name: str) -> core.Policy:
    """Return what an instance of `policy_model` means; `name` is the file's."""
    rotas = {rota.casefold(): rota for rota in file.on_call}
    policy = core.Policy(
        watch=tuple(_watch(watch) for watch in file.watch),
        routes=tuple(_route(route, rotas) for route in file.routes),
        postmortem=tuple(_origin(origin) for origin in file.postmortem),
        classes=_classes(file.classes),
        size=core.Size(file.size.estimate_at_least, tuple(file.size.labels)),
        urgency=core.Urgency(tuple(file.urgency.priorities), tuple(file.urgency.labels)),
        people=tuple(_member(person) for person in file.people),
        mandate_roles=tuple(file.mandate_roles),
        goals=tuple(core.Goal(goal.key, goal.text) for goal in file.goals),
        on_call={rota: tuple(_source(source) for source in chain) for rota, chain in file.on_call.items()},
        stale=_stale(file.stale),
        bots=tuple(file.activity.bots),
        relays=tuple(file.activity.relays),
        messages=_messages(file.messages),
        limits=core.Limits(file.limits.writes_per_hour, file.limits.largest_change, file.limits.flips),
        where=PurePath(name).name,
    )
    return replace(policy, digest=digest(policy))


def digest(policy: core.Policy) -> str:
    """Return the SHA-256 of what a policy means, in hexadecimal digits.

    Neither the file's name, comments and order of keys count, nor whether a default is written out: a later version
    that knows more keys reads the same digest from the same file.
    """
    meaning = _meaning(replace(policy, digest="", where="followthrough.yaml"))
    return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()


def _meaning(value: Any) -> Any:
    if is_dataclass(value):
        parts = ((field, getattr(value, field.name)) for field in fields(value))
        return {field.name: _meaning(part) for field, part in parts if part != _default(field)}
    if isinstance(value, Mapping):
        return {key: _meaning(entry) for key, entry in value.items() if entry is not None}
    if isinstance(value, tuple | list):
        return [_meaning(entry) for entry in value]
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value.isoformat() if isinstance(value, date | time) else value


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _target(part: BaseModel) -> dict[str, Any]:
    """Return a connector's part in the file's own words, JSON types only."""
    return part.model_dump(mode="json", by_alias=True)


def _targets(part: BaseModel) -> dict[str, core.Target]:
    boards = {name: getattr(part, name) for name in type(part).model_fields if name != "on_call"}
    return {name: _target(board) for name, board in boards.items() if board is not None}


def _watch(watch: Any) -> core.Watch:
    return core.Watch(
        tracker=watch.tracker,
        label=watch.label,
        teams=tuple(watch.teams),
        projects=tuple(watch.projects),
        issue_types=tuple(watch.issue_types),
    )


def _origin(origin: Any) -> core.Origin:
    return core.Origin(origin.source, getattr(origin, "prefix", "") or getattr(origin, "matches", ""))


def _by_urgency(part: Any) -> core.ByUrgency:
    return core.ByUrgency(part.default, part.urgent)


def _classes(classes: Any) -> core.Classes:
    return core.Classes(
        operational=core.ClassLabel(classes.operational.label, tuple(classes.operational.aliases)),
        strategic=core.ClassLabel(classes.strategic.label, tuple(classes.strategic.aliases)),
        due=_by_urgency(classes.operational.due),
        risk=classes.risk and classes.risk.label,
        needs_class=classes.needs_class,
        grace=classes.grace,
        on_conflict=classes.on_conflict,
    )


def _member(person: Any) -> core.Member:
    own = {"name", "email", "role", "mandate"}
    mandate = person.mandate and core.Mandate(tuple(person.mandate.areas), person.mandate.until)
    ids = {name: getattr(person, name) for name in type(person).model_fields if name not in own}
    return core.Member(
        name=person.name,
        email=person.email,
        role=person.role or "",
        mandate=mandate,
        ids={name: id_ for name, id_ in ids.items() if id_ is not None},
    )


def _source(source: Any) -> core.Source:
    settings = _target(source)
    return core.Source(settings.pop("source"), settings)


def _route(route: Any, rotas: Mapping[str, str]) -> core.Route:
    on_call = route.operational.on_call
    when = route.when and core.When(**{key: tuple(words or ()) for key, words in route.when})
    return core.Route(
        name=route.name,
        area=route.area,
        when=when,
        on_call=on_call and rotas[on_call.casefold()],
        boards=_targets(route.operational),
        epics=_targets(route.strategic),
    )


def _stale(stale: Any) -> core.Stale:
    return core.Stale(
        operational=_by_urgency(stale.operational),
        strategic=_by_urgency(stale.strategic),
        unclassified=_by_urgency(stale.unclassified),
        ladder=tuple(core.Rung(rung.after, rung.tell) for rung in stale.ladder),
        longest_snooze=stale.snooze.longest,
        snoozes=stale.snooze.at_most,
        tell_old=stale.tell_old,
    )


def _messages(messages: Any) -> core.Messages:
    begin, end = messages.quiet.hours or (None, None)
    return core.Messages(
        digest_at=messages.digest_at,
        timezone=messages.timezone,
        quiet_days=tuple(messages.quiet.days),
        quiet_from=begin,
        quiet_until=end,
        per_person_per_day=messages.at_most_per_person_per_day,
        channels=tuple(send.via for send in messages.send),
    )
