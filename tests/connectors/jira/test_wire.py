"""Read issues in shapes that the emulator does not show."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.core.snapshot import Kind, Snapshot, Standing
from connectors.jira import adf, wiki
from connectors.jira.fields import FieldIds, find_fields
from connectors.jira.persons import person_in
from connectors.jira.place import holds, is_set
from connectors.jira.wire import Reader, snapshot_in
from connectors.jira.words import Settings
from tests.connectors.jira.mocked import ADA, FIELDS, ME, issue

IDS = find_fields(FIELDS)
CLOUD = Reader("https://acme.test", frozenset({"712020:bot"}), IDS, adf.plain, adf.addresses)
SERVER = Reader("https://acme.test", frozenset({"JIRAUSER1", "bot"}), IDS, wiki.plain, wiki.addresses)


def read(reader: Reader = CLOUD, **fields: Any) -> Snapshot:
    """Return the snapshot of an issue with these fields."""
    return snapshot_in(issue(6, **fields), reader)


def test_custom_fields_are_known_by_kind() -> None:
    """Fields are found by what Jira made them, never by their ids; what is not there is none."""
    assert FieldIds("customfield_1", "customfield_5", "customfield_4", "customfield_2", ("customfield_3",)) == IDS
    assert find_fields([None]) == FieldIds()
    translated = {
        "id": "customfield_9",
        "name": "Punkte",
        "untranslatedName": "Story Points",
        "schema": FIELDS[2]["schema"],
    }
    assert find_fields([translated]).points == ("customfield_9",)


@pytest.mark.parametrize(("kind", "outside"), [("customer", True), ("atlassian", False), ("app", False)])
def test_customers_of_a_portal_are_outside(kind: str, *, outside: bool) -> None:
    """Jira Service Management's customers have no licence and choose their names; everybody else is of the site."""
    customer = {"accountId": "qm:1", "accountType": kind, "displayName": "Ada Admin", "active": True}
    found = person_in(customer)
    assert found is not None
    assert found.outside is outside
    assert read(creator=customer).creator == found


def test_times_are_utc() -> None:
    """Jira writes times in the viewer's zone; snapshots have them in UTC."""
    found = read()
    assert found.created_at == datetime(2026, 11, 20, 11, tzinfo=UTC)
    assert found.updated_at == datetime(2026, 11, 21, 13, tzinfo=UTC)
    assert found.created_at.tzinfo is UTC


@pytest.mark.parametrize(
    ("status", "resolution", "standing"),
    [
        ("To Do", None, Standing.OPEN),
        ("Done", None, Standing.DONE),
        ("Done", "Fixed", Standing.DONE),
        ("Done", "Won\u2019t Fix", Standing.WONT_DO),
        ("Closed", "Duplicate", Standing.WONT_DO),
        ("Rejected", None, Standing.WONT_DO),
        ("Done", "Cannot Reproduce", Standing.WONT_DO),
        ("Obsolete", "Done", Standing.WONT_DO),
    ],
)
def test_what_was_not_done_is_told_by_its_name(status: str, resolution: str | None, standing: Standing) -> None:
    """A closed item whose resolution or status says that nothing was done is no success."""
    category = "new" if standing is Standing.OPEN else "done"
    shown = {"id": "1", "name": status, "statusCategory": {"key": category}}
    assert read(status=shown, resolution=resolution and {"name": resolution}).standing is standing


@pytest.mark.parametrize(
    ("type_", "name", "kind"),
    [
        ({"name": "Epopee", "hierarchyLevel": 1}, None, Kind.EPIC),
        ({"name": "Initiative", "hierarchyLevel": 2}, None, Kind.EPIC),
        ({"name": "Epic", "hierarchyLevel": 0}, None, Kind.ITEM),
        ({"name": "Sub-task", "subtask": True, "hierarchyLevel": -1}, None, Kind.SUB_TASK),
        ({"name": "Part", "hierarchyLevel": -1}, None, Kind.SUB_TASK),
        ({"name": "Part", "subtask": True}, None, Kind.SUB_TASK),
        ({"name": "epic"}, None, Kind.EPIC),
        ({"name": "Epopee"}, "Reliability", Kind.EPIC),
        ({"name": "Task"}, None, Kind.ITEM),
    ],
)
def test_epics_are_told_by_level_or_by_name(type_: dict[str, Any], name: str | None, kind: Kind) -> None:
    """The level tells on Cloud; Data Center shows none, but its epics are called so or have an epic name."""
    assert read(SERVER, issuetype=type_, customfield_4=name).kind is kind


def test_a_parent_that_is_no_epic_is_none() -> None:
    """A sub-task's parent is not its epic; an epic above an item is."""
    task = {"id": "1", "key": "PM-1", "fields": {"issuetype": {"name": "Task", "hierarchyLevel": 0}}}
    assert read(parent=task).epics == ()
    done = {"name": "Done", "statusCategory": {"key": "done"}}
    shown = {"summary": "Reliability", "issuetype": {"name": "E", "hierarchyLevel": 1}, "status": done}
    (epic,) = read(parent={"id": "1", "key": "PM-1", "fields": shown}, customfield_5="PM-9").epics
    assert (epic.kind, epic.id, epic.key, epic.title, epic.open) == ("parent", "1", "PM-1", "Reliability", False)
    assert epic.url == "https://acme.test/browse/PM-1"


def test_data_centers_epic_link_is_a_key() -> None:
    """On Data Center the epic link holds the epic's key, which is then its id too."""
    (epic,) = read(SERVER, customfield_5="PM-1").epics
    assert (epic.id, epic.key, epic.title) == ("PM-1", "PM-1", "PM-1")


def test_accounts_are_told_apart() -> None:
    """Apps and our own account are bots; a person who left is inactive; a hidden e-mail is none."""
    left = {
        "key": "JIRAUSER9",
        "name": "olga",
        "displayName": "Olga Past",
        "active": False,
        "emailAddress": "o@acme.test",
    }
    found = read(SERVER, assignee=left, creator={"key": "JIRAUSER1", "name": "bot", "displayName": "Bot"})
    assert found.assignee is not None
    assert (found.assignee.id, found.assignee.mention, found.assignee.active) == ("JIRAUSER9", "olga", False)
    assert found.creator is not None
    assert (found.creator.bot, found.creator.email) == (True, None)
    assert read(creator=None, reporter=ADA).creator == read().creator
    assert read(creator=None).creator is None


def test_comments_know_when_they_were_edited() -> None:
    """A comment that was changed later says when; ours are marked, deleted authors are nobody."""
    mine = {"id": "1", "author": ME, "body": adf_of("Hello"), "created": "2026-11-20T12:00:00.000+0000"}
    edited = {**mine, "id": 2, "author": None, "updated": "2026-11-20T12:05:00.000+0000"}
    same = {**mine, "author": ADA, "updated": "2026-11-20T12:00:00.400+0000"}
    one, two, three = read(comment={"comments": [mine, edited, same]}).comments
    assert (one.body, one.ours, one.edited_at) == ("Hello", True, None)
    assert (two.id, two.by, two.ours, two.edited_at) == ("2", None, False, datetime(2026, 11, 20, 12, 5, tzinfo=UTC))
    assert (three.ours, three.edited_at) == (False, None)


@pytest.mark.parametrize(("reader", "id_"), [(CLOUD, "accountId"), (SERVER, "key")])
@pytest.mark.parametrize("seconds", [0, 7])
def test_words_are_whose_who_typed_them_last(reader: Reader, id_: str, seconds: int) -> None:
    """An edited comment speaks for its editor, a machine's edit for the machine; what we made is ours all the same."""
    made, at = "2026-11-20T12:00:00.000+0000", f"2026-11-20T12:00:0{seconds}.000+0000"
    comment = {"id": "1", "author": {id_: "ada"}, "body": None, "created": made, "updated": at}
    app = {id_: "codebot", "accountType": "app"}
    ours = {id_: next(iter(reader.me))}
    editors = ({id_: "linus"}, app, ours, None)
    shown = [
        *({**comment, "updateAuthor": editor} for editor in editors),
        {**comment, "author": ours, "updateAuthor": app},
    ]
    found = read(reader, comment={"comments": shown}).comments
    assert [(one.by.id, one.by.bot, one.ours) for one in found if one.by] == [
        ("linus", False, False),
        ("codebot", True, False),
        (ours[id_], True, False),
        ("ada", False, False),
        ("codebot", True, True),
    ]


def adf_of(text: str) -> dict[str, Any]:
    """Return a document of one line."""
    return {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}]}


def test_sprints_are_read_in_both_shapes() -> None:
    """Cloud shows sprints as objects, Data Center as text; only a running one counts."""
    text = "com.atlassian.greenhopper.service.sprint.Sprint@1f[id=1,rapidViewId=2,state={},name=Sprint 1]"
    assert read(customfield_2=[{"id": 1, "state": "closed"}, {"id": 2, "state": "active"}]).native["in_sprint"]
    assert not read(customfield_2=[{"id": 3, "state": "future"}]).native["in_sprint"]
    assert read(SERVER, customfield_2=[text.format("ACTIVE")]).native["in_sprint"]
    assert not read(SERVER, customfield_2=[text.format("CLOSED"), 7]).native["in_sprint"]
    assert not read(customfield_2="nonsense").native["in_sprint"]


@pytest.mark.parametrize(
    ("found", "wanted", "held"),
    [
        ({"id": "1", "value": "High"}, {"value": "High"}, True),
        ({"id": "1", "value": "Low"}, {"value": "High"}, False),
        (None, {"value": "High"}, False),
        ({"id": "1", "value": "High"}, "High", True),
        ("x", "x", True),
        (8.0, 8, True),
        ([{"id": "1", "value": "a"}, {"id": "2", "value": "b"}], [{"value": "b"}], True),
        ([{"value": "a"}], [{"value": "b"}], False),
        (None, ["a"], False),
        (None, None, True),
    ],
)
def test_a_written_value_is_known_again(found: Any, wanted: Any, *, held: bool) -> None:
    """A field shows more than was written to it; what was written is found in it."""
    assert holds(found, wanted) is held


def test_everything_that_is_set_must_be_there() -> None:
    """An item stands on a board when labels, components, team and fields are all as the policy wants them."""
    team = {"id": "36885b3c", "name": "Payments"}
    full = read(labels=["a", "b"], components=[{"id": "1", "name": "Pager"}], customfield_1=team, customfield_77="x")
    wanted = {"labels": ("a",), "components": ("pager",), "team": "36885b3c", "field": {"customfield_77": "x"}}
    assert is_set(full, Settings(**wanted))
    assert is_set(full, Settings())
    for name, other in (("labels", ("A",)), ("components", ("Web",)), ("team", "x"), ("field", {"customfield_77": 1})):
        assert not is_set(full, Settings(**{**wanted, name: other}))


def test_the_addresses_of_the_description_are_its_links() -> None:
    """Where the description points to is kept, even where its text does not show it."""
    mark = {"type": "link", "attrs": {"href": "https://wiki.acme.test/postmortems/7"}}
    body = {
        "type": "doc",
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": "x", "marks": [mark]}]}],
    }
    assert read(description=body).links == ("https://wiki.acme.test/postmortems/7",)
    assert read(SERVER, description="See https://a.test/1.").links == ("https://a.test/1.",)
