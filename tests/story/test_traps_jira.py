"""What Jira does that nobody expects: boards that do not show, parents that cannot be, keys that change, limits."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio

from tests.story.emulators import World, world
from tests.story.stage import ADA, LINUS, Policy, Stage, policy, seed, stage
from tests.story.telling import Story, tell

pytestmark = pytest.mark.asyncio(loop_scope="module")
Steps = AsyncGenerator[None]
STORIES: dict[str, Story] = {}
PAYMENTS_TEAM = "36885b3c-1bf0-4f85-a357-c5b858c31de4"
URGENT_BOARD = 5


def story(played: Story) -> Story:
    """Note a story under its name."""
    STORIES[played.__name__] = played
    return played


def rules(tracker: World) -> Policy:
    """Return a policy with a board of each awkward kind, chosen by a word in the title."""
    found = policy(tracker)
    boards = {
        "unfiltered": {"board": 1, "set": {"labels": ["some-team"]}},
        "urgently": {"board": URGENT_BOARD, "set": {"labels": ["team-ops"]}},
        "sprinting": {"board": 2, "set": {"team": PAYMENTS_TEAM}},
        "hidden": {"board": 3},
        "absent": {"board": 77},
        "composed": {"board": 1, "set": {"labels": ["team-ops"], "components": ["Nope"]}},
        "chosen": {"board": 1, "set": {"labels": ["team-ops"], "field": {"customfield_10050": {"value": "High"}}}},
        "offscreen": {"board": 1, "set": {"labels": ["team-ops"], "field": {"customfield_10052": "x"}}},
    }
    found["routes"] = [
        *(
            {"name": w, "when": {"title_words": [w]}, "operational": {"on_call": "ops", "jira": b}}
            for w, b in boards.items()
        ),
        *found["routes"],
    ]
    return found


@story
async def status_in_no_column(one: Stage) -> Steps:
    """An item in a status that no column shows is told so; a column's status mends it."""
    item = await one.create("Fix it", "operational", status="Parked")
    yield
    await one.shows(item, on_board=True, assignee=LINUS, ours=1, says="Parked")
    assert await one.findings(item) == ["board.not_visible"]
    assert len(await one.writes(item)) == 2
    await one.update(item, status="In Progress")
    yield
    await one.shows(item, ours=1, says="Nothing is open here")


@story
async def filter_does_not_match(one: Stage) -> Steps:
    """What the policy sets is not what the filter reads: the filter is quoted."""
    item = await one.create("It is unfiltered", "operational")
    yield
    await one.shows(item, labels="some-team", assignee=LINUS, ours=1, says="labels = team-ops")
    assert await one.findings(item) == ["board.not_visible"]
    assert len(await one.writes(item)) == 2


@story
async def sub_query_does_not_match(one: Stage) -> Steps:
    """A Kanban board's sub-query hides it: that is quoted, and the priority mends it."""
    item = await one.create("Look urgently", "operational")
    yield
    await one.shows(item, assignee=LINUS, ours=1, says="priority = Highest")
    await one.update(item, priority="Highest")
    yield
    await one.shows(item, ours=1, says="Nothing is open here")


@story
async def no_running_sprint(one: Stage) -> Steps:
    """On a Scrum board an item without a running sprint waits in the backlog; the sprint mends it."""
    item = await one.create("It is sprinting", "operational")
    yield
    await one.shows(item, assignee=LINUS, ours=1, says="no running sprint")
    await one.update(item, sprint="Sprint 2")
    yield
    await one.shows(item, ours=1, says="Nothing is open here")


@story
async def filter_not_shared(one: Stage) -> Steps:
    """A board whose filter is not shared with us cannot be looked at, and who to share it with is said."""
    item = await one.create("It is hidden", "operational")
    yield
    now = await one.shows(item, assignee=LINUS, ours=1, says="shared with")
    assert "Enforcer" in now["ours"][-1]


@story
async def no_such_board(one: Stage) -> Steps:
    """A board that is not there is told like one that is not shared."""
    item = await one.create("It is absent", "operational")
    yield
    await one.shows(item, assignee=LINUS, ours=1, says="board 77 is not there")


@story
async def unknown_component(one: Stage) -> Steps:
    """A component that the project lacks is named; assignee and due date are set all the same."""
    item = await one.create("It is composed", "operational")
    yield
    await one.shows(item, assignee=LINUS, due=True, on_board=False, ours=1, says="no component Nope")
    assert await one.findings(item) == ["write.refused"]


@story
async def field_that_the_filter_reads(one: Stage) -> Steps:
    """Another field than labels is set in the same write."""
    item = await one.create("It is chosen", "operational")
    yield
    now = await one.shows(item, assignee=LINUS, on_board=True, ours=0)
    assert now["raw"]["fields"]["customfield_10050"]["value"] == "High"
    assert len(await one.writes(item)) == 1


@story
async def team_managed_item(one: Stage) -> Steps:
    """An item of a team-managed project cannot go under another project's epic: it is linked once, and that is said."""
    item = await one.create("Bake the images", "strategic", where="PLAT")
    yield
    if one.world.name == "jira-dc":  # it has no team-managed projects
        await one.shows(item, epic="PM-1", ours=0)
        return
    now = await one.shows(item, epic=None, parent=None, ours=1, says="cannot be its parent")
    assert [link["type"] for link in now["raw"]["links"]] == ["Relates"]
    assert await one.findings(item) == ["epic.cannot_be_parent"]
    writes = len(await one.writes(item))
    await one.update(item, summary="Bake the images nightly")
    yield
    await one.shows(item, ours=1)
    assert len(await one.writes(item)) == writes == 2


@story
async def epic_of_another_company_project(one: Stage) -> Steps:
    """An epic of another company-managed project is a parent like any other."""
    item = await one.create("Plan it", "strategic", where="OPS")
    yield
    await one.shows(item, epic="PM-1", ours=0)


@story
async def moved_to_another_project(one: Stage) -> Steps:
    """A move changes the key: the item is the same, is found by the old key, and nothing is written."""
    item = await one.create("Fix it", "operational")
    yield
    before = (await one.shows(item, on_board=True, ours=0))["key"]
    writes = len(await one.writes(item))
    await one.update(item, project="OPS")
    yield
    now = await one.shows(item, on_board=True, ours=0)
    assert now["key"].startswith("OPS-")
    assert len(await one.writes(item)) == writes
    async with httpx.AsyncClient(base_url=one.address) as browser:
        for key in (before, now["key"]):
            answer = await browser.get(f"/items/jira/{key}")
            assert answer.status_code == 200, key
            assert (answer.json()["id"], answer.json()["key"]) == (item, now["key"])


@story
async def comment_of_somebody_else_edited_into_a_decision(one: Stage) -> Steps:
    """Who may edit others' comments cannot decide in their name: what the comment says now is the editor's."""
    risk = "/risk If we do not shard by 2099-12-31, we will lose 30 % of customer transactions. Decision: Ada Admin"
    item = await one.create("Shard it", "risk")
    await one.comment(item, risk)
    comment = await one.comment(item, "I have to think about it", by=ADA)
    yield
    assert await one.findings(item) == ["risk.undecided"]
    await one.play("edit_comment", item, comment, "/accept until 2098-12-31 because it is fine", as_=LINUS)
    yield
    await one.shows(item, ours=1, says="Linus Duty")
    assert await one.findings(item) == ["risk.undecided"]
    await one.play("edit_comment", item, comment, "/accept until 2098-12-31 because it is cheap", as_=ADA)
    yield
    assert await one.findings(item) == []


@story
async def command_in_a_quote_or_in_code(one: Stage) -> Steps:
    """What somebody quotes or shows as code is not what they say: they are asked as before, and then obeyed."""
    item = await one.create("What is it")
    await one.shows(item, ours=1)
    said = {"type": "text", "text": "/operational"}
    quote = {"type": "blockquote", "content": [{"type": "paragraph", "content": [said]}]}
    for quoted in (quote, {"type": "codeBlock", "content": [said]}):
        await one.play("comment", item, {"type": "doc", "version": 1, "content": [quoted]}, as_=LINUS)
    yield
    await one.shows(item, labels="needs-class", on_board=False, ours=1)
    await one.comment(item, "/operational", by=LINUS)
    yield
    await one.shows(item, on_board=True, ours=1)


@pytest.fixture(scope="module", params=["jira", "jira-dc"])
def tracker(request: pytest.FixtureRequest) -> Iterator[World]:
    """Start one emulator for the module."""
    with world(request.param) as one:
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(
    tracker: World, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Stage, dict[str, BaseException | None]]]:
    """Play all stories at once."""
    wanted = seed(tracker)
    columns = [{"name": "To Do", "statuses": ["To Do"]}]
    urgent = {"name": "Urgent", "type": "kanban", "filter": "OPS on-call", "project": "OPS", "columns": columns}
    wanted["boards"].append({**urgent, "subQuery": "priority = Highest"})
    async with stage(tracker, tmp_path_factory.mktemp(tracker.name), rules(tracker), reset={"seed": wanted}) as one:
        yield one, await tell(one, STORIES)


@pytest.mark.parametrize("name", STORIES)
async def test_story_ends_well(told: tuple[Stage, dict[str, BaseException | None]], name: str) -> None:
    """What the story promises in its first line holds."""
    _, ends = told
    end = ends[name]
    if end is not None:
        raise end


async def test_all_of_it_keeps_to_the_contract(told: tuple[Stage, dict[str, BaseException | None]]) -> None:
    """No call was off the contract or for nothing, and none refused but looks at boards that are not for us."""
    await told[0].fair(rejected=lambda refusal: refusal["op"] == "GET agile/board/ID/configuration")
