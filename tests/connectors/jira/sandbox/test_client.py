"""The real client at work on the sandbox, on both flavours."""

from collections.abc import AsyncIterator, Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from app.core.change import AddLabel, Assign, Change, LinkToEpic, MoveToBoard, RemoveLabel, Say, SetDue
from app.core.errors import Transient
from app.core.policy import Policy, Watch
from app.core.snapshot import Snapshot
from app.core.text import Code, Link, Mention, Text, bullet, paragraph
from connectors.jira import MANIFEST
from connectors.jira.sandbox import JiraSandbox
from connectors.jira.settings import JiraSettings
from connectors.jira.tracker import JiraTracker
from tests.connectors.jira.sandbox.asking import ADA, GRACE, LINUS

BOARD: Mapping[str, Any] = {"board": 42, "set": {"labels": ["team-ops"]}}
EPIC: Mapping[str, Any] = {"parent": "PLAT-7"}
WATCH = Watch("jira", "post-mortem", projects=("PM",))


@pytest.fixture(params=["cloud", "data center"])
async def site(request: pytest.FixtureRequest) -> AsyncIterator[JiraSandbox]:
    """Give a site of each flavour; after the test nothing was asked of it that it does not know."""
    site = JiraSandbox(data_center=request.param == "data center")
    await site.start()
    yield site
    assert site.unsupported() == ()
    await site.aclose()


@pytest.fixture
async def tracker(site: JiraSandbox) -> AsyncIterator[JiraTracker]:
    """Give the client."""
    tracker = connect(site)
    yield tracker
    await tracker.aclose()


def connect(site: JiraSandbox) -> JiraTracker:
    """Return the client, set up by the sandbox's environment alone."""
    told = {name.removeprefix("FOLLOWTHROUGH_JIRA_").lower(): value for name, value in site.environment().items()}
    settings = JiraSettings.model_validate(told)
    assert (MANIFEST.configured(settings), list(MANIFEST.missing(settings))) == (True, [])
    return JiraTracker.connect(settings, Policy(watch=(WATCH,)))


async def look(tracker: JiraTracker, item: str) -> Snapshot:
    """Return the item's snapshot."""
    return (await tracker.look([item]))[item]


async def test_it_looks_at_many_items(site: JiraSandbox, tracker: JiraTracker) -> None:
    """Items are read by id and by a key they had; what is gone is not in the answer."""
    item = await site.create(ADA, "Fix it", ["post-mortem"], assignee=LINUS, estimate=8, priority="High", epic="PLAT-7")
    await site.comment(item, GRACE, "/operational")
    moved = await site.create(ADA, "Moved", ["post-mortem"])
    await site.update(moved, ADA, team="OPS")
    found = await tracker.look([item, "key:PM-2", "77777"])
    snapshot = found[item]
    assert (set(found), found["key:PM-2"].id) == ({item, "key:PM-2"}, moved)
    assert (snapshot.key, snapshot.labels, snapshot.estimate, snapshot.priority) == (
        "PM-1",
        ("post-mortem",),
        8,
        "High",
    )
    assert (snapshot.assignee and snapshot.assignee.email, snapshot.comments[0].body) == (LINUS, "/operational")
    assert [epic.key for epic in snapshot.epics] == ["PLAT-7"]


async def test_it_puts_an_item_on_the_board(site: JiraSandbox, tracker: JiraTracker) -> None:
    """One edit labels, assigns, dates and moves; the board then shows the item, and asking again costs nothing."""
    item = await site.create(ADA, "Fix it", ["post-mortem", "ops"])
    snapshot = await look(tracker, item)
    linus = await tracker.person(ids={}, email=LINUS, name=None)
    assert linus is not None
    assert (await tracker.board(snapshot, BOARD, None)).here is False
    labels: list[Change] = [RemoveLabel("ops"), AddLabel("operational")]
    changes = [*labels, MoveToBoard("r", BOARD), Assign(linus), SetDue(date(2026, 12, 1))]
    site.clear_calls()
    applied = await tracker.apply(snapshot, changes)
    assert (set(applied.done), applied.refused, site.writes()) == (set(changes), {}, ("PUT issue",))
    after = await look(tracker, item)
    fact = await tracker.board(after, BOARD, None)
    assert (fact.here, fact.hidden_because) == (True, None)
    shown = site.view(item)
    assert (sorted(shown["labels"]), shown["board"]) == (["operational", "post-mortem", "team-ops"], ["OPS on-call"])
    assert (shown["assignee"], shown["due"]) == (LINUS, "2026-12-01")
    site.clear_calls()
    assert await tracker.board(after, BOARD, fact) == fact
    assert site.calls() == ()


@pytest.mark.parametrize("what", [{"state": "Parked"}, {"labels": ["x"]}])
async def test_it_tells_which_condition_of_a_board_fails(
    site: JiraSandbox, tracker: JiraTracker, what: dict[str, Any]
) -> None:
    """A status without a column hides an item; without the label it is not there at all."""
    item = await site.create(ADA, "Fix it", ["team-ops"])
    await site.update(item, ADA, **what)
    fact = await tracker.board(await look(tracker, item), BOARD, None)
    assert fact.here == ("state" in what)
    assert ("Parked" in (fact.hidden_because or "")) == ("state" in what)


async def test_it_tells_that_a_sprint_is_missing(site: JiraSandbox, tracker: JiraTracker) -> None:
    """On a scrum board an item shows only in a running sprint; a filter that is not shared is said."""
    item = await site.create(ADA, "Fix it", ["team-plat"])
    scrum = {"board": 43, "set": {"labels": ["team-plat"]}}
    assert "sprint" in ((await tracker.board(await look(tracker, item), scrum, None)).hidden_because or "")
    await site.update(item, ADA, sprint="PLAT Sprint 2")
    assert (await tracker.board(await look(tracker, item), scrum, None)).hidden_because is None
    secret = {"board": 44, "set": {"labels": ["team-plat"]}}
    assert "shared" in ((await tracker.board(await look(tracker, item), secret, None)).hidden_because or "")


async def test_it_tells_that_a_team_managed_board_is_another_projects(sandbox: JiraSandbox) -> None:
    """On Cloud such a board shows its own project's issues only."""
    item = await sandbox.create(ADA, "Fix it", ["a"])
    tracker = connect(sandbox)
    fact = await tracker.board(await look(tracker, item), {"board": 45, "set": {"labels": ["a"]}}, None)
    await tracker.aclose()
    assert "only the project SQUAD" in (fact.hidden_because or "")


async def test_it_puts_an_item_under_its_epic(site: JiraSandbox, tracker: JiraTracker) -> None:
    """The epic becomes the parent, and its owner is known."""
    item = await site.create(ADA, "Fix it")
    snapshot = await look(tracker, item)
    fact = await tracker.epic(snapshot, EPIC)
    assert fact.epic is not None
    assert fact.epic.owner is not None
    assert (fact.under, fact.refusal, fact.epic.owner.email) == (False, None, ADA)
    applied = await tracker.apply(snapshot, [LinkToEpic("r", fact.epic)])
    assert (len(applied.done), site.view(item)["epic"]) == (1, "Q4 Reliability")
    assert (await tracker.epic(await look(tracker, item), EPIC)).under is True


async def test_it_relates_an_epic_that_cannot_be_the_parent(site: JiraSandbox, tracker: JiraTracker) -> None:
    """A team-managed epic in another project is linked instead; Data Center knows no such thing."""
    item, squad = await site.create(ADA, "Fix it"), {"parent": "SQUAD-1"}
    snapshot = await look(tracker, item)
    fact = await tracker.epic(snapshot, squad)
    assert fact.epic is not None
    assert (fact.refusal is None) == site.world.data_center
    for _ in range(2):
        await tracker.apply(snapshot, [LinkToEpic("r", fact.epic, relate=True)])
    assert len(site.world.links) == 1
    snapshot = await look(tracker, item)
    assert (await tracker.epic(snapshot, squad)).under == (not site.world.data_center)


async def test_it_comments_once_though_the_answer_is_lost(site: JiraSandbox, tracker: JiraTracker) -> None:
    """A comment whose answer never came is found again and edited, not doubled; a deleted one is said to be gone."""
    item = await site.create(ADA, "Fix it")
    snapshot, linus = await look(tracker, item), await tracker.person(ids={}, email=LINUS, name=None)
    assert linus is not None
    blocks = paragraph(Mention(linus), ", see ", Link("the page", "https://acme.test")), bullet("type ", Code("/why"))
    site.fail_next(1, "drop_after", "POST comment")
    with pytest.raises(Transient):
        await tracker.apply(snapshot, [Say(Text(blocks))])
    applied = await tracker.apply(snapshot, [Say(Text(blocks))])
    (comment,) = site.view(item)["comments"]
    assert (comment["by"], applied.comment_id is not None) == ("followthrough@acme.test", True)
    assert comment["body"].replace("@", "").splitlines() == ["Linus Duty, see the page", "type /why"]
    await tracker.apply(snapshot, [Say(Text((paragraph("Thank you."),)), applied.comment_id)])
    assert [one["body"] for one in site.view(item)["comments"]] == ["Thank you."]
    await site.delete_comment(item, ADA)
    again = await tracker.apply(snapshot, [Say(Text((paragraph("Again."),)), applied.comment_id)])
    assert (again.comment_gone, site.view(item)["comments"]) == (True, [])


async def test_it_knows_who_chose_a_label(site: JiraSandbox, tracker: JiraTracker) -> None:
    """Labels from the start are the creator's, later ones whoever added them, oldest first."""
    item = await site.create(ADA, "Fix it", ["operational"])
    await site.update(item, GRACE, labels=["operational", "strategic"])
    choices = await tracker.choices(await look(tracker, item), ["operational", "strategic"])
    people = [(choice.label, choice.by and choice.by.name) for choice in choices]
    assert people == [("operational", "Ada Admin"), ("strategic", "Grace Hopper")]


async def test_it_pages_through_what_is_watched(site: JiraSandbox, tracker: JiraTracker) -> None:
    """Everything with the label is seen, open or done, and nothing else."""
    made = [await site.create(ADA, f"Item {number}", ["post-mortem"]) for number in range(3)]
    await site.update(made[0], ADA, state="Done")
    await site.create(ADA, "Other")
    seen = [one async for page in tracker.watched([WATCH]) for one in page]
    assert [(one.id, one.open) for one in seen] == [(made[0], False), (made[1], True), (made[2], True)]
    site.age(made[1], timedelta(hours=3))
    for hours, expected in ((2, {made[0], made[2]}), (4, {*made})):
        late = [one async for page in tracker.watched([WATCH], timedelta(hours=hours)) for one in page]
        assert {one.id for one in late} == expected


async def test_it_finds_nothing_wrong_with_the_set_up(tracker: JiraTracker) -> None:
    """Credentials and rights are good."""
    assert list(await tracker.check()) == []


@pytest.mark.parametrize("kind", ["drop_after", "409", "html", "500"])
async def test_a_write_that_fails_is_looked_at_before_it_is_sent_again(
    site: JiraSandbox, tracker: JiraTracker, kind: str
) -> None:
    """A write whose answer is lost or wrong is not repeated blindly: the next run sees what stands, and writes it."""
    item = await site.create(ADA, "Fix it")
    site.fail_next(1, kind, "PUT issue")
    with pytest.raises(Transient):
        await tracker.apply(await look(tracker, item), [AddLabel("wanted")])
    if "wanted" not in (await look(tracker, item)).labels:
        await tracker.apply(await look(tracker, item), [AddLabel("wanted")])
    assert site.view(item)["labels"] == ["wanted"]
    assert (await look(tracker, item)).labels == ("wanted",)
