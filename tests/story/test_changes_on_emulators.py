"""What people do to items that we have touched: close, delete, move, reopen, choose otherwise; all of them at once."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from tests.story.emulators import World, world
from tests.story.stage import GRACE, LINUS, Stage, policy, stage

pytestmark = pytest.mark.asyncio(loop_scope="module")
QUARTER = {"linear": "Q4 Reliability", "jira": "PM-1"}
PLACED = {"on_board": True, "assignee": LINUS, "labels": "operational", "no_labels": "needs-class"}
SETTLED = {"ours": 1, "says": "Nothing is open here"}
ASKED = {"labels": "needs-class", "ours": 1, "says": "which of the two"}
Act = Callable[[Stage, str], Awaitable[object]]


def labelled(*labels: str) -> Act:
    """Let the item have these labels, those of boards beside them."""

    async def act(one: Stage, item: str) -> None:
        kept = [name for name in (await one.get(item))["labels"] if name in {"post-mortem", "needs-class", "team-ops"}]
        await one.update(item, labels=[*kept, *labels])

    return act


def closed(state: str, resolution: str | None) -> Act:
    """Let the item enter a closed state; None: it is opened again."""

    async def act(one: Stage, item: str) -> None:
        if one.world.door == "linear":
            await one.update(item, state={"Won't Do": "Canceled", "To Do": "Todo"}.get(state, state))
        else:
            await one.update(item, status=state, resolution=resolution)

    return act


def typed(body: str) -> Act:
    """Let Grace comment."""

    async def act(one: Stage, item: str) -> None:
        await one.comment(item, body)

    return act


async def unwatched(one: Stage, item: str) -> None:
    """Take the label off that makes it an action item."""
    labels = [name for name in (await one.get(item))["labels"] if name != "post-mortem"]
    await one.update(item, labels=labels)


async def moved(one: Stage, item: str) -> None:
    """Move the item where nothing is watched."""
    await one.update(item, **{"team" if one.world.door == "linear" else "project": "MKT"})


async def moved_back(one: Stage, item: str) -> None:
    """Move the item to where it came from."""
    await one.update(item, **{"team" if one.world.door == "linear" else "project": one.world.where})


async def deleted(one: Stage, item: str) -> None:
    """Delete the item; in Linear it goes to the trash."""
    await one.play("delete", item, as_=GRACE)


async def archived(one: Stage, item: str) -> None:
    """Archive the item, as Linear does with old ones."""
    await one.update(item, archivedAt="now")


@dataclass(frozen=True)
class Case:
    """Say what labels an item begins with, what is done to it step by step, and how it ends."""

    labels: tuple[str, ...]
    acts: tuple[Act, ...]
    ends: dict[str, Any]
    writes: int
    findings: tuple[str, ...] = ()
    left: str | None = None
    only: tuple[str, ...] = ("linear", "jira")


OP, ST = ("operational",), ("strategic",)
DONE, WONT, OPEN = closed("Done", "Done"), closed("Won't Do", "Won't Do"), closed("To Do", None)
STAYS = {"on_board": True, "assignee": LINUS, "labels": "strategic", "no_labels": "operational", "epic": QUARTER}
CASES = {
    "labelled after the question": Case((), (labelled("operational"),), {**PLACED, **SETTLED}, 4),
    "typed after the question": Case((), (typed("/operational\nit is small"),), {**PLACED, **SETTLED}, 4),
    "strategic after the question": Case((), (typed("/strategic"),), {"epic": QUARTER, **SETTLED}, 4),
    "done": Case((), (DONE,), {"no_labels": "needs-class", "ours": 1, "says": "is closed"}, 4, left="done"),
    "won't do": Case((), (WONT,), {"no_labels": "needs-class", "ours": 1, "says": "is closed"}, 4, left="wont_do"),
    "deleted": Case((), (deleted,), {}, 2, left="vanished"),
    "archived": Case((), (archived,), {"labels": "needs-class"}, 2, left="vanished", only=("linear",)),
    "not an action item": Case(
        (), (unwatched,), {"no_labels": "needs-class", "ours": 1, "says": "not watched"}, 4, left="label_removed"
    ),
    "an action item again": Case((), (unwatched, labelled("post-mortem")), ASKED, 6, ("class.missing",)),
    "moved out": Case((), (moved,), {"no_labels": "needs-class", "ours": 1, "says": "not watched"}, 4, left="moved"),
    "moved out and back": Case((), (moved, moved_back), ASKED, 6, ("class.missing",)),
    "reopened": Case((), (DONE, OPEN), ASKED, 6, ("class.missing",)),
    "operational, reopened": Case(OP, (DONE, OPEN), {**PLACED, "ours": 0}, 1),
    "operational, moved out": Case(OP, (moved,), {"assignee": LINUS, "ours": 0}, 1, left="moved"),
    "operational, not an action item": Case(OP, (unwatched,), {"on_board": True, "ours": 0}, 1, left="label_removed"),
    "operational, done, then deleted": Case(OP, (DONE, deleted), {}, 1, left="done"),
    "operational, typed strategic": Case(OP, (typed("/strategic"),), {**STAYS, "ours": 0}, 2),
    "operational, labelled strategic": Case(OP, (labelled("strategic"),), {**STAYS, "ours": 0}, 2),
    "strategic, labelled operational": Case(ST, (labelled("operational"),), {**PLACED, "epic": QUARTER, "ours": 0}, 2),
    "class taken away": Case(OP, (labelled(),), {**ASKED, "on_board": True}, 3, ("class.missing",)),
    "class given and taken away": Case(
        (), (labelled("operational"), labelled()), {**ASKED, "on_board": True}, 6, ("class.missing",)
    ),
    "large, said strategic": Case(("operational", "size-l"), (typed("/strategic"),), {"epic": QUARTER, **SETTLED}, 4),
    "large, made small": Case(("operational", "size-l"), (labelled("operational"),), {**PLACED, **SETTLED}, 3),
    "both, one taken off": Case(
        ("operational", "strategic"), (labelled("strategic"),), {"epic": QUARTER, "on_board": False, **SETTLED}, 3
    ),
    "both, one typed": Case(("operational", "strategic"), (typed("/operational"),), {**PLACED, **SETTLED}, 3),
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
    """Create an item for each case, and play every step on all of them, each when all has come to rest."""
    async with stage(tracker, tmp_path_factory.mktemp(tracker.name), policy(tracker)) as one:
        await _prepare(one)
        mine = {name: case for name, case in CASES.items() if tracker.door in case.only}
        items = {name: await one.create("Fix it", *case.labels) for name, case in mine.items()}
        await one.rest()
        for step in range(max(len(case.acts) for case in CASES.values())):
            for name, case in mine.items():
                if step < len(case.acts):
                    await case.acts[step](one, items[name])
            await one.rest()
        yield one, items


async def _prepare(one: Stage) -> None:
    """Add labels and a place that is not watched."""
    if one.world.door == "linear":
        for label in ("size-l", "needs-class"):
            await one.play("add", "label", name=label)
        await one.play("add", "team", key="MKT", name="Marketing", members=[GRACE])
    else:
        await one.play("add", "project", key="MKT", name="Marketing", lead=GRACE, statuses=["To Do", "Done"])


@pytest.mark.parametrize("name", CASES)
async def test_item_ends_as_people_made_it(played: tuple[Stage, dict[str, str]], name: str) -> None:
    """The item is as wanted after the last step, with these findings and this many writes, and is no flip."""
    one, items = played
    case = CASES[name]
    if one.world.door not in case.only:
        return
    stored = await one.service.store.find(one.world.door, items[name])
    assert stored is not None
    assert (stored.memory.left.how if stored.memory.left else None) == case.left
    assert stored.watched == (case.left in {None, "done", "wont_do"} and deleted not in case.acts)
    assert stored.memory.flips == ()
    assert tuple(await one.findings(items[name])) == case.findings
    if one.world.door != "linear" and deleted in case.acts:
        return
    await one.shows(items[name], 0.1, **{key: _here(value, one.world) for key, value in case.ends.items()})
    writes = await one.writes(items[name])
    assert len(writes) == case.writes, writes


def _here(value: Any, tracker: World) -> Any:
    return value[tracker.door] if isinstance(value, dict) else value


async def test_all_of_it_keeps_to_the_contract(played: tuple[Stage, dict[str, str]]) -> None:
    """No call was off the contract or for nothing, and none refused but looks at what somebody deleted."""
    one, items = played
    gone = items["deleted"], items["operational, done, then deleted"]
    await one.fair(rejected=lambda refusal: any(item in str(refusal) for item in gone))
