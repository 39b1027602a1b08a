"""What the tracker sees in the emulated Linear."""

from datetime import UTC, date, datetime, timedelta

import yaml

from app.core.policy import Watch
from app.core.snapshot import Standing
from connectors.linear import documents
from connectors.linear.tracker import PAGE
from tests.connectors.linear.emulated import ADA, GRACE, LINUS, Emulated
from tests.contracts import need_shared


async def test_many_items_are_read_in_one_call(linear: Emulated) -> None:
    """Items of several teams come in one call, under their ids; one that is hidden from us is not among them."""
    tracker = linear.connect()
    ids = [linear.id_of(key) for key in ("ENG-1", "ENG-2", "OPS-1", "SEC-1")]
    found = await tracker.look(ids)
    assert list(found) != []
    assert {snapshot.key for snapshot in found.values()} == {"ENG-1", "ENG-2", "OPS-1"}
    assert linear.count() == 1


async def test_a_full_page_is_within_what_one_call_may_cost(linear: Emulated) -> None:
    """Reading as many items as one call takes stays under Linear's 10,000 points."""
    answer = linear.control.graphql(documents.LOOK, {"ids": [linear.id_of("ENG-1")], "first": PAGE})
    assert 5_000 < int(answer.headers["X-Complexity"]) < 10_000


async def test_more_items_than_a_page_are_read_in_pages(linear: Emulated) -> None:
    """One item more than fits takes two calls and none is lost."""
    ids = [linear.create(title=f"Item {number}") for number in range(PAGE + 1)]
    assert set(await linear.connect().look(ids)) == set(ids)
    assert linear.count() == 2


async def test_a_snapshot_tells_what_the_rules_ask_for(linear: Emulated) -> None:
    """Labels, place, people, due date, estimate, priority, epics and their owners are read."""
    item = linear.create(
        title="Drain the queue", description="See below.", labels=["post-mortem", "Bug"], assignee=LINUS, priority=1,
        estimate=5, dueDate="2026-12-24", project="Q4 Reliability", parent="ENG-1", state="In Progress", cycle="active",
    )  # fmt: skip
    snapshot = await linear.look(linear.connect(), item)
    assert (snapshot.title, snapshot.description, snapshot.state) == ("Drain the queue", "See below.", "In Progress")
    assert set(snapshot.labels) == {"post-mortem", "Bug", "Kind/Bug"}
    assert (snapshot.team, snapshot.project, snapshot.priority) == ("ENG", "Q4 Reliability", "Urgent")
    assert (snapshot.due, snapshot.estimate, snapshot.standing) == (date(2026, 12, 24), 5, Standing.OPEN)
    assert snapshot.assignee is not None
    assert (snapshot.assignee.email, snapshot.assignee.bot) == (LINUS, False)
    assert snapshot.creator is not None
    assert snapshot.creator.email == ADA
    project, parent = snapshot.epics
    assert (project.kind, project.title, project.open) == ("project", "Q4 Reliability", True)
    assert project.owner is not None
    assert project.owner.email == ADA
    assert (parent.kind, parent.key, parent.owner) == ("parent", "ENG-1", None)


async def test_no_priority_is_none(linear: Emulated) -> None:
    """An item without a priority has none, whatever Linear calls that."""
    assert (await linear.look(linear.connect(), "ENG-1")).priority is None


async def test_a_key_finds_the_item_also_after_a_move(linear: Emulated) -> None:
    """By its new and by its old key the same item is found; a key of nothing finds nothing."""
    tracker, item = linear.connect(), linear.create()
    old = linear.control.get(item)["identifier"]
    linear.control.update(item, as_=ADA, team="OPS")
    new = linear.control.get(item)["identifier"]
    found = await tracker.look([f"key:{old}", f"key:{new}", "key:ENG-999", "key:nonsense", "nonsense"])
    assert {reference: snapshot.id for reference, snapshot in found.items()} == {f"key:{old}": item, f"key:{new}": item}
    assert found[f"key:{new}"].old_keys == (old,)


async def test_comments_are_the_latest_oldest_first(linear: Emulated) -> None:
    """Of many comments the last twenty are read; people, bots and ourselves are told apart."""
    item = linear.create()
    for number in range(22):
        linear.control.comment(item, f"note {number}", as_=GRACE, at=f"-{60 - number}m")
    linear.control.comment(item, "from a bot", as_="codebot@acme.test", at="-2m")
    linear.control.comment(item, "from us", as_="enforcer@acme.test", at="-1m")
    comments = (await linear.look(linear.connect(), item)).comments
    assert [comment.body for comment in comments] == [*(f"note {n}" for n in range(4, 22)), "from a bot", "from us"]
    person, bot, us = comments[-3:]
    assert (person.by and person.by.email, person.by and person.by.bot, person.ours) == (GRACE, False, False)
    assert (bot.by and bot.by.bot, bot.ours) == (True, False)
    assert us.ours


async def test_an_old_comment_that_was_edited_is_among_the_latest(linear: Emulated) -> None:
    """What somebody wrote into an old comment is seen, however many came after it."""
    item = linear.create()
    first = linear.control.comment(item, "hello", as_=GRACE, at="-60m")
    for number in range(20):
        linear.control.comment(item, f"note {number}", as_=ADA, at=f"-{50 - number}m")
    linear.control.edit_comment(item, first["id"], "/operational", as_=GRACE)
    comments = (await linear.look(linear.connect(), item)).comments
    assert (comments[0].id, comments[0].body) == (first["id"], "/operational")
    assert comments[0].edited_at is not None


async def test_items_that_are_put_away_are_not_here(linear: Emulated) -> None:
    """An archived and a trashed item are still read, as not here; a completed one keeps its standing."""
    done, gone = linear.create(state="Done"), linear.create()
    linear.control.delete(done, as_=ADA, archive=True)
    linear.control.delete(gone, as_=ADA)
    found = await linear.connect().look([done, gone])
    assert [(found[item].here, found[item].standing) for item in (done, gone)] == [
        (False, Standing.DONE),
        (False, Standing.OPEN),
    ]


async def test_canceled_is_not_done(linear: Emulated) -> None:
    """A canceled item and a duplicate will not be done."""
    items = [linear.create(state="Canceled"), linear.create(state="Duplicate")]
    found = await linear.connect().look(items)
    assert [found[item].standing for item in items] == [Standing.WONT_DO, Standing.WONT_DO]


async def test_labels_beyond_a_page_are_read_too(linear: Emulated) -> None:
    """An item with more labels than come along has them all."""
    names = [f"label-{number}" for number in range(30)]
    for name in names:
        linear.control.add("label", name=name)
    item = linear.create(labels=names)
    assert set((await linear.look(linear.connect(), item)).labels) == set(names)


async def test_links_are_the_attachments_addresses(linear: Emulated) -> None:
    """What is attached to an item is among its links."""
    item = linear.create()
    attach = "mutation A($i: AttachmentCreateInput!) { attachmentCreate(input: $i) { success } }"
    page = "https://wiki.acme.test/postmortems/7"
    linear.control.graphql(attach, {"i": {"issueId": item, "title": "Post-mortem", "url": page}}, key="lin_api_admin")
    assert (await linear.look(linear.connect(), item)).links == (page,)


async def test_everything_watched_is_found_open_or_closed(linear: Emulated) -> None:
    """All items with the label in these teams come, in any case of the names; what was put away is gone."""
    tracker = linear.connect()
    done, gone = (linear.create(labels=["post-mortem"], state=state) for state in ("Done", "Backlog"))
    linear.control.update(gone, as_=ADA, archivedAt="now")
    watch = Watch("linear", "Post-Mortem", teams=("eng", "ops"))
    seen = [one for page in [page async for page in tracker.watched([watch])] for one in page]
    expected = {linear.id_of(key): True for key in ("ENG-1", "ENG-2", "OPS-1")}
    assert {one.id: one.open for one in seen} == {**expected, done: False}
    assert all(one.updated_at < datetime.now(UTC) + timedelta(minutes=1) for one in seen)


async def test_what_changed_lately_is_told_apart(linear: Emulated) -> None:
    """Only what the tracker changed in the time asked for comes, closed ones too, however wrong our clock is."""
    tracker, watch = linear.connect(), Watch("linear", "post-mortem", teams=("ENG", "OPS"))
    old = linear.control.create("ENG", title="Old", labels=["post-mortem"], as_=ADA, at="-3h")["id"]
    done = linear.create(labels=["post-mortem"], state="Done")
    linear.create(labels=["Bug"])

    async def seen(within: timedelta) -> set[str]:
        return {one.id async for page in tracker.watched([watch], within) for one in page}

    assert await seen(timedelta(hours=2)) == {done}
    assert await seen(timedelta(hours=3, minutes=1)) >= {done, old}
    tracker = linear.connect(now=lambda: datetime.now(UTC) + timedelta(hours=5))
    assert await seen(timedelta(hours=2)) == {done}


async def test_what_was_put_away_lately_is_told_by_that_time(linear: Emulated) -> None:
    """Linear may leave the time of update of an archived item as it was; look and list give the same time for it."""
    tracker, watch = linear.connect(), Watch("linear", "post-mortem", teams=("ENG",))
    item = linear.control.create("ENG", title="Old", labels=["post-mortem"], as_=ADA, at="-3h")["id"]
    before = (await linear.look(tracker, item)).updated_at
    linear.control.update(item, as_=ADA, archivedAt="now")
    (seen,) = [one async for page in tracker.watched([watch], timedelta(hours=1)) for one in page]
    assert (seen.id, seen.open) == (item, False)
    assert seen.updated_at == (await linear.look(tracker, item)).updated_at > before


async def test_a_watch_keeps_to_its_teams(linear: Emulated) -> None:
    """Items of other teams are not watched."""
    pages = [page async for page in linear.connect().watched([Watch("linear", "post-mortem", teams=("OPS",))])]
    assert [one.id for page in pages for one in page] == [linear.id_of("OPS-1")]


async def test_a_label_in_a_group_is_watched_by_either_name(linear: Emulated) -> None:
    """`Bug` and `Kind/Bug` watch the same items; the project of a watch narrows it."""
    tracker = linear.connect()
    item = linear.create(labels=["Bug"], project="Shared work")
    linear.create(labels=["Bug"])
    for label in ("Bug", "kind/bug"):
        watch = Watch("linear", label, projects=("shared work",))
        pages = [page async for page in tracker.watched([watch])]
        assert [one.id for page in pages for one in page] == [item]


async def test_many_watched_items_come_in_pages(linear: Emulated) -> None:
    """Items beyond the first page of 250 are found too."""
    seed = yaml.safe_load(need_shared("emulators/seeds/linear.yaml").read_text(encoding="utf-8"))
    seed["generate"] = [{"team": "ENG", "count": 260, "title": "Old", "labels": ["post-mortem"], "by": ADA}]
    linear.control.reset(seed=seed)
    pages = [page async for page in linear.connect().watched([Watch("linear", "post-mortem")])]
    assert [len(page) for page in pages] == [250, 13]
    assert len({one.id for page in pages for one in page}) == 263
