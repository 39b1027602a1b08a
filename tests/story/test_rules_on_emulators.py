"""Every row of the design's table, played on independent emulators of all trackers, all of them at once."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from tests.story.emulators import World, world
from tests.story.stage import ADA, LINUS, Stage, stage

pytestmark = pytest.mark.asyncio(loop_scope="module")
QUARTER = {"linear": "Q4 Reliability", "jira": "PM-1"}
"""The route's epic."""
LABELS = ("ops", "risk", "size-l", "needs-class")
"""What Linear's workspace needs beyond the seed's labels; Jira needs none."""
ROUTED = {"on_board": True, "assignee": LINUS, "epic": None, "ours": 0}


@dataclass(frozen=True)
class Case:
    """Say how an item is created and how it ends; a mapping by tracker where that differs."""

    labels: tuple[str, ...]
    ends: dict[str, Any]
    findings: tuple[str, ...] = ()
    writes: int = 1
    title: str = "Fix it"
    more: dict[str, Any] = field(default_factory=dict)
    only: tuple[str, ...] = ("linear", "jira")


CASES = {
    "without class": Case(
        (),
        {
            "labels": "needs-class",
            "on_board": False,
            "epic": None,
            "ours": 1,
            "says": {"linear": "profiles/grace, which", "jira": "[~accountid:", "jira-dc": "[~grace], which"},
        },
        ("class.missing",),
        2,
    ),
    "without class, somebody's": Case(
        (),
        {"ours": 1, "assignee": ADA, "says": {"linear": "profiles/ada, which", "jira": "which", "jira-dc": "[~ada]"}},
        ("class.missing",),
        2,
        more={"assignee": ADA},
    ),
    "without class, a machine's": Case(
        (), {"ours": 1, "says": "Which of the two"}, ("class.missing",), 2, more={"by": None}
    ),
    "alias": Case(("ops",), {**ROUTED, "labels": "operational", "no_labels": "ops"}),
    "other spelling": Case(
        ("Operational",), {**ROUTED, "labels": "operational", "no_labels": "Operational"}, only=("jira",)
    ),
    "both": Case(
        ("operational", "strategic"),
        {
            "labels": ["operational", "strategic"],
            "on_board": False,
            "epic": None,
            "ours": 1,
            "says": "which one holds?",
        },
        ("class.conflict",),
    ),
    "needs-class beside a class": Case(("needs-class", "operational"), {**ROUTED, "no_labels": "needs-class"}),
    "operational": Case(("operational",), {**ROUTED, "due": 30}),
    "operational, a person's": Case(("operational",), {**ROUTED, "assignee": ADA}, more={"assignee": ADA}),
    "operational, a bot's": Case(("operational",), ROUTED, more={"assignee": "automation@bots.test"}, only=("jira",)),
    "operational, made by a machine": Case(("operational",), ROUTED, more={"by": None}),
    "operational and urgent": Case(
        ("operational",), {**ROUTED, "due": 7}, more={"priority": {"linear": 1, "jira": "Highest"}}
    ),
    "operational, due already": Case(
        ("operational",),
        {**ROUTED, "due": "2031-05-01"},
        more={"linear": {"dueDate": "2031-05-01"}, "jira": {"duedate": "2031-05-01"}},
    ),
    "operational, in a project": Case(
        ("operational",), {**ROUTED, "epic": "Q4 Reliability"}, more={"project": "Q4 Reliability"}, only=("linear",)
    ),
    "operational and large": Case(
        ("operational", "size-l"),
        {**ROUTED, "ours": 1, "says": {"linear": "profiles/linus, this", "jira": "this", "jira-dc": "[~linus], this"}},
        ("size.too_large",),
        2,
    ),
    "operational, no board": Case(
        ("operational",),
        {"on_board": False, "assignee": None, "due": None, "ours": 1, "says": "names no board here"},
        ("route.none",),
        title="It is nowhere",
    ),
    "operational, nobody on call": Case(
        ("operational",),
        {**ROUTED, "assignee": None, "due": 30, "ours": 1, "says": "Nobody is on call"},
        ("on_call.nobody",),
        2,
        title="It is emptily",
    ),
    "operational, a stranger on call": Case(
        ("operational",),
        {**ROUTED, "assignee": None, "due": 30, "ours": 1, "says": "Stan Stranger is on call"},
        ("on_call.unknown_person",),
        2,
        title="It is strangely",
    ),
    "operational, somebody on call who left": Case(
        ("operational",),
        {**ROUTED, "assignee": None, "due": 30, "ours": 1, "says": "Olga Past is on call"},
        ("on_call.unknown_person",),
        2,
        title="It is gonely",
    ),
    "strategic": Case(("strategic",), {"epic": QUARTER, "on_board": False, "assignee": None, "due": None, "ours": 0}),
    "strategic by its alias": Case(
        ("long-term",), {"epic": QUARTER, "labels": "strategic", "no_labels": "long-term", "ours": 0}, only=("jira",)
    ),
    "strategic under a person's epic": Case(
        ("strategic",),
        {"epic": {"linear": "Shared work", "jira": "PM-4"}, "on_board": False, "ours": 0},
        writes=0,
        more={"linear": {"project": "Shared work"}, "jira": {"epic": "PM-4"}},
    ),
    "strategic, no epic": Case(
        ("strategic",),
        {"epic": None, "ours": 1, "says": "names no epic here"},
        ("route.none",),
        title="It is nowhere",
    ),
    "strategic, its epic is not there": Case(
        ("strategic",), {"epic": None, "ours": 1, "says": "cannot be found"}, ("epic.none",), title="It is lost"
    ),
    "strategic and large": Case(("strategic", "size-l"), {"epic": QUARTER, "ours": 0}),
    "risk alone": Case(
        ("risk",), {"on_board": False, "epic": None, "due": None, "ours": 1, "says": "/risk If we"}, ("risk.missing",)
    ),
    "risk beside a class": Case(
        ("risk", "operational"), {**ROUTED, "ours": 1, "says": "/risk If we"}, ("risk.missing",), 2
    ),
}


@pytest.fixture(scope="module", params=["linear", "jira", "jira-dc"])
def tracker(request: pytest.FixtureRequest) -> Iterator[World]:
    """Start one emulator for the module."""
    with world(request.param) as one:
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def played(
    tracker: World, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Stage, dict[str, str]]]:
    """Create an item for each case and wait until everything has come to rest."""
    async with stage(tracker, tmp_path_factory.mktemp(tracker.name)) as one:
        if tracker.door == "linear":
            for label in LABELS:
                await one.play("add", "label", name=label)
        mine = {name: case for name, case in CASES.items() if tracker.door in case.only}
        items = {
            name: await one.create(case.title, *case.labels, **_more(case, tracker)) for name, case in mine.items()
        }
        await one.rest()
        yield one, items


def _more(case: Case, tracker: World) -> dict[str, Any]:
    shared = {key: _here(value, tracker) for key, value in case.more.items() if key not in {"linear", "jira"}}
    own: dict[str, Any] = case.more.get(tracker.door, {})
    return {**shared, **own}


def _here(value: Any, tracker: World) -> Any:
    """Return what holds for this tracker, Data Center before Jira; a number is that many days from now as a date."""
    if isinstance(value, dict):
        value = value.get(tracker.name, value.get(tracker.door))
    return value


@pytest.mark.parametrize("name", CASES)
async def test_item_ends_as_the_table_says(played: tuple[Stage, dict[str, str]], name: str) -> None:
    """The item is where its row wants it, with these findings, this many comments and this many writes."""
    one, items = played
    case = CASES[name]
    if one.world.door not in case.only:
        return
    wanted = {key: _here(value, one.world) for key, value in case.ends.items()}
    if isinstance(days := wanted.get("due"), int):
        wanted["due"] = (datetime.now(UTC) + timedelta(days=days)).date().isoformat()
    await one.shows(items[name], 0.1, **wanted)
    assert tuple(await one.findings(items[name])) == case.findings
    writes = await one.writes(items[name])
    assert len(writes) == case.writes, writes


async def test_all_of_it_keeps_to_the_contract(played: tuple[Stage, dict[str, str]]) -> None:
    """No call was off the contract or for nothing, and none refused but the look for an epic that is not there."""
    one, _ = played
    await one.fair(rejected=lambda refusal: "PM-9999" in refusal["path"])
