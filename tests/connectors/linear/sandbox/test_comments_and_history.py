"""Comments have their client's id and one author; history begins three minutes after the item."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.connectors.linear.sandbox.asking import COMMENT, EDIT, Asker

ADA = "ada@acme.test"
ID = "22222222-2222-4222-8222-222222222222"


async def test_a_comment_with_an_id_that_is_taken_is_a_conflict(ask: Asker, item: str) -> None:
    """The client's id is the comment's; sent again, in any case, it is a conflict and nothing is doubled."""
    wanted = {"id": ID, "issueId": item, "body": "Which class?"}
    comment = (await ask(COMMENT, input=wanted))["commentCreate"]["comment"]
    assert (comment["id"], comment["user"]["app"]) == (ID, True)
    error = await ask.refusal(COMMENT, input={**wanted, "id": ID.upper()})
    assert (error["message"], error["extensions"]["code"]) == ("conflict on insert of Comment", "INPUT_ERROR")
    assert len(ask.sandbox.view(item)["comments"]) == 1


async def test_an_id_that_is_no_random_uuid_is_refused(ask: Asker, item: str) -> None:
    """A client's id must have the shape of a UUID version 4."""
    wanted = {"id": "22222222-2222-1222-8222-222222222222", "issueId": item, "body": "?"}
    error = await ask.refusal(COMMENT, input=wanted)
    assert error["message"] == "Argument Validation Error - id must be a UUID"


async def test_only_the_author_edits_a_comment(ask: Asker, item: str) -> None:
    """Our own comment can be edited and says so; a person's is forbidden; a deleted one is not found."""
    await ask(COMMENT, input={"id": ID, "issueId": item, "body": "Which class?"})
    edited = (await ask(EDIT, id=ID, input={"body": "Thank you"}))["commentUpdate"]["comment"]
    assert (edited["body"], edited["editedAt"] is None) == ("Thank you", False)
    await ask.sandbox.comment(item, ADA, "Mine")
    theirs = ask.id("Comment", body="Mine")
    answer = await ask.post(EDIT, {"id": theirs, "input": {"body": "Ours"}})
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")
    await ask.sandbox.delete_comment(item, ADA, 0)
    assert (await ask.refusal(EDIT, id=ID, input={"body": "Again"}))["message"] == "Entity not found: Comment"


async def test_a_comment_needs_a_body_and_an_item(ask: Asker, item: str) -> None:
    """An empty comment, and one on nothing, are refused."""
    error = await ask.refusal(COMMENT, input={"issueId": item, "body": " "})
    assert error["message"] == "Argument Validation Error - body should not be empty"
    error = await ask.refusal(COMMENT, input={"body": "Hello"})
    assert error["message"] == "Comment must be associated with an entity"


async def test_a_person_who_comments_becomes_a_subscriber_which_moves_the_item(ask: Asker, item: str) -> None:
    """A comment subscribes its author, and so changes the item, unless it asks not to; a second one changes nothing."""
    document = "query ($id: String!) { issue(id: $id) { updatedAt subscribers { nodes { email } } } }"

    async def look() -> Any:
        return (await ask(document, id=item))["issue"]

    before = await look()
    await ask(COMMENT, input={"issueId": item, "body": "Ours", "doNotSubscribeToIssue": True})
    assert await look() == before
    await ask.sandbox.comment(item, ADA, "Mine")
    after = await look()
    assert after["updatedAt"] > before["updatedAt"]
    assert {each["email"] for each in after["subscribers"]["nodes"]} == {"grace@acme.test", ADA}
    await ask.sandbox.comment(item, ADA, "Mine too")
    assert await look() == after


async def test_an_answer_hangs_under_the_first_comment_of_its_thread(ask: Asker, item: str) -> None:
    """Threads have one level: an answer to an answer stands under the thread's first comment."""
    first = (await ask(COMMENT, input={"issueId": item, "body": "One"}))["commentCreate"]["comment"]["id"]
    second = await ask(COMMENT, input={"issueId": item, "body": "Two", "parentId": first})
    wanted = {"issueId": item, "body": "Three", "parentId": second["commentCreate"]["comment"]["id"]}
    third = (await ask(COMMENT, input=wanted))["commentCreate"]["comment"]["id"]
    answer = await ask("query ($id: String) { comment(id: $id) { parentId parent { body } } }", id=third)
    assert answer["comment"] == {"parentId": first, "parent": {"body": "One"}}


async def test_the_address_of_an_item_in_a_comment_relates_it_and_moves_it(ask: Asker, item: str) -> None:
    """Naming another item's address changes that item, once; naming the item's own does nothing."""
    document = """query ($id: String!) { issue(id: $id) { updatedAt relations { nodes { relatedIssue { identifier } } }
      inverseRelations { nodes { type } } } }"""

    async def look(key: str) -> Any:
        return (await ask(document, id=key))["issue"]

    own, other = await look(item), await look("ENG-12")
    body = "As https://linear.app/acme/issue/ENG-12/x and https://linear.app/acme/issue/ENG-13/y"
    comment = await ask(COMMENT, input={"issueId": item, "body": body, "doNotSubscribeToIssue": True})
    moved = await look("ENG-12")
    assert moved["updatedAt"] > other["updatedAt"]
    assert moved["inverseRelations"]["nodes"] == [{"type": "related"}]
    assert (await look(item))["updatedAt"] == own["updatedAt"]
    await ask(EDIT, id=comment["commentCreate"]["comment"]["id"], input={"body": f"{body}!"})
    assert await look("ENG-12") == moved


HISTORY = """query ($id: String!) { issue(id: $id) { history(first: 10) { nodes { createdAt actorId actor { email app }
  botActor { type } addedLabelIds removedLabelIds addedLabels { name } fromStateId toState { name } fromTeam { key }
  toTeam { key } fromAssignee { email } toAssignee { email } toTitle fromDueDate toDueDate trashed archived } } } }"""


async def test_history_tells_who_changed_what_newest_first(ask: Asker) -> None:
    """An entry holds everything that one change did, with its actor; Linear's own changes have none."""
    week_ago = datetime.now(UTC) - timedelta(days=7)
    item = await ask.sandbox.create(ADA, "Old", ["post-mortem"], created_at=week_ago)
    await ask.sandbox.update(item, ADA, labels=["operational"], state="Todo")
    await ask.update(item, teamId=ask.id("Team", key="OPS"), assigneeId=ask.id("User", email="linus@acme.test"))
    await ask.sandbox.update(item, "automation", state="Done")
    nodes = (await ask(HISTORY, id=item))["issue"]["history"]["nodes"]
    assert [node["actor"] and node["actor"]["email"] for node in nodes] == [None, "followthrough@acme.test", ADA]
    automatic, ours, person = nodes
    assert automatic["toState"] == {"name": "Done"}
    assert (ours["fromTeam"], ours["toTeam"]) == ({"key": "ENG"}, {"key": "OPS"})
    assert ours["toAssignee"] == {"email": "linus@acme.test"}
    assert (person["addedLabels"], len(person["removedLabelIds"])) == ([{"name": "operational"}], 1)
    assert (person["fromTeam"], person["toTitle"], ours["addedLabels"]) == (None, None, None)


async def test_the_first_three_minutes_leave_no_history(ask: Asker, item: str) -> None:
    """A change right after the creation counts as creation."""
    await ask.sandbox.update(item, ADA, labels=["operational"])
    assert (await ask(HISTORY, id=item))["issue"]["history"]["nodes"] == []
