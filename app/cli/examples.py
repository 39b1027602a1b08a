"""Compare how an example should be judged with how it is."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from app.core.hint import did_you_mean, quote
from app.core.policy import Policy
from app.core.snapshot import Comment, Epic, OnCallFact, Snapshot
from app.flow.judge import SOMEBODY, judge, person
from app.policy_file.cases import Example, Item

KEY = "EXAMPLE-1"


def differences(example: Example, policy: Policy, now: datetime) -> list[str]:
    """Return a line for each thing in which an example is judged otherwise than it says."""
    item, expect = example.item, example.expect
    duty = OnCallFact() if item.on_call == "nobody" else OnCallFact(person(item.on_call, policy))
    judged = judge(_snapshot(item, policy, now), policy, now, duty, _epic(item, policy))
    pairs = (
        ("watched", expect.watched, judged.watched),
        ("class", expect.class_, judged.side.item_class),
        ("route", expect.route, judged.side.route or "none"),
        ("findings", _listed(expect.findings), _listed(judged.side.findings)),
        ("asks", _listed(expect.asks), _listed(judged.side.asks)),
    )
    routes = [*(route.name for route in policy.routes), "none"]
    if expect.route is not None and expect.route not in routes:
        slip = f"route: there is no route {quote(expect.route)}; {did_you_mean(expect.route, routes)}"
        return [slip, *_told(pair for pair in pairs if pair[0] != "route")]
    return list(_told(pairs))


def _told(pairs: Iterable[tuple[str, object, object]]) -> Iterator[str]:
    for name, wanted, found in pairs:
        if wanted is not None and wanted != found:
            yield f"{name}: should be {_word(wanted)}, is {_word(found)}"


def _listed(names: object) -> tuple[str, ...] | None:
    return tuple(sorted(map(str, names))) if isinstance(names, list | tuple | frozenset) else None


def _word(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _epic(item: Item, policy: Policy) -> Epic | None:
    if item.epic is None:
        return None
    owner = person(item.epic.owner, policy) if item.epic.owner else None
    return Epic("project", "own", "its epic", "its epic", "", open=item.epic.open, owner=owner, by_type=True)


def _snapshot(item: Item, policy: Policy, now: datetime) -> Snapshot:
    """Return the item as a tracker would show it; a project of Jira's is its team as well."""
    made, epic = now - item.age, _epic(item, policy)
    return Snapshot(
        tracker=item.tracker,
        id=KEY,
        key=KEY,
        title=item.title,
        url="",
        created_at=made,
        updated_at=made,
        description=item.description,
        labels=tuple(item.labels),
        team=item.team or item.project,
        project=item.project,
        components=tuple(item.components),
        issue_type=item.issue_type,
        estimate=item.estimate,
        priority=item.priority,
        assignee=person(item.assignee, policy) if item.assignee else None,
        creator=person(item.creator, policy) if item.creator else SOMEBODY,
        epics=(epic,) if epic else (),
        comments=tuple(
            Comment(f"comment {number}", now - said.age, person(said.by, policy), said.body)
            for number, said in enumerate(item.comments)
        ),
    )
