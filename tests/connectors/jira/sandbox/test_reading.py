"""How issues are fetched, searched and matched."""

import pytest

from connectors.jira.sandbox import JiraSandbox
from tests.connectors.jira.sandbox.asking import ADA, LINUS, Asker


async def test_many_issues_are_fetched_at_once(sandbox: JiraSandbox, ask: Asker) -> None:
    """Issues come by id or key, each once, in ascending order; what is not there is in neither list."""
    one, two = await sandbox.create(ADA, "One", ["a"]), await sandbox.create(ADA, "Two")
    body = {"issueIdsOrKeys": [two, one, "pm-2", "PM-99", "77777"], "fields": ["labels"]}
    shown = await ask("POST", "issue/bulkfetch", body)
    assert [issue["id"] for issue in shown["issues"]] == [one, two]
    assert (shown["issues"][0]["fields"], shown["issueErrors"]) == ({"labels": ["a"]}, [])


async def test_a_hundred_issues_are_the_most_to_fetch(ask: Asker) -> None:
    """A hundred references are taken, one more is refused, and so are none."""
    assert (await ask("POST", "issue/bulkfetch", {"issueIdsOrKeys": ["1"] * 100}))["issues"] == []
    for wanted in (["1"] * 101, []):
        assert (await ask.refused("POST", "issue/bulkfetch", {"issueIdsOrKeys": wanted}))[0] == 400


async def test_a_moved_issue_is_found_by_its_old_key(sandbox: JiraSandbox, ask: Asker) -> None:
    """The id stays, the key changes, and the old key leads to the new one."""
    item = await sandbox.create(ADA, "Fix it")
    await sandbox.update(item, ADA, team="OPS")
    shown = await ask("GET", "issue/PM-1", fields="project")
    assert (shown["id"], shown["key"], shown["fields"]["project"]["key"]) == (item, "OPS-1", "OPS")


async def test_one_chooses_fields_in_jiras_notation(sandbox: JiraSandbox, ask: Asker) -> None:
    """Names, all, the navigable ones, and all but some."""
    item = await sandbox.create(ADA, "Fix it")
    everything = set((await ask("GET", f"issue/{item}"))["fields"])
    fewer = set((await ask("GET", f"issue/{item}", fields="*all,-comment"))["fields"])
    navigable = set((await ask("GET", f"issue/{item}", fields="*navigable"))["fields"])
    assert everything - fewer == {"comment"} == everything - navigable
    assert set((await ask("GET", f"issue/{item}", fields="summary,nothing"))["fields"]) == {"summary"}


async def test_times_are_in_the_readers_zone_without_a_colon(sandbox: JiraSandbox, ask: Asker) -> None:
    """The service's account lives in Berlin, and its offset is written as four digits."""
    item = await sandbox.create(ADA, "Fix it")
    created = (await ask.fields(item))["created"]
    assert (created[-5:-2], created[-2:]) in {("+01", "00"), ("+02", "00")}


async def test_a_search_shows_ids_only_and_pages_by_token(sandbox: JiraSandbox, ask: Asker) -> None:
    """Without fields an issue has its id and key; a token leads on until there is none."""
    made = [await sandbox.create(ADA, f"Item {number}", ["post-mortem"]) for number in range(5)]
    jql, seen, token = "labels = post-mortem ORDER BY key", list[str](), None
    while True:
        page = await ask.search(jql, maxResults=2, **({"nextPageToken": token} if token else {}))
        assert all("fields" not in issue for issue in page["issues"])
        seen += [issue["id"] for issue in page["issues"]]
        token = page.get("nextPageToken")
        assert page["isLast"] == (token is None)
        if token is None:
            break
    assert seen == made


async def test_a_token_belongs_to_its_query(sandbox: JiraSandbox, ask: Asker) -> None:
    """Another query's token, and nonsense, are refused."""
    for number in range(2):
        await sandbox.create(ADA, f"Item {number}", ["a"])
    token = (await ask.search("labels = a", maxResults=1))["nextPageToken"]
    for wrong in ({"jql": "labels = b", "nextPageToken": token}, {"jql": "labels = a", "nextPageToken": "%%"}):
        assert (await ask.refused("POST", "search/jql", wrong))[0] == 400


@pytest.mark.parametrize("jql", ["", "order by key", "labels =", "nothing = 1", "project = NOPE", "key = PM-99"])
async def test_a_query_that_jira_cannot_answer_is_refused(ask: Asker, jql: str) -> None:
    """Unbounded and broken queries, and fields and values that are not there, are 400 with a message."""
    status, refusal = await ask.refused("POST", "search/jql", {"jql": jql})
    assert (status, refusal["errors"]) == (400, {})
    assert refusal["errorMessages"]


async def test_a_search_shows_only_the_first_comments(sandbox: JiraSandbox, ask: Asker) -> None:
    """A search leaves comments beyond the twentieth out; fetching shows them all."""
    item = await sandbox.create(ADA, "Fix it")
    for number in range(25):
        await sandbox.comment(item, ADA, f"c{number}")
    found = (await ask.search(f"id = {item}", fields=["comment"]))["issues"][0]["fields"]["comment"]
    fetched = await ask("POST", "issue/bulkfetch", {"issueIdsOrKeys": [item], "fields": ["comment"]})
    assert (len(found["comments"]), found["total"]) == (20, 25)
    assert len(fetched["issues"][0]["fields"]["comment"]["comments"]) == 25


async def test_issues_are_matched_against_queries(sandbox: JiraSandbox, ask: Asker) -> None:
    """Each query tells which of the issues it would find, or what is wrong with it."""
    one, two = await sandbox.create(ADA, "One", ["team-ops"]), await sandbox.create(ADA, "Two")
    jqls = ["labels = team-ops", "project = PM", "project = NOPE"]
    matches = (await ask("POST", "jql/match", {"issueIds": [int(one), int(two), 1], "jqls": jqls}))["matches"]
    assert [match["matchedIssues"] for match in matches] == [[int(one)], [int(one), int(two)], []]
    assert [bool(match["errors"]) for match in matches] == [False, False, True]


async def test_links_are_seen_from_both_ends(sandbox: JiraSandbox, ask: Asker) -> None:
    """A link names the other issue; making it again changes nothing; its type and ends must be there."""
    item = await sandbox.create(ADA, "Fix it")
    body = {"type": {"name": "Relates"}, "inwardIssue": {"key": "PM-1"}, "outwardIssue": {"key": "PLAT-7"}}
    for _ in range(2):
        assert (await ask.raw("POST", "issueLink", body)).status_code == 201
    (here,), (there,) = (await ask.fields(item))["issuelinks"], (await ask.fields("PLAT-7"))["issuelinks"]
    assert (here["outwardIssue"]["key"], there["inwardIssue"]["key"]) == ("PLAT-7", "PM-1")
    types = {one["name"] for one in (await ask("GET", "issueLinkType"))["issueLinkTypes"]}
    assert "Relates" in types
    for wrong in ({"type": {"name": "Nothing"}}, {"outwardIssue": {"key": "PLAT-99"}}):
        assert (await ask.refused("POST", "issueLink", {**body, **wrong}))[0] == 404


async def test_history_is_paged_oldest_first(sandbox: JiraSandbox, ask: Asker) -> None:
    """Entries tell who changed what; what an issue was created with is not among them."""
    item = await sandbox.create(ADA, "Fix it", ["a"])
    await sandbox.update(item, ADA, labels=["a", "b"], assignee=LINUS)
    await sandbox.update(item, LINUS, epic="PLAT-7")
    await sandbox.update(item, LINUS, state="Done")
    first = await ask("GET", f"issue/{item}/changelog", maxResults=2)
    last = await ask("GET", f"issue/{item}/changelog", startAt=2)
    entries = first["values"] + last["values"]
    assert (first["isLast"], last["isLast"], first["total"]) == (False, True, 3)
    assert [entry["author"]["displayName"] for entry in entries] == ["Ada Admin", "Linus Duty", "Linus Duty"]
    labels, parent, status = (entry["items"][0] for entry in entries)
    assert labels == {
        "field": "labels", "fieldtype": "jira", "fieldId": "labels",
        "from": None, "fromString": "a", "to": None, "toString": "a b",
    }  # fmt: skip
    assert (parent["field"], "fieldId" in parent, parent["toString"]) == ("IssueParentAssociation", False, "PLAT-7")
    assert (status["fromString"], status["toString"]) == ("To Do", "Done")


async def test_what_is_done_is_resolved_until_it_is_opened_again(sandbox: JiraSandbox, ask: Asker) -> None:
    """A status of the last category brings a resolution; leaving it takes that away."""
    item = await sandbox.create(ADA, "Fix it")
    await sandbox.update(item, ADA, state="Done", resolution="Won't Do")
    done = await ask.fields(item)
    await sandbox.update(item, ADA, state="In Progress")
    opened = await ask.fields(item)
    assert (done["resolution"]["name"], bool(done["resolutiondate"])) == ("Won't Do", True)
    assert (opened["resolution"], opened["resolutiondate"]) == (None, None)


async def test_data_center_searches_by_offset(data_center: JiraSandbox, ask_own: Asker) -> None:
    """There is a total there, and ids that are not there spoil a query unless it is told not to mind."""
    made = [await data_center.create(ADA, f"Item {number}", ["a"]) for number in range(3)]
    page = await ask_own.search("labels = a ORDER BY key", startAt=1, maxResults=1, fields=["summary"])
    assert ([one["id"] for one in page["issues"]], page["total"]) == ([made[1]], 3)
    jql = f"id in ({made[0]}, 77777)"
    assert (await ask_own.refused("POST", "search", {"jql": jql}))[0] == 400
    assert (await ask_own.search(jql, validateQuery=False))["total"] == 1


async def test_data_center_shows_history_within_the_issue(data_center: JiraSandbox, ask_own: Asker) -> None:
    """There are no field ids and no history of its own there; an epic is linked by a custom field."""
    item = await data_center.create(ADA, "Fix it")
    await data_center.update(item, ADA, labels=["a"], epic="PLAT-7", assignee=LINUS)
    shown = await ask_own("GET", f"issue/{item}", expand="changelog")
    items = shown["changelog"]["histories"][0]["items"]
    assert [one["field"] for one in items] == ["labels", "Epic Link", "assignee"]
    assert not any("fieldId" in one for one in items)
    assert items[2]["to"] == shown["fields"]["assignee"]["key"]
    assert shown["fields"]["customfield_10101"] == "PLAT-7"
