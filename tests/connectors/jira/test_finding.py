"""Find people, epics, boards and history where the emulator has no case for it."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
import respx

from app.core.change import AddLabel, RemoveLabel, Say
from app.core.errors import Denied
from app.core.person import Person
from app.core.policy import Policy, Route, Watch
from app.core.text import Text, paragraph
from connectors.jira.edits import Part, body
from connectors.jira.history import choices
from connectors.jira.people import certain
from connectors.jira.wire import snapshot_in
from tests.connectors.jira.emulated import Now
from tests.connectors.jira.mocked import ADA, ME, SITE, connect, issue, known
from tests.connectors.jira.test_wire import CLOUD

ITEM = snapshot_in(issue(labels=["post-mortem", "ops"]), CLOUD)
BOARD = {"board": 7, "set": {"labels": ["ops"]}}
CONFIGURATION: dict[str, Any] = {
    "id": 7,
    "name": "Ops",
    "filter": {"id": "1"},
    "columnConfig": {"columns": [{"name": "All", "statuses": [{"id": "11"}]}, {"name": "Empty", "statuses": []}]},
}


def person(name: str, email: str | None) -> Person:
    """Return a person with that e-mail."""
    return Person(name, name, email)


@pytest.mark.parametrize(
    ("found", "taken"),
    [
        ([], None),
        ([person("a", "ada@acme.test"), person("b", None)], "a"),
        ([person("b", None), person("a", "ADA@acme.test")], "a"),
        ([person("b", None)], "b"),
        ([person("b", "other@acme.test")], None),
        ([person("b", None), person("c", None)], None),
        ([person("b", "other@acme.test"), person("c", None)], None),
    ],
)
def test_nobody_is_taken_on_a_guess(found: list[Person], taken: str | None) -> None:
    """An equal e-mail decides; a hidden one only where there is but one hit; another e-mail never."""
    who = certain(found, "ada@acme.test")
    assert (who[0].id if who else None) == taken


@respx.mock(base_url=SITE)
async def test_apps_and_customers_are_not_found_as_people(respx_mock: respx.Router) -> None:
    """A search for an e-mail finds apps and customers of the service desk too; they are left aside."""
    known(respx_mock)
    customer = {**ADA, "accountId": "qm:1", "accountType": "customer", "emailAddress": "ada@acme.test"}
    respx_mock.get("/rest/api/3/user/search").respond(json=[ME, customer, ADA])
    tracker = connect()
    found = await tracker.person(ids={}, email="ada@acme.test", name=None)
    assert found is not None
    assert found.id == ADA["accountId"]
    await tracker.aclose()


@respx.mock(base_url=SITE)
async def test_who_may_not_browse_people_asks_the_project(respx_mock: respx.Router) -> None:
    """An account without the right to browse people gets an empty list; whom a project can assign is asked then."""
    known(respx_mock)
    respx_mock.get("/rest/api/3/user/search").respond(json=[])
    respx_mock.get("/rest/api/3/user/assignable/search", params={"query": "ada@acme.test", "project": "PM"}).respond(
        json=[ADA]
    )
    tracker = connect(Policy(watch=(Watch("jira", "post-mortem", projects=("PM",)),)))
    assert await tracker.person(ids={}, email="ada@acme.test", name=None) is not None
    await tracker.aclose()


@respx.mock(base_url=SITE)
async def test_a_filter_that_is_not_shared_is_told(respx_mock: respx.Router) -> None:
    """A board that shows itself but not its filter is told with whom to add where; its type is asked for."""
    known(respx_mock)
    respx_mock.get("/rest/agile/1.0/board/7/configuration").respond(json=CONFIGURATION)
    respx_mock.get("/rest/agile/1.0/board/7").respond(json={"id": 7, "name": "Ops", "type": "kanban"})
    respx_mock.get("/rest/api/3/filter/1").respond(400, json={"errorMessages": ["Not available."]})
    tracker = connect()
    fact = await tracker.board(ITEM, BOARD, None)
    assert fact.hidden_because == "the filter of board Ops is not shared with Followthrough: add them to its viewers"
    await tracker.aclose()


@respx.mock(base_url=SITE)
async def test_a_board_without_conditions_shows_everything_in_its_columns(respx_mock: respx.Router) -> None:
    """An empty filter and no sub-query leave nothing to ask."""
    known(respx_mock)
    respx_mock.get("/rest/agile/1.0/board/7/configuration").respond(json={**CONFIGURATION, "type": "kanban"})
    respx_mock.get("/rest/api/3/filter/1").respond(json={"id": "1", "name": "All", "jql": ""})
    tracker = connect()
    assert (await tracker.board(ITEM, BOARD, None)).hidden_because is None
    await tracker.aclose()


@respx.mock(base_url=SITE)
async def test_a_board_that_cannot_be_read_at_all_says_what_is_lacking(respx_mock: respx.Router) -> None:
    """Where neither the set-up nor the board may be read, the scope is named; credentials that died are raised."""
    known(respx_mock)
    respx_mock.get("/rest/agile/1.0/board/7/configuration").respond(401, json={"message": "scope does not match"})
    respx_mock.get("/rest/software/1.0/board/7/issue").respond(403)
    clock = Now()
    tracker = connect(clock=clock)
    fact = await tracker.board(ITEM, BOARD, None)
    assert fact.hidden_because is not None
    assert "read:board-scope.admin:jira-software" in fact.hidden_because
    clock.seconds += 301
    respx_mock.get("/rest/api/3/myself").respond(401)
    with pytest.raises(Denied):
        await tracker.board(ITEM, BOARD, None)
    await tracker.aclose()


@pytest.mark.parametrize(("found", "changed"), [(True, False), (False, False), (False, True)])
@respx.mock(base_url=SITE)
async def test_a_no_of_the_index_is_asked_again(respx_mock: respx.Router, *, found: bool, changed: bool) -> None:
    """What the index does not know yet is searched for once more; a no about another state of it says nothing."""
    known(respx_mock)
    respx_mock.get("/rest/agile/1.0/board/7/configuration").respond(json={**CONFIGURATION, "type": "kanban"})
    respx_mock.get("/rest/api/3/filter/1").respond(json={"id": "1", "jql": "labels = ops OR a = b ORDER BY Rank"})
    nothing: dict[str, Any] = {"matches": [{"matchedIssues": [], "errors": []}]}
    respx_mock.post("/rest/api/3/jql/match").respond(json=nothing)
    sure = {"jql": "(id = 10006) AND (labels = ops OR a = b)", "fields": ["id"], "reconcileIssues": [10006]}
    respx_mock.post("/rest/api/3/search/jql", json=sure).respond(json={"issues": [{"id": "10006"}] if found else []})
    if not found:
        updated = ITEM.updated_at + timedelta(seconds=changed)
        respx_mock.get("/rest/api/3/issue/10006").respond(json={"fields": {"updated": updated.isoformat()}})
    tracker = connect()
    fact = await tracker.board(ITEM, BOARD, None)
    assert (fact.hidden_because is None) is (found or changed)
    assert bool(fact.mark) is not changed
    await tracker.aclose()


@respx.mock(base_url=SITE)
async def test_an_answer_to_nobody_in_particular_is_not_believed(respx_mock: respx.Router) -> None:
    """With a token that ran out Cloud answers as to a stranger, who sees nothing: that is no word on absence."""
    known(respx_mock)
    respx_mock.post("/rest/api/3/issue/bulkfetch").respond(json={"issues": [], "issueErrors": []})
    clock = Now()
    tracker = connect(clock=clock)
    assert await tracker.look(["10006"]) == {}
    respx_mock.get("/rest/api/3/myself").respond(401)
    assert await tracker.look(["10006"]) == {}
    clock.seconds += 5
    with pytest.raises(Denied):
        await tracker.look(["10006"])
    await tracker.aclose()


def test_labels_go_before_others_come() -> None:
    """In one edit a label is taken off before another is put on, whatever order they were wanted in."""
    add = Part(AddLabel("ops"), update={"labels": ({"add": "ops"},)})
    remove = Part(RemoveLabel("Ops"), fields={"duedate": "2027-01-01"}, update={"labels": ({"remove": "Ops"},)})
    labels = [{"remove": "Ops"}, {"add": "ops"}]
    assert body([add, remove]) == {"fields": {"duedate": "2027-01-01"}, "update": {"labels": labels}}
    assert body([]) == {}


@respx.mock(base_url=SITE)
async def test_a_query_that_jira_refuses_is_told(respx_mock: respx.Router) -> None:
    """When Jira refuses to match at all, its sentence is told with the filter's name."""
    known(respx_mock)
    respx_mock.get("/rest/agile/1.0/board/7/configuration").respond(json={**CONFIGURATION, "type": "kanban"})
    respx_mock.get("/rest/api/3/filter/1").respond(json={"id": "1", "jql": "labels = ops"})
    respx_mock.post("/rest/api/3/jql/match").respond(400, json={"errorMessages": ["Too long."]})
    tracker = connect()
    fact = await tracker.board(ITEM, BOARD, None)
    assert fact.hidden_because == "the filter of board Ops cannot be asked for Followthrough (Too long)"
    await tracker.aclose()


@respx.mock(base_url=SITE)
async def test_the_check_names_rights_projects_and_epics(respx_mock: respx.Router) -> None:
    """Rights that the account lacks, a project that is not there, and an epic that cannot be seen are problems."""
    known(respx_mock)
    rights = {name: {"havePermission": name != "ASSIGN_ISSUES"} for name in RIGHTS}
    asked = respx_mock.get("/rest/api/3/mypermissions")
    asked.side_effect = [httpx.Response(200, json={"permissions": rights}), httpx.Response(404, json={})]
    respx_mock.get("/rest/api/3/issue/PM-1").respond(404)
    watch = Watch("jira", "post-mortem", projects=("PM", "NO"))
    tracker = connect(Policy(watch=(watch,), routes=(Route("payments", epics={"jira": {"parent": "PM-1"}}),)))
    found = await tracker.check()
    assert [problem.id for problem in found] == ["jira.rights", "jira.project", "jira.epic"]
    assert "lacks ASSIGN_ISSUES in the project PM" in found[0].message
    await tracker.aclose()


RIGHTS = ("BROWSE_PROJECTS", "EDIT_ISSUES", "ADD_COMMENTS", "EDIT_OWN_COMMENTS", "ASSIGN_ISSUES", "LINK_ISSUES")


@respx.mock(base_url=SITE)
async def test_a_check_that_breaks_off_says_so(respx_mock: respx.Router, monkeypatch: pytest.MonkeyPatch) -> None:
    """When Jira fails in the middle of the check that is the problem."""
    monkeypatch.setattr("connectors._kit.http._pause", lambda _state: 0.001)
    known(respx_mock)
    respx_mock.get("/rest/api/3/mypermissions").respond(503)
    tracker = connect(Policy(watch=(Watch("jira", "post-mortem", projects=("PM",)),)))
    assert [problem.id for problem in await tracker.check()] == ["jira.unreachable"]
    await tracker.aclose()


@respx.mock(base_url=SITE)
async def test_a_comment_without_its_properties_is_asked_for_them(respx_mock: respx.Router) -> None:
    """Where comments do not show their properties, ours are asked for the marker, one by one."""
    known(respx_mock)
    authors = {"3": ADA, "2": ME, "1": ME}
    comments = [
        {"id": id_, "author": author, "body": {}, "created": "2026-11-20T12:00:00.000+0000"}
        for id_, author in authors.items()
    ]
    page = {"comments": comments, "total": 3}
    respx_mock.get("/rest/api/3/issue/10006/comment").respond(json=page)
    respx_mock.get("/rest/api/3/comment/2/properties/followthrough").respond(404)
    marker = {"key": "followthrough", "value": {"item": "10006", "number": 1}}
    respx_mock.get("/rest/api/3/comment/1/properties/followthrough").respond(json=marker)
    respx_mock.put("/rest/api/3/issue/10006/comment/1").respond(json=comments[2])
    tracker = connect()
    assert (await tracker.apply(ITEM, [Say(Text((paragraph("Hello"),)))])).comment_id == "1"
    await tracker.aclose()


def change(
    before: str | None, after: str | None, at: str = "2026-11-21T10:00:00.000+0000", **item: Any
) -> dict[str, Any]:
    """Return an entry of an issue's history that changes its labels."""
    named = item or {"field": "labels", "fieldId": "labels"}
    return {"created": at, "author": ADA, "items": [{**named, "from": None, "fromString": before, "toString": after}]}


def test_labels_are_told_apart_in_the_history() -> None:
    """Labels stand in one text with spaces; each that came is somebody's choice."""
    histories = [
        change("post-mortem a", "post-mortem a ops"),
        change("", "In Progress", field="status", fieldId="status"),
        change("post-mortem a ops", "post-mortem strategic", "2026-11-22T10:00:00.000+0000", field="Labels"),
        {"created": "2026-11-22T10:00:00.000+0000"},
    ]
    found = choices(histories, ITEM, ["OPS", "strategic", "a"], frozenset())
    assert [(one.label, one.at.day, one.by and one.by.name) for one in found] == [
        ("a", 20, "Ada Admin"),
        ("ops", 21, "Ada Admin"),
        ("strategic", 22, "Ada Admin"),
    ]


def test_labels_without_a_history_are_the_creators() -> None:
    """What the item had when it was made was chosen by who made it, then."""
    (found,) = choices([], ITEM, ["ops"], frozenset())
    assert (found.label, found.at, found.by) == ("ops", ITEM.created_at, ITEM.creator)
    assert choices([change(None, "ops")], ITEM, ["post-mortem"], frozenset()) == ()
