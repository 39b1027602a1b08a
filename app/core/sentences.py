"""Say the whole policy in sentences that a manager would sign."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.duration import in_words
from app.core.mandates import are_declared
from app.core.policy import ByUrgency, Member, Messages, Policy, Route, Rung, Source, Stale, When

TITLES = {
    "linear": "Linear",
    "jira": "Jira",
    "pagerduty": "PagerDuty",
    "jsm_ops": "Jira Service Management",
    "incident_io": "incident.io",
    "ical": "a calendar",
    "static": "a rotation",
    "slack": "Slack",
    "teams": "Teams",
    "email": "e-mail",
}
DAYS = {
    "mon": "Mondays",
    "tue": "Tuesdays",
    "wed": "Wednesdays",
    "thu": "Thursdays",
    "fri": "Fridays",
    "sat": "Saturdays",
    "sun": "Sundays",
}


@dataclass(frozen=True, slots=True)
class Section:
    """Hold one part of the policy: its heading and its sentences."""

    title: str
    sentences: tuple[str, ...]


def in_sentences(policy: Policy) -> tuple[Section, ...]:
    """Return the policy's parts that say anything."""
    parts = (
        Section("What is watched", (*_watched(policy), *_origins(policy))),
        Section("What an item is", (*_classes(policy), *_marks(policy))),
        Section("Where an item goes", tuple(line for route in policy.routes for line in _route(route, policy))),
        Section("Who is on call", tuple(_rota(name, chain) for name, chain in policy.on_call.items())),
        Section("Who can plan", _planners(policy)),
        Section("What it is good for", tuple(f"A goal is {goal.key}: {goal.text}." for goal in policy.goals)),
        Section("When an item has gone quiet", _stale(policy)),
        Section("How people are written to", _messages(policy)),
        Section("What is never exceeded", _limits(policy)),
    )
    return tuple(part for part in parts if part.sentences)


def as_text(policy: Policy) -> str:
    """Return the sentences as lines under their headings."""
    parts = ("\n".join((part.title, *(f"  {line}" for line in part.sentences))) for part in in_sentences(policy))
    return "\n\n".join(parts)


def _watched(policy: Policy) -> Iterable[str]:
    for watch in policy.watch:
        where = [
            f"{what} {_or(names)}"
            for what, names in (("team", watch.teams), ("project", watch.projects), ("type", watch.issue_types))
            if names
        ]
        limits = f" in {' and '.join(where)}" if where else ""
        yield f"Every {_title(watch.tracker)} ticket with the label {watch.label}{limits} is a post-mortem action item."


def _origins(policy: Policy) -> Iterable[str]:
    ways = {
        "label": "its label that begins with {0}",
        "link": "a link to {0}",
        "parent": "the ticket that it first hung under",
    }
    for origin in policy.postmortem:
        yield f"Its post-mortem is told by {ways[origin.source].format(origin.pattern)}."


def _classes(policy: Policy) -> Iterable[str]:
    classes = policy.classes
    for words, meaning in (
        (classes.operational, "a small fix; it goes to the on-call team's board"),
        (classes.strategic, "a long-term change; it goes under an epic"),
    ):
        also = f" (or {_or(words.aliases)}, which is replaced by it)" if words.aliases else ""
        yield f"An item with the label {words.label}{also} is {meaning}."
    yield from _by_urgency("An operational item that has no due date gets one {} after its creation", classes.due)
    if classes.risk:
        yield f"An item with the label {classes.risk} is a risk that somebody decides on."
    if classes.on_conflict == "wait":
        yield "An item with both class labels goes nowhere until a person says which holds."
    else:
        yield "Of two class labels the one that a person added last holds."


def _marks(policy: Policy) -> Iterable[str]:
    mark = f" and marked {policy.classes.needs_class}" if policy.classes.needs_class else ""
    yield f"An item without a class is asked about{mark} after {in_words(policy.classes.grace)}."
    large = [f"its estimate is {policy.size.estimate_at_least:g} or more"] if policy.size.estimate_at_least else []
    large += [f"it carries {_or(policy.size.labels)}"] if policy.size.labels else []
    if large:
        yield f"It is large when {' or '.join(large)}."
    urgent = [f"its priority is {_or(policy.urgency.priorities)}"] if policy.urgency.priorities else []
    urgent += [f"it carries {_or(policy.urgency.labels)}"] if policy.urgency.labels else []
    if urgent:
        yield f"It is urgent when {' or '.join(urgent)}."


def _route(route: Route, policy: Policy) -> Iterable[str]:
    whose = f"items {_condition(route.when)}" if route.when else "items that no route above fits"
    yield f"Route {route.name} takes {whose}."
    if route.boards:
        duty = f", to whoever is on call for {route.on_call}" if route.on_call else ""
        yield f"Its operational items go to {_places(route.boards)}{duty}."
    if route.epics:
        about = f" about {route.area}" if route.area else ""
        owner = f"; {_owner(route, policy)}" if are_declared(policy) else ""
        yield f"Its strategic items{about} belong under {_places(route.epics)}{owner}."


def _owner(route: Route, policy: Policy) -> str:
    roles = _or(_plain(role) for role in policy.mandate_roles) if policy.mandate_roles else ""
    must = (
        f"its owner must be {'an' if roles[0] in 'aeiou' else 'a'} {roles} whose mandate"
        if roles
        else "its owner must have a mandate that"
    )
    return f"{must} covers {route.area}" if route.area else f"{must} has not ended"


def _condition(when: When) -> str:
    given = (
        ("with the label", when.labels),
        ("of the team", when.teams),
        ("in the project", when.projects),
        ("with the component", when.components),
        ("with a title that says", when.title_words),
    )
    return " and ".join(f"{words} {_or(names)}" for words, names in given if names)


def _places(targets: Mapping[str, Mapping[str, Any]]) -> str:
    return " and ".join(f"{_words(target)} in {_title(tracker)}" for tracker, target in targets.items())


def _words(value: Any) -> str:
    """Return a connector's own words as they stand in the file."""
    if isinstance(value, Mapping):
        given = {name: _words(entry) for name, entry in value.items() if entry is not None}
        return ", ".join(f"{name} {words}" for name, words in given.items() if words)
    if isinstance(value, list | tuple):
        return " and ".join(_words(entry) for entry in value)
    return str(value)


def _rota(name: str, chain: Sequence[Source]) -> str:
    sources = (f"{_title(source.connector)} ({_words(source.settings)})" for source in chain)
    return f"Who is on call for {name} is told by {', else by '.join(sources)}."


def _planners(policy: Policy) -> tuple[str, ...]:
    if are_declared(policy):
        return tuple(_member(member, policy) for member in policy.people)
    asked = policy.people or any(route.epics for route in policy.routes)
    return ("Whoever owns an epic can plan it; the policy asks for no mandate.",) if asked else ()


def _member(member: Member, policy: Policy) -> str:
    role = f", {_plain(member.role)}," if member.role else ""
    mandate, roles = member.mandate, {name.casefold() for name in policy.mandate_roles}
    if mandate is None or (roles and member.role.casefold() not in roles):
        return f"{member.name}{role} puts nothing on the roadmap."
    areas = " and ".join(mandate.areas) or "any area"
    until = f" until {mandate.until.isoformat()}" if mandate.until else ""
    return f"{member.name}{role} may put work of {areas} on the roadmap{until}."


def _stale(policy: Policy) -> tuple[str, ...]:
    stale, who = policy.stale, {"owner": "its owner", "on_call": "whoever is on call", "mandate": "who has the mandate"}
    lines = [
        line
        for name, spans in (
            ("An operational", stale.operational),
            ("A strategic", stale.strategic),
            ("An unclassified", stale.unclassified),
        )
        for line in _by_urgency(f"{name} item is stale after {{}} without a person's activity", spans)
    ]
    told = [f"{_wait(rung)} {who[rung.tell]}" for rung in stale.ladder]
    if told:
        lines.append(f"Then are told: {', '.join(told)}.")
    if lines:
        longest = in_words(stale.longest_snooze)
        lines += ["A due date that has passed is told to its owner."] if _tells_owners(stale) else []
        if not told:
            lines.append("Nobody is told of it, because the policy has no ladder: it stands in the reports.")
        elif not stale.tell_old:
            lines.append("What was stale when it was first seen is reported, and nobody is written to about it.")
        lines.append(f"An item can be snoozed {_times(stale.snoozes)} in a row, for {longest} at the longest.")
    return tuple(lines)


def _tells_owners(stale: Stale) -> bool:
    return any(rung.tell == "owner" for rung in stale.ladder)


def _wait(rung: Rung) -> str:
    return f"after {in_words(rung.after)}" if rung.after else "at once"


def _messages(policy: Policy) -> tuple[str, ...]:
    messages = policy.messages
    lines = [f"Days and hours are those of {messages.timezone}.", _letters(messages)]
    days = _or(DAYS[day] for day in messages.quiet_days) if messages.quiet_days else ""
    lines += [f"Nobody is written to on {days}."] if days else []
    if messages.quiet_from and messages.quiet_until:
        lines.append(f"Nobody is written to from {messages.quiet_from:%H:%M} to {messages.quiet_until:%H:%M}.")
    lines += [f"Doings of {_or(policy.bots)} are never a person's."] if policy.bots else []
    lines += [f"What is passed on by {_or(policy.relays)} counts as a person's."] if policy.relays else []
    return tuple(lines)


def _letters(messages: Messages) -> str:
    if not messages.channels:
        return "What a person is asked or told stands in the item's own comment."
    ways, most = ", else by ".join(_title(name) for name in messages.channels), messages.per_person_per_day
    often = "one letter a day" if most == 1 else f"{most} letters a day"
    return f"All that waits for a person comes in {often} at most, from {messages.digest_at:%H:%M} on, by {ways}."


def _limits(policy: Policy) -> tuple[str, ...]:
    limits = policy.limits
    share = f"{limits.largest_change:.0%}".replace("%", " %")
    waits = f"A policy that would write to more than {share} of the open items waits until somebody approves it."
    return (
        f"At most {limits.writes_per_hour} changes an hour are written to each tracker.",
        *([waits] if limits.largest_change < 1 else []),
        f"An item on which people undid our changes {_times(limits.flips)} within a day is left alone.",
        "Nothing is ever closed, deleted or taken from a person.",
    )


def _by_urgency(sentence: str, spans: ByUrgency) -> Iterable[str]:
    if spans.default is None and spans.urgent is not None:
        yield f"{sentence.format(in_words(spans.urgent))} when it is urgent."
    elif spans.default is not None:
        urgent = f", and after {in_words(spans.urgent)} when it is urgent" if spans.urgent is not None else ""
        yield f"{sentence.format(in_words(spans.default))}{urgent}."


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _or(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last


def _plain(role: str) -> str:
    return role.replace("_", " ")


def _title(name: str) -> str:
    return TITLES.get(name, name)
