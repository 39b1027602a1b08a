"""Meet sites that lack what others have: custom fields, rights, short histories."""

from typing import Any

import pytest
import respx

from app.core.change import AddLabel, LinkToEpic, MoveToBoard
from app.core.snapshot import Epic
from app.core.text import Text, paragraph
from app.ports import Tracker
from connectors.jira import adf
from connectors.jira.settings import JiraSettings
from connectors.jira.tracker import JiraTracker
from tests.connectors.jira.emulated import Emulated, policy
from tests.connectors.jira.mocked import ME, connect, issue
from tests.connectors.jira.test_finding import BOARD, ITEM

SERVER = "https://jira.acme.test/context"
EPIC = Epic("parent", "PM-1", "PM-1", "Reliability", "https://jira.acme.test/browse/PM-1")
SERVER_ME = {"key": "JIRAUSER1", "name": "bot", "displayName": "Followthrough"}


def server(router: respx.Router, **more: Any) -> JiraTracker:
    """Return a tracker for a mocked Data Center below a path, which has no custom field at all."""
    router.get("/rest/api/2/serverInfo").respond(json={"deploymentType": "Server", "baseUrl": SERVER})
    router.get("/rest/api/2/myself").respond(json=SERVER_ME)
    router.get("/rest/api/2/field").respond(json=[{"id": "summary"}])
    return connect(base_url=SERVER, email="", api_token="", pat="p", **more)


@respx.mock(base_url=SERVER)
async def test_a_site_without_the_fields_refuses_what_needs_them(respx_mock: respx.Router) -> None:
    """Without an epic link or a team field, what needs them is refused with that reason, and the rest is written."""
    tracker = server(respx_mock)
    respx_mock.put("/rest/api/2/issue/10006", json={"update": {"labels": [{"add": "a"}]}}).respond(204)
    move = MoveToBoard("r", {"board": 7, "set": {"team": "36885b3c"}})
    applied = await tracker.apply(ITEM, [AddLabel("a"), LinkToEpic("r", EPIC), move])
    assert applied.refused == {
        "link_to_epic": "this Jira has no epic link field",
        "move_to_board": "this Jira has no team field",
    }
    assert applied.done == (AddLabel("a"),)
    await tracker.aclose()


@pytest.mark.parametrize(("listed", "hidden"), [([{"id": "10006"}], False), ([], True)])
@respx.mock(base_url=SERVER)
async def test_data_centers_board_is_asked_where_its_set_up_is_closed(
    respx_mock: respx.Router, listed: list[Any], *, hidden: bool
) -> None:
    """On Data Center too the board itself tells whether, where its configuration may not be read."""
    tracker = server(respx_mock)
    respx_mock.get("/rest/agile/1.0/board/7/configuration").respond(403)
    respx_mock.get("/rest/agile/1.0/board/7/issue", params={"jql": "id = 10006"}).respond(json={"issues": listed})
    fact = await tracker.board(ITEM, BOARD, None)
    assert (fact.hidden_because is not None) is hidden
    await tracker.aclose()


@respx.mock(base_url=SERVER)
async def test_the_personal_access_token_is_sent_as_it_must_be(respx_mock: respx.Router) -> None:
    """Data Center's token goes as a bearer, unprompted, below the site's own path; reads follow old keys."""
    tracker = server(respx_mock)
    respx_mock.get("/rest/api/2/issue/PM-1").respond(json=issue(6, description=None))
    found = await tracker.look(["key:PM-1"])
    assert found["key:PM-1"].key == "PM-6"
    assert respx_mock.calls[0].request.headers["authorization"] == "Bearer p"
    await tracker.aclose()


@respx.mock(base_url=SERVER)
async def test_people_are_named_by_key_too(respx_mock: respx.Router) -> None:
    """What is no user name may be a user's lasting key; what is neither is nobody."""
    tracker = server(respx_mock)
    respx_mock.get("/rest/api/2/user", params={"username": "JIRAUSER9"}).respond(404)
    respx_mock.get("/rest/api/2/user", params={"key": "JIRAUSER9"}).respond(json={"key": "JIRAUSER9", "name": "olga"})
    respx_mock.get("/rest/api/2/user", params={"username": "x"}).respond(404)
    respx_mock.get("/rest/api/2/user", params={"key": "x"}).respond(404)
    found = await tracker.person(ids={"jira": "JIRAUSER9"}, email=None, name=None)
    assert found is not None
    assert (found.id, found.name, found.mention) == ("JIRAUSER9", "olga", "olga")
    assert await tracker.person(ids={"jira": "x"}, email=None, name=None) is None
    await tracker.aclose()


@respx.mock(base_url="https://api.atlassian.com/ex/jira/c")
async def test_a_bearer_at_the_gateway_is_cloud(respx_mock: respx.Router) -> None:
    """A service account's token goes through the gateway; tickets open where the site says it is."""
    info = {"deploymentType": "Cloud", "baseUrl": "https://acme.atlassian.net/"}
    respx_mock.get("/rest/api/3/serverInfo").respond(json=info)
    respx_mock.get("/rest/api/3/myself").respond(json=ME)
    respx_mock.get("/rest/api/3/field").respond(json=[{"id": "summary"}])
    respx_mock.post("/rest/api/3/issue/bulkfetch").respond(json={"issues": [issue(6)], "issueErrors": []})
    tracker = connect(base_url="", cloud_id="c", email="", api_token="", pat="oauth")
    found = await tracker.look(["10006"])
    assert found["10006"].url == "https://acme.atlassian.net/browse/PM-6"
    await tracker.aclose()


@respx.mock(base_url=SERVER)
async def test_what_jira_is_told_to_be_by_one_version_is_asked_of_the_other(respx_mock: respx.Router) -> None:
    """An e-mail beside a token suggests Cloud; where version 3 is not there, version 2 is asked."""
    respx_mock.get("/rest/api/3/serverInfo").respond(404)
    tracker = server(respx_mock)
    other = connect(base_url=SERVER)
    assert await other.look([]) == {}
    assert not (await other.dialect()).site.cloud
    assert (await tracker.dialect()).site.browse == SERVER
    await tracker.aclose()
    await other.aclose()


async def test_a_long_history_is_read_to_its_end(cloud: Emulated) -> None:
    """Cloud shows a hundred changes at a time; the labels of the last page count too."""
    for number in range(101):
        cloud.control.update("PM-6", as_="ada@acme.test", quiet=True, addLabels=[f"l{number}"])
    tracker = cloud.connect()
    snapshot = await cloud.look(tracker, "PM-6")
    found = await tracker.choices(snapshot, ["l0", "l100"])
    assert [one.label for one in found] == ["l0", "l100"]
    assert cloud.count("GET issue/ID/changelog") == 2


def test_line_breaks_in_a_text_become_breaks() -> None:
    """A line break within a paragraph stays one."""
    (block,) = adf.document(Text((paragraph("one\n\ntwo"),)))["content"]
    assert [node.get("text", node["type"]) for node in block["content"]] == ["one", "hardBreak", "hardBreak", "two"]


async def test_the_tracker_is_what_the_port_promises() -> None:
    """The tracker made from settings keeps the port's promises, and makes no call until it is asked."""
    tracker: Tracker = JiraTracker.connect(JiraSettings(base_url=SERVER, pat="p"), policy())
    assert tracker.name == "jira"
    await tracker.aclose()
