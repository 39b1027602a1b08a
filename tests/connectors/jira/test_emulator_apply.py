"""Write plans to an independent emulator of Cloud and Data Center."""

import asyncio
from datetime import date
from typing import Any

import pytest

from app.core.change import AddLabel, Assign, Change, LinkToEpic, MoveToBoard, RemoveLabel, Say, SetDue
from app.core.person import Person
from app.core.snapshot import Epic, Snapshot
from app.core.text import Code, Link, Mention, Text, bullet, paragraph
from connectors.jira.tracker import JiraTracker
from tests.connectors.jira.emulated import OPS, TEAM, Emulated, policy

HELLO = Text((paragraph("Please sort this."),))


async def linus(tracker: JiraTracker) -> Person:
    """Return somebody who can be assigned."""
    found = await tracker.person(ids={}, email="linus@acme.test", name=None)
    assert found is not None
    return found


async def epic(tracker: JiraTracker, snapshot: Snapshot, key: str) -> Epic:
    """Return an epic."""
    found = (await tracker.epic(snapshot, {"parent": key})).epic
    assert found is not None
    return found


async def test_a_whole_plan_is_one_edit_and_one_comment(jira: Emulated) -> None:
    """Labels, board, epic, assignee and due date go in one edit, and the comment in a second call."""
    tracker = jira.connect()
    snapshot = await jira.look(tracker, "PM-6")
    changes: list[Change] = [
        AddLabel("operational"),
        RemoveLabel("post-mortem"),
        MoveToBoard("payments", OPS),
        LinkToEpic("payments", await epic(tracker, snapshot, "PM-1")),
        Assign(await linus(tracker)),
        SetDue(date(2027, 1, 31)),
        Say(HELLO),
    ]
    applied = await tracker.apply(snapshot, changes)
    assert (applied.done, applied.refused) == (tuple(changes), {})
    assert jira.writes() == ["PUT issue/ID", "POST issue/ID/comment"]
    now = jira.control.get("PM-6")
    assert sorted(now["labels"]) == ["operational", "team-ops"]
    assert (now["assignee"], now["duedate"], now["epic"]) == ("linus@acme.test", "2027-01-31", "PM-1")
    assert [comment["id"] for comment in now["comments"]] == [applied.comment_id]


async def test_cloud_shows_the_item_in_the_answer(cloud: Emulated) -> None:
    """On Cloud the answer to the edit is the item after it, our comment included: no further look is needed."""
    tracker = cloud.connect()
    applied = await tracker.apply(await cloud.look(tracker, "PM-6"), [AddLabel("operational"), Say(HELLO)])
    assert applied.snapshot == await cloud.look(tracker, "PM-6")
    assert [comment.ours for comment in applied.snapshot.comments] == [True]


async def test_data_center_does_not_show_the_item(data_center: Emulated) -> None:
    """On Data Center the answer to an edit is empty, and so is the snapshot."""
    tracker = data_center.connect()
    applied = await tracker.apply(await data_center.look(tracker, "PM-6"), [AddLabel("operational")])
    assert (applied.snapshot, applied.done) == (None, (AddLabel("operational"),))


async def test_what_holds_already_is_done_without_a_call(jira: Emulated) -> None:
    """Changes that took effect before are done, and nothing is written."""
    tracker = jira.connect()
    jira.control.update(
        "PM-8", as_="max@acme.test", assignee="linus@acme.test", duedate="2027-01-31", labels=["team-ops"]
    )
    snapshot = await jira.look(tracker, "PM-8")
    changes: list[Change] = [
        AddLabel("team-ops"),
        RemoveLabel("operational"),
        MoveToBoard("payments", OPS),
        LinkToEpic("payments", snapshot.epics[0]),
        Assign(await linus(tracker)),
        SetDue(date(2027, 1, 31)),
    ]
    applied = await tracker.apply(snapshot, changes)
    assert (applied.done, jira.writes()) == (tuple(changes), [])


async def test_the_epics_of_a_burst_are_read_together(cloud: Emulated) -> None:
    """Each of many items needs its own edit; who owns the epics that they went under is asked once, after that."""
    tracker = cloud.connect()
    items = [
        cloud.control.create("PM", title=f"Shard {number}", labels=["post-mortem", "strategic"], as_="ada@acme.test")
        for number in range(8)
    ]
    snapshots = await tracker.look([one["id"] for one in items])
    first = next(iter(snapshots.values()))
    link = LinkToEpic("payments", await epic(tracker, first, "PM-1"))
    reads = cloud.count("POST issue/bulkfetch")
    applied = await asyncio.gather(*(tracker.apply(one, [link]) for one in snapshots.values()))
    after = [one.snapshot for one in applied if one.snapshot]
    assert len({one.epics[0].owner.email for one in after if one.epics[0].owner}) == 1
    assert (len(after), cloud.count("PUT issue/ID")) == (8, 8)
    assert cloud.count("POST issue/bulkfetch") - reads <= 2


async def test_twice_does_no_harm(jira: Emulated) -> None:
    """The same plan on the same old snapshot leaves the item and its one comment as after the first time."""
    tracker = jira.connect()
    snapshot = await jira.look(tracker, "PM-6")
    changes: list[Change] = [AddLabel("operational"), SetDue(date(2027, 1, 31)), Say(HELLO)]
    first = await tracker.apply(snapshot, changes)
    jira.control.update("PM-6", as_="ada@acme.test", addLabels=["from-ada"], removeLabels=["operational"])
    second = await tracker.apply(snapshot, changes)
    now = jira.control.get("PM-6")
    assert sorted(now["labels"]) == ["from-ada", "operational", "post-mortem"]
    assert (len(now["comments"]), second.comment_id) == (1, first.comment_id)


async def test_another_spelling_is_replaced_in_one_edit(jira: Emulated) -> None:
    """A label in another case is another label: the wrong one goes and the right one comes, in one edit."""
    tracker = jira.connect()
    snapshot = await jira.look(tracker, "PM-10")
    await tracker.apply(snapshot, [AddLabel("operational"), RemoveLabel("Operational")])
    assert sorted(jira.control.get("PM-10")["labels"]) == ["operational", "post-mortem"]


@pytest.mark.parametrize(
    ("setting", "shown"),
    [
        ({"components": ["database"]}, lambda item: item["components"] == ["Database"]),
        ({"team": TEAM}, lambda item: "36885b3c" in str(item["fields"]["customfield_10001"])),
        (
            {"field": {"customfield_10050": {"value": "High"}}},
            lambda item: item["fields"]["customfield_10050"]["value"] == "High",
        ),
        ({"field": {"customfield_10051": "Q4"}}, lambda item: item["fields"]["customfield_10051"] == "Q4"),
    ],
)
async def test_a_board_may_read_any_field(jira: Emulated, setting: dict[str, Any], shown: Any) -> None:
    """Components by name, the team by its id, and other fields as given put an item on a board."""
    target = {"board": 1, "set": {"labels": ["team-ops"], **setting}}
    tracker = jira.connect(policy(target))
    snapshot = await jira.look(tracker, "PM-6")
    assert not (await tracker.board(snapshot, target, None)).here
    applied = await tracker.apply(snapshot, [MoveToBoard("payments", target)])
    assert applied.refused == {}
    assert shown(jira.control.get("PM-6"))
    assert (await tracker.board(await jira.look(tracker, "PM-6"), target, None)).here


async def test_what_jira_refuses_is_told_and_the_rest_is_written(jira: Emulated) -> None:
    """An assignee who cannot be assigned and an absent component are refused by name; labels and date are written."""
    tracker = jira.connect()
    snapshot = await jira.look(tracker, "PM-6")
    board = {"board": 1, "set": {"components": ["Nowhere"]}}
    nobody = Person("nobody", "Nobody", mention="nobody")
    changes: list[Change] = [
        AddLabel("operational"), Assign(nobody), MoveToBoard("payments", board), SetDue(date(2027, 1, 1)),
    ]  # fmt: skip
    applied = await tracker.apply(snapshot, changes)
    assert set(applied.refused) == {"assign", "move_to_board"}
    assert applied.refused["move_to_board"] == "the project PM has no component Nowhere"
    assert applied.done == (changes[0], changes[3])
    assert jira.control.get("PM-6")["labels"] == ["post-mortem", "operational"]


async def test_a_refused_parent_is_named_by_another_field(cloud: Emulated) -> None:
    """Jira refuses `parent` under the name `parentId`; the label beside it is written all the same."""
    tracker = cloud.connect()
    snapshot = await cloud.look(tracker, "PM-6")
    foreign = await epic(tracker, snapshot, "PLAT-1")
    applied = await tracker.apply(snapshot, [LinkToEpic("platform", foreign), AddLabel("strategic")])
    assert (set(applied.refused), applied.done) == ({"link_to_epic"}, (AddLabel("strategic"),))
    assert cloud.control.get("PM-6")["parent"] is None
    assert cloud.count("PUT issue/ID") == 2


async def test_a_label_with_spaces_is_refused_before_any_call(jira: Emulated) -> None:
    """Jira's labels have no spaces; this is told in a sentence, and nothing is sent."""
    tracker = jira.connect()
    applied = await tracker.apply(await jira.look(tracker, "PM-6"), [AddLabel("needs class")])
    assert applied.refused == {"add_label": 'a label in Jira has no spaces, and "needs class" does'}
    assert jira.writes() == []


async def test_a_field_off_the_screen_is_refused(data_center: Emulated) -> None:
    """Data Center refuses a field that is not on the screen; this is told with the vendor's sentence."""
    target = {"board": 1, "set": {"field": {"customfield_10052": "x"}}}
    tracker = data_center.connect(policy(target))
    snapshot = await data_center.look(tracker, "PM-6")
    applied = await tracker.apply(snapshot, [MoveToBoard("r", target), AddLabel("operational")])
    assert "customfield_10052" in applied.refused["move_to_board"]
    assert applied.done == (AddLabel("operational"),)


async def test_an_epic_of_another_kind_is_linked_once(cloud: Emulated) -> None:
    """An epic that cannot be the parent is related by an issue link, once, and the item then stands under it."""
    tracker = cloud.connect()
    snapshot = await cloud.look(tracker, "PM-6")
    change = LinkToEpic("platform", await epic(tracker, snapshot, "PLAT-1"), relate=True)
    applied = await tracker.apply(snapshot, [AddLabel("strategic"), change])
    assert applied.done == (AddLabel("strategic"), change)
    assert applied.snapshot is not None
    assert (await tracker.epic(applied.snapshot, {"parent": "PLAT-1"})).under
    after = await cloud.look(tracker, "PM-6")
    assert (await tracker.epic(after, {"parent": "PLAT-1"})).under
    assert (await tracker.apply(after, [change])).done == (change,)
    assert cloud.writes() == ["PUT issue/ID", "POST issueLink"]
    links = cloud.control.get("PM-6")["links"]
    assert [(one["type"], one["outward"]) for one in links[1:]] == [("Relates", "PLAT-1")]


async def test_a_comment_says_what_the_text_says(jira: Emulated) -> None:
    """People are mentioned, links point, code stands as typed, and plain text is never markup."""
    tracker = jira.connect()
    person = await linus(tracker)
    words = "Please *look*: [this] {is} a_b \\ #1 - 50%!"
    text = Text(
        (
            paragraph(Mention(person), " ", words),
            bullet(Code("/operational"), " or ", Link("the page", "https://wiki.acme.test/a?b=c|d")),
            bullet("second"),
            paragraph(),
        )
    )
    await tracker.apply(await jira.look(tracker, "PM-6"), [Say(text)])
    (found,) = (await jira.look(tracker, "PM-6")).comments
    lines = [line for line in found.body.splitlines() if line]
    name = "linus" if jira.data_center else "Linus Duty"
    assert lines == [f"@{name} {words}", "- /operational or the page", "- second"]


async def test_the_comment_is_edited_in_place(jira: Emulated) -> None:
    """A comment whose id is known is edited; one that a person deleted is told to be gone, and a new number made."""
    tracker = jira.connect()
    snapshot = await jira.look(tracker, "PM-6")
    first = await tracker.apply(snapshot, [Say(HELLO)])
    edited = await tracker.apply(snapshot, [Say(Text((paragraph("Done."),)), first.comment_id)])
    assert (edited.comment_id, edited.comment_gone) == (first.comment_id, False)
    assert [comment["body"].strip() for comment in jira.control.get("PM-6")["comments"]] == ["Done."]
    jira.control.delete_comment("PM-6", first.comment_id, as_="ada@acme.test")
    gone = await tracker.apply(snapshot, [Say(HELLO, first.comment_id)])
    assert (gone.comment_gone, gone.comment_id, gone.done) == (True, None, ())
    again = await tracker.apply(snapshot, [Say(HELLO, None, 2)])
    assert again.comment_id != first.comment_id
    assert len(jira.control.get("PM-6")["comments"]) == 1


async def test_a_comment_of_another_number_is_not_taken(jira: Emulated) -> None:
    """The second comment is not the first: a number that was not used yet makes a new one."""
    tracker = jira.connect()
    snapshot = await jira.look(tracker, "PM-6")
    first = await tracker.apply(snapshot, [Say(HELLO)])
    second = await tracker.apply(snapshot, [Say(HELLO, None, 2)])
    assert first.comment_id != second.comment_id
    assert (await tracker.apply(snapshot, [Say(HELLO, None, 2)])).comment_id == second.comment_id
    markers = [comment["properties"]["followthrough"] for comment in jira.control.get("PM-6")["comments"]]
    assert markers == [{"item": snapshot.id, "number": 1}, {"item": snapshot.id, "number": 2}]


async def test_our_comment_is_found_among_many(jira: Emulated) -> None:
    """A comment of ours that the store forgot is found by its property, however many came after it."""
    tracker = jira.connect()
    snapshot = await jira.look(tracker, "PM-6")
    first = await tracker.apply(snapshot, [Say(HELLO)])
    for number in range(101):
        jira.control.comment("PM-6", f"comment {number}", as_="ada@acme.test", quiet=True)
    again = await tracker.apply(snapshot, [Say(Text((paragraph("Still open."),)))])
    assert again.comment_id == first.comment_id
    assert len(jira.control.get("PM-6")["comments"]) == 102


async def test_the_comment_of_another_item_is_not_ours_here(jira: Emulated) -> None:
    """A marker that names another item, as on a clone, is not taken for this item's comment."""
    tracker = jira.connect()
    snapshot = await jira.look(tracker, "PM-6")
    first = await tracker.apply(snapshot, [Say(HELLO)])
    jira.control.raw("comment", first.comment_id, properties={"followthrough": {"item": "1", "number": 1}})
    again = await tracker.apply(snapshot, [Say(HELLO)])
    assert again.comment_id != first.comment_id


async def test_a_label_stays_while_the_one_in_its_place_is_refused(jira: Emulated) -> None:
    """An alias that a person set is not taken off where Jira has no room for the label that should replace it."""
    tracker = jira.connect()
    snapshot = await jira.look(tracker, "PM-7")
    applied = await tracker.apply(snapshot, [RemoveLabel("operational"), AddLabel("small fix"), AddLabel("seen")])
    assert (applied.done, len(applied.refused)) == ((AddLabel("seen"),), 2)
    assert jira.control.get("PM-7")["labels"] == ["post-mortem", "operational", "seen"]
