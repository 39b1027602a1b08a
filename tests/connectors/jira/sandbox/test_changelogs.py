"""What was done to many issues is read at once."""

from connectors.jira.sandbox import JiraSandbox
from tests.connectors.jira.sandbox.asking import ADA, LINUS, Asker

PLACE = "changelog/bulkfetch"


async def test_histories_of_many_issues_come_together(sandbox: JiraSandbox, ask: Asker) -> None:
    """Under each id its changes, oldest first; what was never edited or is not there is left out."""
    one, two, three = [await sandbox.create(ADA, title) for title in ("One", "Two", "Three")]
    await sandbox.update(one, ADA, labels=["a"])
    await sandbox.update(two, LINUS, title="Second")
    await sandbox.update(one, LINUS, title="First")
    body = {"issueIdsOrKeys": [one, "PM-2", three, "PM-99"]}
    logs = {log["issueId"]: log["changeHistories"] for log in (await ask("POST", PLACE, body))["issueChangeLogs"]}
    assert [entry["author"]["displayName"] for entry in logs[one]] == ["Ada Admin", "Linus Duty"]
    assert [entry["items"][0]["field"] for entry in logs[two]] == ["summary"]
    assert logs.keys() == {one, two}
    some = await ask("POST", PLACE, {**body, "fieldIds": ["labels"]})
    assert [log["issueId"] for log in some["issueChangeLogs"]] == [one]


async def test_histories_come_in_pages(sandbox: JiraSandbox, ask: Asker) -> None:
    """A page goes on where the one before ended, also within an issue; the last one names no other."""
    item = await sandbox.create(ADA, "One")
    for number in range(3):
        await sandbox.update(item, ADA, title=f"One {number}")
    first = await ask("POST", PLACE, {"issueIdsOrKeys": [item], "maxResults": 2})
    last = await ask("POST", PLACE, {"issueIdsOrKeys": [item], "nextPageToken": first["nextPageToken"]})
    counts = [len(page["issueChangeLogs"][0]["changeHistories"]) for page in (first, last)]
    assert (counts, "nextPageToken" in last) == ([2, 1], False)


async def test_a_token_that_nobody_gave_out_is_refused(ask: Asker) -> None:
    """Only a page's own token leads to the next one."""
    body = {"issueIdsOrKeys": ["1"], "nextPageToken": "later"}
    assert (await ask.refused("POST", PLACE, body))[0] == 400
