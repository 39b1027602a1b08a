"""Write a first policy from what a survey of the trackers found: pure."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from app.core.hint import nearest, one_line
from app.core.naming import same
from app.core.person import Person
from app.ports.surveyor import Offer, Survey

PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./@-]*( [A-Za-z0-9_./@-]+)*")
WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
MOST_PEOPLE, MOST_OTHERS = 40, 3
CLASSES = ("operational", "strategic")
EXTRA = ("needs-class", "risk")


@dataclass(frozen=True, slots=True)
class Wish:
    """Hold what whoever sets us up said beforehand: the watched label, and who takes turns on call, by e-mail."""

    label: str = "post-mortem"
    on_call: tuple[str, ...] = ()


def draft(surveys: Mapping[str, Survey], wish: Wish, now: datetime, rotas: Sequence[Sequence[Offer]] = ()) -> str:
    """Return a commented `followthrough.yaml` that fits the surveyed trackers, by their names.

    `rotas` are what others than the trackers offer, each in its order; they are asked before the trackers.
    """
    offered = [each for each in (*rotas, *(survey.rotas[:1] for survey in surveys.values())) if each]
    parts = (_watch(surveys, wish), _classes(surveys), _people(surveys, wish), _on_call(offered, wish, now))
    rota = bool(wish.on_call or offered)
    whole = (*parts, _routes(surveys, rota=rota), _stale(rota=rota))
    head = [
        "# Drafted by what was found on the trackers. Read it, then look it over: `followthrough doctor`.",
        "version: 1",
    ]
    return "\n".join([*head, *(line for part in whole for line in ("", *part))]) + "\n"


def label_of(survey: Survey, wanted: str) -> str:
    """Return the tracker's own label that is meant: the same but for case, else the nearest, else as it was said."""
    exact = next((label for label in survey.labels if same(label, wanted)), None)
    return exact or nearest(wanted, survey.labels) or wanted


def _watch(surveys: Mapping[str, Survey], wish: Wish) -> Iterator[str]:
    yield "watch:  # which tickets are action items"
    for name, survey in surveys.items():
        entry = {"tracker": name, **survey.watch, "label": label_of(survey, wish.label)}
        yield f"  - {_flow(entry)}  # {_said(survey.account)}"


def _classes(surveys: Mapping[str, Survey]) -> Iterator[str]:
    def there(name: str) -> bool:
        return all(survey.free or any(same(name, label) for label in survey.labels) for survey in surveys.values())

    yield "classes:  # each item gets one of the first two labels"
    for name in CLASSES:
        found = (label for survey in surveys.values() for label in survey.labels if same(label, name))
        hint = "" if there(name) else "  # is made when it is first needed, where our account may; better make it now"
        yield f"  {name}: {{label: {_flow(next(found, name))}}}{hint}"
    for key, label, line in (("needs_class", EXTRA[0], EXTRA[0]), ("risk", EXTRA[1], f"{{label: {EXTRA[1]}}}")):
        yield f"  {key}: {line}" if there(label) else f"  # {key}: {line}  # make the label first"
    yield "  grace: 1d  # how long a new item may stay without a class before anybody is asked"


def _people(surveys: Mapping[str, Survey], wish: Wish) -> Iterator[str]:
    known: dict[str, Person] = {}
    for survey in surveys.values():
        for person in survey.people:
            if person.email:
                known.setdefault(person.email.casefold(), person)
    kept = {key: known[key] for key in list(known)[:MOST_PEOPLE]}
    kept |= {
        mail.casefold(): known.get(mail.casefold()) or Person("", mail.partition("@")[0], mail) for mail in wish.on_call
    }
    if not kept:
        yield "# people:  # who is who; who can plan long-term work has a role and a mandate"
        yield "#   - {name: Ada Admin, email: ada@acme.test, role: staff_engineer, mandate: {areas: [platform]}}"
        return
    yield "people:  # add role and mandate to whoever can plan long-term work: role: staff_engineer, mandate: {}"
    for person in kept.values():
        yield f"  - {_flow({'name': person.name, 'email': person.email})}"
    yield "# mandate_roles: [staff_engineer, engineering_manager]"


def _on_call(offered: Sequence[Sequence[Offer]], wish: Wish, now: datetime) -> Iterator[str]:
    lines = [
        f"    {'# ' if number else ''}- {_flow(offer.target)}  # {_said(offer.about)}"
        for each in offered
        for number, offer in enumerate(each[: 1 + MOST_OTHERS])
    ]
    if wish.on_call:
        monday = datetime.combine((now - timedelta(days=now.weekday())).date(), time(9), UTC)
        starts = monday if monday <= now else monday - timedelta(days=7)
        turns = {"source": "static", "people": list(wish.on_call), "starts": Raw(starts.isoformat()), "every": "7d"}
        lines.append(f"    - {_flow(turns)}  # they take turns, a week each")
    if lines:
        yield from ("on_call:", "  on-call:", *lines)
        return
    yield "# on_call:  # who is on call: a schedule of PagerDuty, Jira, incident.io, a calendar, or turns by the week"
    yield "#   on-call:"
    yield "#     - {source: pagerduty, schedule: PI7DH85}"


def _routes(surveys: Mapping[str, Survey], *, rota: bool) -> Iterator[str]:
    boards = [line for name, survey in surveys.items() for line in _offers(name, survey.boards)]
    epics = [line for name, survey in surveys.items() for line in _offers(name, survey.epics)]
    yield "routes:  # whose an item is; add others with `when` above this one"
    yield "  - name: everything"
    if boards:
        yield "    operational:  # small fixes: the board that they go to"
        yield from ["      on_call: on-call"] if rota else ["      # on_call: on-call"]
        yield from boards
    if epics:
        yield "    strategic:  # long-term changes: the epic that they go under; its owner plans them"
        yield from epics


def _offers(tracker: str, offers: Sequence[Offer]) -> Iterator[str]:
    for number, offer in enumerate(offers[: 1 + MOST_OTHERS]):
        yield f"      {'# ' if number else ''}{tracker}: {_flow(offer.target)}  # {_said(offer.about)}"


def _stale(*, rota: bool) -> Iterator[str]:
    yield "stale:  # how long an item may be quiet"
    yield "  operational: {default: 7d}"
    yield "  strategic: {default: 30d}"
    yield "  unclassified: {default: 3d}"
    yield "  ladder:  # whom to tell then, and how long after; without it stale items stand in reports only"
    yield "    - {after: 0d, tell: owner}"
    yield f"    {'' if rota else '# '}- {{after: 7d, tell: on_call}}"
    yield "    # - {after: 14d, tell: mandate}  # who may plan the area: give people mandates first"


class Raw(str):
    """Mark text that is written as it stands."""

    __slots__ = ()


def _flow(value: Any) -> str:
    """Return a value as YAML on one line."""
    match value:
        case Mapping():
            return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(_flow(each) for each in value) + "]"
        case Raw():
            return str(value)
        case str():
            plain = PLAIN.fullmatch(value) and value.casefold() not in WORDS
            return value if plain or re.fullmatch(r"[1-9][0-9]*[dhm]", value) else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)


def _said(text: str) -> str:
    return one_line(text)[:100]
