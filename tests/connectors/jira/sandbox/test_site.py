"""What the site tells about itself, its people and its boards, and what it does with strangers."""

import httpx
import pytest

from connectors.jira.sandbox import JiraSandbox
from connectors.jira.sandbox.api.site import CLOUD_ID
from tests.connectors.jira.sandbox.asking import ADA, GRACE, LINUS, OLGA, Asker


async def test_each_flavour_says_what_it_is(sandbox: JiraSandbox, ask: Asker, ask_own: Asker) -> None:
    """Version and deployment tell Cloud from Data Center, and anybody may ask."""
    assert (await ask("GET", "serverInfo"))["deploymentType"] == "Cloud"
    assert (await ask_own("GET", "serverInfo"))["deploymentType"] == "Server"
    assert (await ask("GET", "/_edge/tenant_info")) == {"cloudId": CLOUD_ID}
    async with httpx.AsyncClient(trust_env=False) as anybody:
        answer = await anybody.get(f"{sandbox.url}/rest/api/3/serverInfo")
    assert answer.json()["baseUrl"] == sandbox.url


@pytest.mark.off_contract
async def test_without_the_right_token_nothing_is_shown(ask: Asker, ask_own: Asker) -> None:
    """Anonymous calls, wrong tokens and the other flavour's way of signing in are 401."""
    for asker in (ask, ask_own):
        headers = {"Authorization": "Bearer nonsense"}
        answer = await asker.client.get(asker.full("myself"), headers=headers, auth=("a@acme.test", "b"))
        assert answer.status_code == 401
        assert set(answer.json()) == {"errorMessages", "errors"}


async def test_the_service_is_known_by_its_own_account(ask: Asker, ask_own: Asker) -> None:
    """On Cloud it is an app with an account id, on Data Center a user with a name and a key."""
    me, own = await ask("GET", "myself"), await ask_own("GET", "myself")
    assert (me["accountType"], me["displayName"], "name" in me) == ("app", "Followthrough", False)
    assert (own["name"], own["key"][:8], "accountId" in own) == ("followthrough", "JIRAUSER", False)


async def test_active_people_are_found_by_name_or_email(sandbox: JiraSandbox, ask: Asker) -> None:
    """A search shows who is active; by id somebody who left is shown as inactive."""
    for query in ("linus@", "Duty", "linus d"):
        assert [one["emailAddress"] for one in await ask("GET", "user/search", query=query)] == [LINUS]
    assert await ask("GET", "user/search", query="olga") == []
    gone = await ask("GET", "user", accountId=sandbox.world.person(OLGA).id)
    assert (gone["displayName"], gone["active"]) == ("Olga Past", False)
    assert (await ask.refused("GET", "user", accountId="nobody"))[0] == 404


async def test_only_people_can_be_given_issues(sandbox: JiraSandbox, ask: Asker) -> None:
    """Assignable are active people, for an issue or a project that is there."""
    item = await sandbox.create(ADA, "Fix it")
    for where in ({"project": "PM"}, {"issueKey": "PM-1"}, {"issueId": item}):
        found = await ask("GET", "user/assignable/search", query="", **where)
        assert [one["emailAddress"] for one in found] == [ADA, GRACE, LINUS]
    assert (await ask.refused("GET", "user/assignable/search", project="NOPE"))[0] == 404
    assert (await ask.refused("GET", "user/assignable/search", issueKey="PM-9"))[0] == 404
    assert (await ask.refused("GET", "user/assignable/search", query="ada"))[0] == 400


async def test_data_center_finds_people_by_user_name(ask_own: Asker) -> None:
    """Names, keys and e-mails work there, and inactive people come only when asked for."""
    (linus,) = await ask_own("GET", "user/search", username="linus@acme.test")
    assert (await ask_own("GET", "user", key=linus["key"]))["name"] == "linus"
    assert (await ask_own("GET", "user", username="linus"))["key"] == linus["key"]
    assert await ask_own("GET", "user/search", username="olga") == []
    assert len(await ask_own("GET", "user/search", username="olga", includeInactive="true")) == 1


async def test_custom_fields_have_the_sites_own_ids(ask: Asker, ask_own: Asker) -> None:
    """The two flavours know the same field types under other ids."""
    kinds = []
    for asker in (ask, ask_own):
        fields = await asker("GET", "field")
        kinds.append({one["schema"].get("custom"): one["id"] for one in fields if one["custom"]})
    cloud, own = kinds
    epic_link = "com.pyxis.greenhopper.jira:gh-epic-link"
    assert cloud[epic_link] != own[epic_link]
    assert "com.atlassian.teams:rm-teams-custom-field-team" in set(cloud) - set(own)


async def test_projects_tell_their_style(ask: Asker, ask_own: Asker) -> None:
    """Team-managed projects are next-gen and have types of their own; Data Center knows no styles."""
    classic, own = await ask("GET", "project/PM"), await ask("GET", "project/SQUAD")
    assert (classic["style"], classic["simplified"]) == ("classic", False)
    assert (own["style"], own["simplified"]) == ("next-gen", True)
    assert not {one["id"] for one in classic["issueTypes"]} & {one["id"] for one in own["issueTypes"]}
    assert [one["name"] for one in await ask("GET", "project/PM/components")] == ["checkout", "ledger"]
    assert "style" not in await ask_own("GET", "project/SQUAD")
    assert (await ask.refused("GET", "project/NOPE"))[0] == 404


async def test_a_board_is_a_filter_with_columns(ask: Asker, ask_own: Asker) -> None:
    """The configuration names the filter, the sub-query and which statuses have a column; parked ones have none."""
    for asker in (ask, ask_own):
        board = await asker("GET", "/rest/agile/1.0/board/42/configuration")
        mapped = [status["id"] for column in board["columnConfig"]["columns"] for status in column["statuses"]]
        assert (mapped, board["type"]) == (["10000", "3", "10001"], "kanban")
        assert board["subQuery"]["query"] == "statusCategory != Done OR updated >= -14d"
        assert (await asker("GET", f"filter/{board['filter']['id']}"))["jql"].startswith("labels = team-ops")
        assert (await asker("GET", "/rest/agile/1.0/board/42"))["name"] == "OPS on-call"
        assert (await asker.refused("GET", "/rest/agile/1.0/board/99"))[0] == 404


async def test_a_filter_that_is_not_shared_is_refused(ask: Asker) -> None:
    """The board can be described, but not by what it chooses."""
    board = await ask("GET", "/rest/agile/1.0/board/44/configuration")
    assert (await ask.refused("GET", f"filter/{board['filter']['id']}"))[0] == 400
    assert (await ask.refused("GET", "/rest/software/1.0/board/44/issue"))[0] == 404


async def test_sprints_belong_to_scrum_boards(ask: Asker) -> None:
    """They are listed by state; a kanban board has none."""
    running = await ask("GET", "/rest/agile/1.0/board/43/sprint", state="active")
    every = await ask("GET", "/rest/agile/1.0/board/43/sprint")
    assert [one["name"] for one in running["values"]] == ["PLAT Sprint 2"]
    assert [one["state"] for one in every["values"]] == ["closed", "active", "future"]
    assert (await ask.refused("GET", "/rest/agile/1.0/board/42/sprint"))[0] == 400


async def test_a_board_lists_its_issues(
    sandbox: JiraSandbox, data_center: JiraSandbox, ask: Asker, ask_own: Asker
) -> None:
    """A query narrows what the board lists, by token on Cloud and by offset on Data Center."""
    for place, asker, path in ((sandbox, ask, "software"), (data_center, ask_own, "agile")):
        one = await place.create(ADA, "One", ["team-ops"])
        await place.create(ADA, "Two", ["team-ops"])
        shown = await asker("GET", f"/rest/{path}/1.0/board/42/issue", jql=f"id = {one}", fields="summary")
        every = await asker("GET", f"/rest/{path}/1.0/board/42/issue", maxResults=1)
        assert [issue["fields"] for issue in shown["issues"]] == [{"summary": "One"}]
        assert every.get("total", 2) == 2
        assert every.get("isLast", False) is False


async def test_permissions_are_granted_by_name(ask: Asker, ask_own: Asker) -> None:
    """Cloud wants to be asked for names that there are; Data Center tells all."""
    asked = await ask("GET", "mypermissions", permissions="EDIT_ISSUES,ADD_COMMENTS", projectKey="PM")
    assert {name: one["havePermission"] for name, one in asked["permissions"].items()} == {
        "EDIT_ISSUES": True,
        "ADD_COMMENTS": True,
    }
    assert (await ask.refused("GET", "mypermissions"))[0] == 400
    assert (await ask.refused("GET", "mypermissions", permissions="FLY"))[0] == 400
    assert (await ask.refused("GET", "mypermissions", permissions="EDIT_ISSUES", issueKey="PM-99"))[0] == 404
    assert "LINK_ISSUES" in (await ask_own("GET", "mypermissions"))["permissions"]


@pytest.mark.off_contract
@pytest.mark.parametrize(("method", "path"), [("GET", "/rest/api/3/nope"), ("DELETE", "/rest/api/3/issue/PM-1")])
async def test_what_the_sandbox_does_not_know_is_written_down(
    sandbox: JiraSandbox, ask: Asker, method: str, path: str
) -> None:
    """An unknown path or method is 404 in Jira's shape, and remembered."""
    answer = await ask.client.request(method, path)
    assert (answer.status_code, answer.json()["errors"]) == (404, {})
    assert sandbox.unsupported() == (f"{method} {path}",)


@pytest.mark.off_contract
async def test_what_is_not_json_is_refused(ask: Asker) -> None:
    """A body that cannot be parsed is 400."""
    answer = await ask.client.put(ask.full("issue/PLAT-7"), content=b"{")
    assert answer.status_code == 400


@pytest.mark.off_contract
async def test_flavours_do_not_mix(ask: Asker, ask_own: Asker) -> None:
    """Cloud's own operations are not there on Data Center, and the other way round."""
    assert (await ask_own.client.post("/rest/api/2/issue/bulkfetch", json={})).status_code == 404
    assert (await ask.client.post("/rest/api/3/search", json={})).status_code == 404


async def test_the_gateway_leads_to_the_same_site(sandbox: JiraSandbox, ask: Asker) -> None:
    """Behind the gateway's prefix the same calls work."""
    answer = await ask.client.get(f"/ex/jira/{CLOUD_ID}/rest/api/3/myself")
    assert answer.json()["displayName"] == "Followthrough"
    assert sandbox.calls() == ("GET myself",)


async def test_the_effort_for_one_issue_is_limited(sandbox: JiraSandbox, ask: Asker) -> None:
    """The twenty-first write to an issue within two seconds has to wait; other issues do not."""
    busy, other = await sandbox.create(ADA, "Busy"), await sandbox.create(ADA, "Other")
    for _ in range(20):
        await ask.edit(busy, fields={})
    answer = await ask.raw("PUT", f"issue/{busy}", {"fields": {}})
    told = (answer.status_code, answer.headers["RateLimit-Reason"], answer.headers["Retry-After"])
    assert told == (429, "jira-per-issue-on-write", "2")
    await ask.edit(other, fields={})
