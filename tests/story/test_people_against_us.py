"""People who undo what we did, change their minds, delete what we said, or type what nobody expected."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.running import until
from tests.story.emulators import World, world
from tests.story.stage import ADA, GRACE, LINUS, US, Stage, stage
from tests.story.telling import Story, tell

pytestmark = pytest.mark.asyncio(loop_scope="module")
Steps = AsyncGenerator[None]
STORIES: dict[str, Story] = {}


def story(played: Story) -> Story:
    """Note a story under its name."""
    STORIES[played.__name__] = played
    return played


async def _seen(one: Stage, item: str, **wanted: object) -> None:
    """Wait until the item is like this; what comes after is not waited for."""
    await until(lambda: _is(one, item, wanted), f"{wanted} of {item}", 20)


async def _is(one: Stage, item: str, wanted: dict[str, object]) -> bool:
    return not one.amiss(await one.get(item), wanted)


async def _off_the_board(one: Stage, item: str) -> None:
    if one.world.door == "linear":
        await one.update(item, team="ENG")
    else:
        await one.update(item, removeLabels=["team-ops"])


@story
async def item_taken_off_the_board(one: Stage) -> Steps:
    """The third time within a day is the last: nothing more is written and it is said once; `/check` starts again."""
    item = await one.create("Fix it", "operational")
    for _ in range(3):
        await _seen(one, item, on_board=True)
        await _off_the_board(one, item)
    await _seen(one, item, ours=1)
    yield
    now = await one.shows(item, on_board=False, ours=1, says="undone again and again")
    assert "/check" in now["ours"][-1]
    assert await one.findings(item) == ["flips.stopped"]
    writes = len(await one.writes(item))
    assert writes == 4, await one.writes(item)
    await one.update(item, title="Fix it soon") if one.world.door == "linear" else await one.update(
        item, summary="Soon"
    )
    yield
    assert len(await one.writes(item)) == writes
    await one.comment(item, "/check")
    await _seen(one, item, on_board=True)
    yield
    await one.shows(item, on_board=True, ours=1, says="Nothing is open here")


@story
async def assignee_cleared(one: Stage) -> Steps:
    """Whoever is on call is given the item three times, and not a fourth."""
    item = await one.create("Fix it", "operational")
    for _ in range(3):
        await _seen(one, item, assignee=LINUS)
        await one.update(item, assignee=None)
    await _seen(one, item, ours=1)
    yield
    await one.shows(item, assignee=None, on_board=True, ours=1, says="undone again and again")
    assert len(await one.writes(item)) == 4


@story
async def mark_taken_off(one: Stage) -> Steps:
    """The mark of an item without class is put back twice, and the question stands in one comment all along."""
    item = await one.create("What is it")
    for _ in range(3):
        await _seen(one, item, labels="needs-class")
        await one.update(item, removeLabels=["needs-class"])
    await _seen(one, item, says="undone again and again")
    yield
    now = await one.shows(item, no_labels="needs-class", ours=1, says="which of the two")
    assert now["ours"][-1].count("undone again and again") == 1


@story
async def item_given_to_somebody_else(one: Stage) -> Steps:
    """A person who takes the item from whoever was on call has it, and that is no flip."""
    item = await one.create("Fix it", "operational")
    await _seen(one, item, assignee=LINUS)
    await one.update(item, assignee=ADA)
    yield
    await one.shows(item, assignee=ADA, ours=0)
    assert len(await one.writes(item)) == 1


@story
async def mind_changed_quickly(one: Stage) -> Steps:
    """Of many choices in a second the last one holds, and nobody is told of a tug-of-war."""
    item = await one.create("Fix it")
    await _seen(one, item, ours=1)
    for gone, chosen in (("strategic", "operational"), ("operational", "strategic")) * 4:
        await one.update(item, addLabels=[chosen], removeLabels=[gone])
    yield
    epic = "Q4 Reliability" if one.world.door == "linear" else "PM-1"
    await one.shows(item, labels="strategic", no_labels=["operational", "needs-class"], epic=epic, ours=1)
    assert await one.findings(item) == []


@story
async def our_comment_deleted(one: Stage) -> Steps:
    """A question that a person deleted is not put again; who asks `/why` is answered in a new comment."""
    item = await one.create("What is it")
    await _seen(one, item, ours=1)
    await _delete_ours(one, item)
    yield
    await one.shows(item, ours=0, labels="needs-class")
    await one.comment(item, "/why")
    yield
    await one.shows(item, ours=1, says="The reasons, rule by rule")
    await one.comment(item, "/operational")
    yield
    await one.shows(item, on_board=True, ours=1, says="Nothing is open")


async def _delete_ours(one: Stage, item: str) -> None:
    comments = (await one.get(item))["raw"]["comments"]
    for comment in comments:
        if comment["user"] == US:
            await one.play("delete_comment", item, comment["id"], as_=ADA)


@story
async def forty_edits_in_a_second(one: Stage) -> Steps:
    """Forty edits make one write."""
    item = await one.create("Fix it 0", "operational")
    title = "title" if one.world.door == "linear" else "summary"
    await asyncio.gather(*(one.update(item, **{title: f"Fix it {number}"}) for number in range(40)))
    yield
    await one.shows(item, on_board=True, ours=0)
    assert len(await one.writes(item)) == 1


@story
async def bot_edits(one: Stage) -> Steps:
    """A machine's label counts as a label, and its words as none."""
    item = await one.create("What is it")
    await _seen(one, item, ours=1)
    await one.comment(item, "/strategic", by=_bot(one))
    yield
    await one.shows(item, labels="needs-class", epic=None, ours=1)
    await one.update(item, by=_bot(one), addLabels=["operational"])
    yield
    await one.shows(item, on_board=True, no_labels="needs-class", ours=1)


def _bot(one: Stage) -> str:
    return "codebot@acme.test" if one.world.door == "linear" else "automation@bots.test"


@story
async def words_that_are_no_command(one: Stage) -> Steps:
    """Quotes, words within a sentence, and words that are only like it change nothing."""
    item = await one.create("What is it")
    await _seen(one, item, ours=1)
    before = (await one.get(item))["ours"]
    for body in ("> /operational", "I think /operational", "/ operational", "//operational", "/operational/now", "/op"):
        await one.comment(item, body)
    yield
    now = await one.shows(item, labels="needs-class", on_board=False, ours=1)
    assert now["ours"] == before


@story
async def near_miss(one: Stage) -> Steps:
    """A word that is nearly a command is answered with the right one, which then works."""
    item = await one.create("What is it")
    await _seen(one, item, ours=1)
    await one.comment(item, "/operatoinal")
    yield
    await one.shows(item, labels="needs-class", ours=1, says="did you mean")
    await one.comment(item, "/operational")
    yield
    await one.shows(item, on_board=True, ours=1, says="Nothing is open")


@story
async def comment_edited_into_a_command(one: Stage) -> Steps:
    """A comment that becomes a command counts; that it is deleted later takes nothing back."""
    item = await one.create("What is it")
    await _seen(one, item, ours=1)
    comment = await one.comment(item, "let me think")
    yield
    await one.play("edit_comment", item, comment, "/operational", as_=GRACE)
    await _seen(one, item, on_board=True)
    await one.play("delete_comment", item, comment, as_=GRACE)
    yield
    await one.shows(item, on_board=True, labels="operational", ours=1)


@story
async def two_commands(one: Stage) -> Steps:
    """Of two commands the later one holds."""
    item = await one.create("What is it")
    await _seen(one, item, ours=1)
    await one.comment(item, "/operational")
    await one.comment(item, "/strategic", by=ADA)
    yield
    await one.shows(item, labels="strategic", no_labels=["operational", "needs-class"], ours=1)


@story
async def why_asked(one: Stage) -> Steps:
    """Who types `/why` is told every rule's reason in the one comment, and that goes when the situation does."""
    item = await one.create("Fix it", "operational")
    await _seen(one, item, on_board=True)
    await one.comment(item, "/why")
    yield
    now = await one.shows(item, ours=1, says="The reasons, rule by rule")
    assert all(rule in now["ours"][-1] for rule in ("labels:", "size:", "routing:", "owner:"))
    await one.comment(item, "/strategic")
    yield
    await one.shows(item, labels="strategic", ours=1, says="Nothing is open")


@pytest.fixture(scope="module", params=["linear", "jira", "jira-dc"])
def tracker(request: pytest.FixtureRequest) -> Iterator[World]:
    """Start one emulator for the module."""
    with world(request.param) as one:
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(
    tracker: World, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Stage, dict[str, BaseException | None]]]:
    """Play all stories at once."""
    async with stage(tracker, tmp_path_factory.mktemp(tracker.name)) as one:
        if tracker.door == "linear":
            await one.play("add", "label", name="needs-class")
        yield one, await tell(one, STORIES)


@pytest.mark.parametrize("name", STORIES)
async def test_story_ends_well(told: tuple[Stage, dict[str, BaseException | None]], name: str) -> None:
    """What the story promises in its first line holds."""
    _, ends = told
    end = ends[name]
    if end is not None:
        raise end


async def test_all_of_it_keeps_to_the_contract(told: tuple[Stage, dict[str, BaseException | None]]) -> None:
    """No call was off the contract or for nothing, and none refused but the edit of a comment that somebody deleted."""
    await told[0].fair(rejected=lambda one: "commentUpdate" in one["op"] or one["op"] == "PUT issue/ID/comment/ID")
