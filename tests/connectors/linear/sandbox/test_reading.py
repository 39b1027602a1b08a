"""The sandbox answers reads as Linear does: filters, pages, what is hidden, and refusals."""

import pytest

from connectors.linear.sandbox import LinearSandbox
from tests.connectors.linear.sandbox.asking import Asker

ADA = "ada@acme.test"
ITEMS = """query ($filter: IssueFilter, $first: Int, $after: String, $all: Boolean, $order: PaginationOrderBy) {
  issues(filter: $filter, first: $first, after: $after, includeArchived: $all, orderBy: $order) {
    nodes { id identifier title archivedAt trashed updatedAt } pageInfo { hasNextPage endCursor hasPreviousPage } } }"""

DOCUMENTS = {
    "health": """{ viewer { id name app email active organization { id urlKey name } }
      rateLimitStatus { kind identifier limits { type allowedAmount remainingAmount reset period } } }""",
    "on call": """{ teams(first: 1, filter: {key: {eq: "OPS"}}) { nodes { id key name timezone triageEnabled displayName
      visibility
      activeCycle { id number name startsAt endsAt isActive isNext isFuture isPast } cycles { nodes { number } }
      defaultIssueState { id name type } triageIssueState { id } parent { id } retiredAt
      triageResponsibility { id action currentUser { id name email active } manualSelection { userIds }
        timeSchedule { id name externalUrl updatedAt entries { startsAt endsAt userId userEmail } } }
      states { nodes { id name type position color team { key } inheritedFrom { id } } } members { nodes { email } }
      labels { nodes { id } } projects { nodes { name } } issues { nodes { id } } } } }""",
    "labels": """{ issueLabels(filter: {or: [{name: {eqIgnoreCase: "operational"}}, {name: {eqIgnoreCase: "RISK"}}]}) {
      nodes { id name isGroup retiredAt color creator { email } team { id key } parent { id name } inheritedFrom { id }
        children { nodes { id } } } pageInfo { hasNextPage endCursor } } }""",
    "people": """{ users(includeDisabled: true) { nodes { id name displayName email active app admin guest isMe
      isAssignable url createdAt teams { nodes { key } } assignedIssues { nodes { identifier } } } } }""",
    "projects": """{ projects { nodes { id name slugId url lead { name } teams { nodes { key } } description priority
      status { id name type color position } startedAt completedAt canceledAt trashed issues { nodes { id } } } } }""",
    "schedules": """{ timeSchedules { nodes { id name entries { userEmail } } }
      triageResponsibilities { nodes { team { key } currentUser { email } } } }""",
    "items": """{ issues(first: 2) { nodes { id identifier number title description url branchName priority
      priorityLabel estimate
      dueDate createdAt updatedAt archivedAt trashed startedAt completedAt canceledAt triagedAt sortOrder labelIds
      previousIdentifiers addedToCycleAt addedToProjectAt addedToTeamAt autoArchivedAt autoClosedAt slaBreachesAt
      snoozedUntilAt botActor { id type } externalUserCreator { id } creator { email } assignee { email app }
      state { type } team { key } cycle { number } project { name } parent { identifier }
      children { nodes { id } } comments { nodes { id user { id app } botActor { type } externalUser { id } editedAt } }
      history { nodes { id } } attachments { nodes { url } } relations { nodes { id } }
      inverseRelations { nodes { id } }
      subscribers { nodes { email } } labels { nodes { name parent { name } team { key } } } } } }""",
    "states": """{ workflowStates(filter: {team: {key: {eq: "OPS"}}, type: {in: ["unstarted", "started"]}}) {
      nodes { id name type } } cycles(filter: {isActive: {eq: true}}) { nodes { number team { key } } } }""",
}


async def keys(ask: Asker, **variables: object) -> list[str]:
    """Return the keys of the issues that a filter lets through."""
    return [node["identifier"] for node in (await ask(ITEMS, **variables))["issues"]["nodes"]]


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_answers_are_what_the_official_schema_promises(ask: Asker, item: str, name: str) -> None:
    """Every field that the sandbox offers is answered with a value of the official type."""
    await ask.sandbox.comment(item, ADA, "On it")
    assert await ask(DOCUMENTS[name])


async def test_the_triage_duty_names_who_is_on_call_now(ask: Asker) -> None:
    """Linus is on call; a choice by hand replaces the schedule; with neither, nobody is."""
    document = '{ teams(filter: {key: {eq: "OPS"}}) { nodes { triageResponsibility { currentUser { email } } } } }'

    async def who() -> object:
        return (await ask(document))["teams"]["nodes"][0]["triageResponsibility"]["currentUser"]

    assert await who() == {"email": "linus@acme.test"}
    ask.sandbox.set_on_call("grace@acme.test")
    assert await who() == {"email": "grace@acme.test"}
    ask.sandbox.set_on_call(None)
    assert await who() is None


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"labels": {"some": {"name": {"eqIgnoreCase": "POST-MORTEM"}}}}, True),
        ({"labels": {"name": {"eq": "Post-Mortem"}}}, False),
        ({"labels": {"every": {"name": {"nin": ["operational", "strategic"]}}}}, True),
        ({"labels": {"and": [{"some": {"name": {"eq": "post-mortem"}}}, {"some": {"name": {"eq": "bug"}}}]}}, False),
        ({"labels": {"length": {"eq": 1}}}, True),
        ({"labels": {"null": True}}, False),
        ({"team": {"key": {"in": ["ENG", "OPS"]}}}, True),
        ({"team": {"key": {"eq": "OPS"}}}, False),
        ({"or": [{"team": {"key": {"eq": "OPS"}}}, {"title": {"startsWith": "Alert"}}]}, True),
        ({"and": [{"state": {"type": {"nin": ["completed"]}}}, {"assignee": {"null": True}}]}, True),
        ({"assignee": {"null": False}}, False),
        ({"assignee": {"email": {"eq": ADA}}}, False),
        ({"creator": {"app": {"eq": False}}}, True),
        ({"updatedAt": {"gt": "-P1D"}}, True),
        ({"updatedAt": {"lt": "-PT1H"}}, False),
        ({"createdAt": {"gte": "2020-01-01"}}, True),
        ({"dueDate": {"null": True}}, True),
        ({"completedAt": {"null": False}}, False),
        ({"priority": {"lte": 0}}, True),
        ({"project": {"null": True}, "parent": {"null": True}}, True),
        ({"title": {"containsIgnoreCase": "FULL", "endsWith": "disks", "neqIgnoreCase": "x"}}, True),
        ({"id": {"in": ["ENG-13"]}}, True),
    ],
)
async def test_filters_let_through_what_they_say(ask: Asker, item: str, *, wanted: object, found: bool) -> None:
    """Each filter finds the ticket or does not."""
    assert ("ENG-13" in await keys(ask, filter=wanted)) is found
    assert item


async def test_items_are_found_by_id_and_by_any_key_they_had(ask: Asker, item: str) -> None:
    """`issue` takes a UUID, the key and a former key; a filter by id takes many."""
    await ask.sandbox.update(item, ADA, team="OPS")
    document = "query ($id: String!) { issue(id: $id) { id identifier previousIdentifiers } }"
    for name in (item, "OPS-1", "ENG-13", "eng-13"):
        assert (await ask(document, id=name))["issue"]["id"] == item
    assert await keys(ask, filter={"id": {"in": [item, "11111111-1111-4111-8111-111111111111"]}}) == ["OPS-1"]


async def test_pages_follow_each_other_newest_first(ask: Asker) -> None:
    """Pages hold every item once, newest first, and the last one says that it is the last."""
    for number in range(6):
        await ask.sandbox.create(ADA, f"Item {number}")
    seen, after = [], None
    for _ in range(10):
        page = (await ask(ITEMS, first=3, after=after))["issues"]
        seen += [node["identifier"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == [f"ENG-{number}" for number in range(18, 11, -1)]


async def test_pages_from_the_end_and_in_order_of_updates(ask: Asker, item: str) -> None:
    """`last` cuts from the end, `before` looks back, and `orderBy: updatedAt` puts the latest change first."""
    await ask.sandbox.create(ADA, "Newer")
    await ask.sandbox.update(item, ADA, title="Alert on full disks now")
    assert await keys(ask, order="updatedAt") == ["ENG-13", "ENG-14", "ENG-12"]
    page = (await ask("{ issues(last: 1) { nodes { identifier } pageInfo { hasPreviousPage startCursor } } }"))[
        "issues"
    ]
    assert (page["nodes"][0]["identifier"], page["pageInfo"]["hasPreviousPage"]) == ("ENG-12", True)
    cursor = page["pageInfo"]["startCursor"]
    before = await ask("query ($c: String) { issues(before: $c) { nodes { identifier } } }", c=cursor)
    assert len(before["issues"]["nodes"]) == 2


async def test_archived_items_show_only_on_request(ask: Asker, item: str) -> None:
    """What is archived or trashed is hidden from lists unless `includeArchived` is set."""
    await ask.sandbox.delete(item, ADA)
    assert await keys(ask) == ["ENG-12"]
    nodes = (await ask(ITEMS, all=True))["issues"]["nodes"]
    assert [(node["identifier"], node["trashed"]) for node in nodes] == [("ENG-13", True), ("ENG-12", None)]


async def test_suspended_people_show_only_on_request(ask: Asker) -> None:
    """`users` leaves out who is inactive unless `includeDisabled` is set."""
    document = """query ($all: Boolean) {
      users(includeDisabled: $all, filter: {email: {eqIgnoreCase: "OLGA@acme.test"}}) { nodes { active } } }"""
    assert (await ask(document))["users"]["nodes"] == []
    assert (await ask(document, all=True))["users"]["nodes"] == [{"active": False}]


async def test_whole_numbers_are_written_without_a_fraction(ask: Asker, item: str) -> None:
    """A Float that is whole stands in the answer as JavaScript writes it."""
    answer = await ask.post("query ($id: String!) { issue(id: $id) { number estimate } }", {"id": item})
    assert '"number":13,' in answer.text


async def test_the_document_may_use_aliases_and_fragments(ask: Asker, item: str) -> None:
    """Aliases and fragments are answered under the names that the document gives."""
    document = """query ($id: String!) {
      one: issue(id: $id) { ...Told } two: issue(id: $id) { ... on Issue { key: identifier } } }
      fragment Told on Issue { title }"""
    assert await ask(document, id=item) == {"one": {"title": "Alert on full disks"}, "two": {"key": "ENG-13"}}


@pytest.mark.off_contract
@pytest.mark.parametrize(
    ("document", "variables", "message"),
    [
        ("{ issues { nodes { shoeSize } } }", {}, "Cannot query field 'shoeSize' on type 'Issue'."),
        ("{ issues(first: 251) { nodes { id } } }", {}, "Argument Validation Error - first must be between 1 and 250"),
        (
            '{ issues(filter: {updatedAt: {gt: "soon"}}) { nodes { id } } }',
            {},
            "Argument Validation Error - soon is not a date",
        ),
        ('{ project(id: "Q4") { id } }', {}, "Argument Validation Error - id must be a UUID"),
        ("query ($f: IssueFilter) { issues(filter: $f) { nodes { id } } }", {"f": {"shoeSize": 1}}, "shoeSize"),
        ("{ issues", {}, "Syntax Error"),
    ],
)
async def test_a_bad_request_is_refused_with_400(
    ask: Asker, document: str, variables: dict[str, object], message: str
) -> None:
    """What the schema does not allow, and arguments of the wrong form, are HTTP 400 with a GraphQL error."""
    answer = await ask.post(document, variables)
    assert answer.status_code == 400
    assert message in answer.json()["errors"][0]["message"]
    assert "code" in answer.json()["errors"][0]["extensions"]


async def test_what_is_not_there_is_an_error_in_an_answer_of_200(ask: Asker) -> None:
    """An id that names nothing is `Entity not found`, code INPUT_ERROR, HTTP 200."""
    answer = await ask.post('{ issue(id: "11111111-1111-4111-8111-111111111111") { id } }')
    error = answer.json()["errors"][0]
    assert (answer.status_code, error["message"], error["path"]) == (200, "Entity not found: Issue", ["issue"])
    assert error["extensions"]["code"] == "INPUT_ERROR"
    assert error["extensions"]["type"] == "invalid input"
    assert answer.json()["data"] is None


async def test_the_sandbox_fills_the_same_world_every_time(sandbox: LinearSandbox) -> None:
    """Two sandboxes deal the same ids in the same order."""
    other = LinearSandbox()
    assert [row["id"] for row in other.world.rows("User")] == [row["id"] for row in sandbox.world.rows("User")]
    assert await other.create(ADA, "One") == await sandbox.create(ADA, "One")
