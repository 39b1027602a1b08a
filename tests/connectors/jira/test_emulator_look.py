"""Read items, epics, people and history from an independent emulator of Cloud and Data Center."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.core.change import LinkToEpic
from app.core.errors import Denied
from app.core.policy import Watch
from app.core.snapshot import Epic, Kind, Standing
from tests.connectors.jira.emulated import OPS, Emulated, policy


async def test_a_snapshot_tells_the_item_in_our_words(jira: Emulated) -> None:
    """A snapshot holds the item's key, place, people, dates and classification as Jira shows them."""
    jira.control.update("PM-8", as_="max@acme.test", assignee="linus@acme.test", duedate="2027-03-04", priority="High")
    jira.control.update("PM-8", as_="max@acme.test", fields={"Story point estimate": 8}, description="See the page.")
    found = await jira.look(jira.connect(), "PM-8")
    assert (found.tracker, found.id, found.key) == ("jira", jira.id_of("PM-8"), "PM-8")
    assert found.url == f"{jira.control.base}/browse/PM-8"
    assert (found.title, found.description, found.state) == ("Shard the ledger", "See the page.", "To Do")
    assert (found.team, found.project, found.components) == ("PM", "PM", ("Database",))
    assert (found.labels, found.exact_labels) == (("post-mortem", "strategic"), True)
    assert (found.kind, found.issue_type, found.standing) == (Kind.ITEM, "Story", Standing.OPEN)
    assert (found.due, found.estimate, found.priority) == (date(2027, 3, 4), 8.0, "High")
    assert found.assignee is not None
    assert found.assignee.email == "linus@acme.test"
    assert found.creator is not None
    assert (found.creator.name, found.creator.bot) == ("Max Manager", False)
    assert found.created_at.tzinfo is UTC
    assert abs(datetime.now(UTC) - timedelta(days=30) - found.created_at) < timedelta(hours=1)


async def test_many_items_come_in_one_call(cloud: Emulated) -> None:
    """Cloud is asked once for up to a hundred items, whatever their number, and once who owns their epics."""
    tracker = cloud.connect()
    ids = [cloud.id_of(f"PM-{number}") for number in range(6, 19)]
    seen = await tracker.look(ids)
    assert set(seen) == set(ids)
    assert cloud.count("POST issue/bulkfetch") == 2
    assert [epic.owner.name for one in seen.values() for epic in one.epics if epic.owner]


async def test_data_center_reads_many_by_search_and_the_rest_one_by_one(data_center: Emulated) -> None:
    """Data Center refuses a search that names an absent issue; the others are found all the same."""
    tracker = data_center.connect()
    ids = [data_center.id_of(f"PM-{number}") for number in range(6, 19)]
    assert set(await tracker.look(ids)) == set(ids)
    epics = data_center.count("GET issue/ID")
    assert (data_center.count("POST search"), epics) == (1, 2)
    assert set(await tracker.look([*ids, "99999"])) == set(ids)
    assert data_center.count("GET issue/ID") == epics + len(ids) + 1 + epics


async def test_steady_state_is_one_call(jira: Emulated) -> None:
    """Once the site is known, looking at one item is one call."""
    tracker = jira.connect()
    await jira.look(tracker, "PM-6")
    before = jira.control.calls()["total"]
    await jira.look(tracker, "PM-7")
    assert jira.control.calls()["total"] == before + 1


async def test_an_item_is_found_by_key_and_by_a_key_it_had(jira: Emulated) -> None:
    """A key leads to the item in any case, and on Cloud after it was moved."""
    found = await jira.connect().look(["key:PM-8", "key:pm-7", "key:PM-999"])
    assert {name: snapshot.key for name, snapshot in found.items()} == {"key:PM-8": "PM-8", "key:pm-7": "PM-7"}


async def test_a_moved_item_is_found_by_its_old_key(cloud: Emulated) -> None:
    """After a move the old key leads to the same id under the new key."""
    id_ = cloud.id_of("PM-6")
    cloud.control.update("PM-6", as_="ada@acme.test", project="OPS")
    found = (await cloud.connect().look(["key:PM-6"]))["key:PM-6"]
    assert (found.id, found.team) == (id_, "OPS")


async def test_what_is_absent_or_hidden_is_left_out(jira: Emulated) -> None:
    """A deleted item and one that the account may not see are not in the answer, and raise nothing."""
    gone, hidden = jira.id_of("PM-6"), jira.id_of("SEC-1")
    jira.control.delete("PM-6", as_="ada@acme.test")
    assert await jira.connect().look([gone, hidden]) == {}


async def test_a_dead_token_is_not_taken_for_absent_items(jira: Emulated) -> None:
    """When the credentials stop working, looking raises instead of telling that items are gone."""
    tracker = jira.connect()
    id_ = jira.id_of("PM-6")
    await tracker.look([id_])
    jira.clock.seconds += 60
    jira.control.call("DELETE", "keys", {})
    with pytest.raises(Denied):
        await tracker.look([id_])


@pytest.mark.parametrize(
    ("key", "standing"),
    [("PM-14", Standing.DONE), ("PM-6", Standing.OPEN), ("PM-10", Standing.WONT_DO)],
)
async def test_standing_goes_by_category_and_resolution(jira: Emulated, key: str, standing: Standing) -> None:
    """Closed is told by the status's category; that nothing was done by what resolution and status are called."""
    if standing is Standing.WONT_DO:
        jira.control.update(key, as_="linus@acme.test", status="Won't Do")
    assert (await jira.look(jira.connect(), key)).standing is standing


async def test_epics_and_sub_tasks_are_no_items(jira: Emulated) -> None:
    """An epic and a sub-task are told from items on Cloud by level, on Data Center by name and epic name."""
    tracker = jira.connect()
    kinds = [(await jira.look(tracker, key)).kind for key in ("PM-1", "PM-16", "PM-6")]
    assert kinds == [Kind.EPIC, Kind.SUB_TASK, Kind.ITEM]


async def test_comments_tell_ours_from_theirs(jira: Emulated) -> None:
    """Comments come oldest first as plain text, with their author; those of our own account are marked."""
    jira.control.comment(
        "PM-11", "/ack I am on it!\n\nMore _below_ at [the page|https://wiki.acme.test/x].", as_="ada@acme.test"
    )
    found = (await jira.look(jira.connect(), "PM-11")).comments
    assert [comment.ours for comment in found] == [False, True, False]
    assert found[2].by is not None
    assert (found[2].by.email, found[2].by.bot) == ("ada@acme.test", False)
    assert found[2].body.splitlines()[0] == "/ack I am on it!"
    assert found[0].at < found[1].at < found[2].at


async def test_the_last_of_many_comments_count(jira: Emulated) -> None:
    """Jira shows the first hundred comments of an issue; the snapshot holds the latest."""
    for number in range(103):
        jira.control.comment("PM-6", f"comment {number}", as_="ada@acme.test", at=f"-{200 - number}m", quiet=True)
    found = (await jira.look(jira.connect(), "PM-6")).comments
    assert found[-1].body == "comment 102"
    assert found[-1].at > found[-2].at


async def test_being_under_the_epic_costs_no_call(jira: Emulated) -> None:
    """An item that is under its route's epic is told from its snapshot alone, whatever the key's case."""
    tracker = jira.connect()
    snapshot = await jira.look(tracker, "PM-8")
    before = jira.control.calls()["total"]
    fact = await tracker.epic(snapshot, {"parent": "pm-1"})
    assert (fact.under, fact.epic and fact.epic.key) == (True, "PM-1")
    assert jira.control.calls()["total"] == before


async def test_an_epic_is_read_with_its_owner_and_kept_for_a_minute(jira: Emulated) -> None:
    """Of an epic that the item is not under Jira is asked once a minute: whether it is open, and whose it is."""
    tracker = jira.connect()
    snapshot = await jira.look(tracker, "PM-6")
    fact = await tracker.epic(snapshot, {"parent": "PM-2"})
    assert (fact.under, fact.refusal) == (False, None)
    assert isinstance(fact.epic, Epic)
    assert (fact.epic.open, fact.epic.owner and fact.epic.owner.name) == (False, "Stella Staff")
    calls = jira.control.calls()["total"]
    await tracker.epic(snapshot, {"parent": "PM-2"})
    assert jira.control.calls()["total"] == calls
    jira.clock.seconds += 61
    await tracker.epic(snapshot, {"parent": "PM-2"})
    assert jira.control.calls()["total"] == calls + 1


async def test_an_epic_that_is_not_there_is_none(jira: Emulated) -> None:
    """A key that leads nowhere, or to what the account may not see, gives no epic."""
    tracker = jira.connect()
    snapshot = await jira.look(tracker, "PM-6")
    fact = await tracker.epic(snapshot, {"parent": "PM-999"})
    assert (fact.under, fact.epic, fact.refusal) == (False, None, None)


async def test_a_link_to_an_epic_that_can_be_the_parent_is_not_enough(jira: Emulated) -> None:
    """Being related counts only where the epic cannot hold the item."""
    tracker = jira.connect()
    snapshot = await jira.look(tracker, "PM-6")
    fact = await tracker.epic(snapshot, {"parent": "PM-1"})
    assert fact.epic is not None
    await tracker.apply(snapshot, [LinkToEpic("r", fact.epic, relate=True)])
    after = await jira.look(tracker, "PM-6")
    assert "PM-1" in after.native["linked"]
    assert not (await tracker.epic(after, {"parent": "PM-1"})).under


async def test_an_epic_that_an_item_is_only_linked_to_is_read_with_it(jira: Emulated) -> None:
    """A look after the epic's change knows its new owner, and costs no call more."""
    tracker = jira.connect()
    snapshot = await jira.look(tracker, "PM-6")
    fact = await tracker.epic(snapshot, {"parent": "PM-7"})
    assert fact.epic is not None
    assert fact.refusal is not None
    await tracker.apply(snapshot, [LinkToEpic("r", fact.epic, relate=True)])
    assert (await tracker.epic(await jira.look(tracker, "PM-6"), {"parent": "PM-7"})).under
    before = jira.control.calls()["total"]
    await jira.look(tracker, "PM-6")
    steady = jira.control.calls()["total"] - before
    jira.control.update("PM-7", assignee="ada@acme.test")
    after = await tracker.epic(await jira.look(tracker, "PM-6"), {"parent": "PM-7"})
    assert after.epic is not None
    assert after.epic.owner is not None
    assert after.epic.owner.email == "ada@acme.test"
    assert jira.control.calls()["total"] == before + 2 * steady


async def test_a_task_cannot_be_a_parent(jira: Emulated) -> None:
    """What is not one level above the item is refused with a reason."""
    tracker = jira.connect()
    fact = await tracker.epic(await jira.look(tracker, "PM-6"), {"parent": "PM-7"})
    assert fact.refusal == "a Task cannot hold a Task"


async def test_a_team_managed_epic_holds_only_its_own_project(cloud: Emulated) -> None:
    """An epic of a team-managed project cannot be the parent of another project's item, but of its own."""
    tracker = cloud.connect()
    foreign = await tracker.epic(await cloud.look(tracker, "PM-6"), {"parent": "PLAT-1"})
    assert foreign.refusal == "PLAT-1 and PM-6 are in two projects, and one of them is team-managed"
    own = await tracker.epic(await cloud.look(tracker, "PLAT-2"), {"parent": "PLAT-1"})
    assert own.refusal is None
    other = await tracker.epic(await cloud.look(tracker, "PLAT-2"), {"parent": "PM-1"})
    assert other.refusal == "PM-1 and PLAT-2 are in two projects, and one of them is team-managed"


async def test_choices_name_who_set_a_label_and_when(jira: Emulated) -> None:
    """Labels are told from history; those that were there at the start are the creator's."""
    jira.control.update("PM-13", as_="ada@acme.test", removeLabels=["strategic"])
    jira.control.update("PM-13", as_="max@acme.test", addLabels=["strategic"])
    tracker = jira.connect()
    snapshot = await jira.look(tracker, "PM-13")
    found = await tracker.choices(snapshot, ["operational", "Strategic"])
    assert [(one.label, one.by and one.by.name) for one in found] == [
        ("operational", "Grace Hopper"),
        ("strategic", "Grace Hopper"),
        ("strategic", "Max Manager"),
    ]
    assert found[0].at == found[1].at == snapshot.created_at < found[2].at


async def test_people_are_found_by_mail_or_by_id(jira: Emulated) -> None:
    """Somebody is found by e-mail, also when Cloud hides it and they are the only hit, and by the policy's id."""
    tracker = jira.connect()
    linus = await tracker.person(ids={}, email="LINUS@acme.test", name=None)
    assert linus is not None
    assert (linus.name, linus.active, linus.bot) == ("Linus Duty", True, False)
    assert await tracker.person(ids={"jira": linus.id}, email=None, name=None) == linus
    grace = await tracker.person(ids={"slack": "U1"}, email="grace@acme.test", name=None)
    assert grace is not None
    assert grace.name == "Grace Hopper"
    assert await tracker.person(ids={}, email="nobody@acme.test", name="Nobody") is None
    assert await tracker.person(ids={"jira": "nobody"}, email="linus@acme.test", name=None) is None
    assert await tracker.person(ids={}, email=None, name="Linus Duty") is None


async def test_a_project_that_is_hidden_hides_nobody_for_good(cloud: Emulated) -> None:
    """Whom the site does not show is looked for in a watched project; that it is hidden leaves them unknown."""
    cloud.control.raw("project", "PM", permissions={"BROWSE_PROJECTS": ["ada@acme.test"]})
    assert await cloud.connect().person(ids={}, email="nobody@acme.test", name="Nobody") is None


async def test_data_center_people_may_be_named_by_user_name(data_center: Emulated) -> None:
    """On Data Center the policy may name people by user name or by key; they are mentioned by name."""
    tracker = data_center.connect()
    by_name = await tracker.person(ids={"jira": "linus"}, email=None, name=None)
    assert by_name is not None
    assert (by_name.id, by_name.mention) == ("JIRAUSER10103", "linus")
    assert await tracker.person(ids={"jira": by_name.id}, email=None, name=None) == by_name


async def test_people_are_remembered(jira: Emulated) -> None:
    """Whom Jira knows is asked for once a day, whom it does not once an hour."""
    tracker = jira.connect()
    for email, hours in (("linus@acme.test", 24), ("nobody@acme.test", 1)):
        await tracker.person(ids={}, email=email, name=None)
        asked = jira.control.calls()["total"]
        jira.clock.seconds += hours * 3600 - 1
        await tracker.person(ids={}, email=email.upper(), name=None)
        assert jira.control.calls()["total"] == asked
        jira.clock.seconds += 2
        await tracker.person(ids={}, email=email, name=None)
        assert jira.control.calls()["total"] > asked


async def test_everything_watched_is_paged_through(jira: Emulated) -> None:
    """Reconcile sees every watched ticket once, open or closed, page by page, and nothing of other projects."""
    for number in range(105):
        jira.control.create("PM", title=f"More {number}", labels=["post-mortem"], as_="ada@acme.test", quiet=True)
    tracker = jira.connect()
    pages = [page async for page in tracker.watched(policy(OPS).watch)]
    seen = [one for page in pages for one in page]
    assert len({one.id for one in seen}) == len(seen)
    assert {jira.id_of("PM-6"), jira.id_of("PM-14")} < {one.id for one in seen}
    assert jira.id_of("OPS-2") not in {one.id for one in seen}
    assert [one.open for one in seen if one.id == jira.id_of("PM-14")] == [False]
    assert len(pages) > 1
    assert [page async for page in tracker.watched(())] == []


@pytest.mark.parametrize(("types", "there"), [((), False), (("sub-task", "Task"), True), (("Task",), False)])
async def test_sub_tasks_and_epics_are_watched_only_by_name(
    jira: Emulated, types: tuple[str, ...], *, there: bool
) -> None:
    """What no look would take for an item is not listed either: it would come as new each time."""
    epic = jira.control.create("PM", issuetype="Epic", title="Of all", labels=["post-mortem"], as_="ada@acme.test")
    watch = Watch("jira", "post-mortem", projects=("PM",), issue_types=types)
    seen = {one.id async for page in jira.connect().watched([watch]) for one in page}
    assert (jira.id_of("PM-16") in seen) is there
    assert jira.id_of("PM-6") in seen
    assert epic["id"] not in seen


async def test_what_changed_lately_is_told_apart(jira: Emulated) -> None:
    """Only what the tracker changed in the time asked for comes, whatever time zone its account lives in."""
    old = jira.control.create("PM", title="Old", labels=["post-mortem"], as_="ada@acme.test", at="-3h")["id"]
    new = jira.control.create("PM", title="New", labels=["post-mortem"], as_="ada@acme.test")["id"]
    tracker = jira.connect()

    async def seen(within: timedelta) -> set[str]:
        return {one.id async for page in tracker.watched(policy(OPS).watch, within) for one in page}

    assert new in await seen(timedelta(minutes=1))
    assert old not in await seen(timedelta(hours=2))
    assert {new, old} <= await seen(timedelta(hours=3, seconds=30))


async def test_an_empty_look_asks_nothing(jira: Emulated) -> None:
    """Nothing asked for is nothing answered."""
    assert await jira.connect().look([]) == {}
