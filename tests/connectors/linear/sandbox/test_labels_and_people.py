"""Labels have a scope and groups, people a standing: what does not fit is refused, what is so already is no change."""

import pytest

from tests.connectors.linear.sandbox.asking import UPDATE, Asker

ADA = "ada@acme.test"


async def test_labels_are_added_and_removed_by_difference_or_replaced(ask: Asker, item: str) -> None:
    """`addedLabelIds` and `removedLabelIds` are deltas, `labelIds` is the whole set, and both at once are refused."""
    names = ("post-mortem", "operational", "risk")
    post_mortem, operational, risk = (ask.id("IssueLabel", name=name) for name in names)
    swapped = await ask.update(item, addedLabelIds=[operational], removedLabelIds=[post_mortem, risk])
    assert swapped["labelIds"] == [operational]
    assert (await ask.update(item, labelIds=[risk, post_mortem]))["labelIds"] == [risk, post_mortem]
    message = await ask.refused_update(item, labelIds=[risk], addedLabelIds=[operational])
    assert message == "labelIds cannot be combined with addedLabelIds and removedLabelIds"


async def test_a_label_of_another_team_is_refused(ask: Asker, item: str) -> None:
    """A team's label cannot be put on another team's item, and the person reads why."""
    ask.sandbox.make_label("operational", team="OPS")
    wrong = ask.id("IssueLabel", name="operational", teamId=ask.id("Team", key="OPS"))
    error = await ask.refusal(UPDATE, id=item, input={"addedLabelIds": [wrong]})
    assert error["message"] == "labelIds for incorrect team"
    told = error["extensions"]["userPresentableMessage"]
    assert told == "The label 'operational' is not associated with the same team as the issue."


async def test_a_group_allows_one_of_its_labels(ask: Asker, item: str) -> None:
    """A second label of a group is refused, not swapped; removing the first in the same call makes room."""
    ask.sandbox.make_label("class", is_group=True)
    for name in ("small", "big"):
        ask.sandbox.make_label(name, group="class")
    group, small, big = (ask.id("IssueLabel", name=name) for name in ("class", "small", "big"))
    await ask.update(item, addedLabelIds=[small])
    assert await ask.refused_update(item, addedLabelIds=[big]) == "labelIds not exclusive child labels"
    assert big in (await ask.update(item, addedLabelIds=[big], removedLabelIds=[small]))["labelIds"]
    assert await ask.refused_update(item, addedLabelIds=[group]) == "labelIds contains a group label"


async def test_a_retired_label_stays_but_cannot_be_put_anywhere(ask: Asker, item: str) -> None:
    """Retiring takes a label from nobody; adding it is refused."""
    post_mortem, bug = (ask.id("IssueLabel", name=name) for name in ("post-mortem", "bug"))
    ask.sandbox.retire_label("post-mortem")
    ask.sandbox.retire_label("bug")
    await ask.update(item, title="Alert earlier")
    assert (await ask.update(item, addedLabelIds=[post_mortem]))["labelIds"] == [post_mortem]
    assert await ask.refused_update(item, addedLabelIds=[bug]) == "labelIds contains a retired label"


async def test_a_label_is_made_once_in_its_scope(ask: Asker) -> None:
    """A label without a team is the workspace's; its name is taken there, in any case, but not within a team."""
    document = """mutation ($input: IssueLabelCreateInput!) { issueLabelCreate(input: $input) {
      success issueLabel { id name team { key } } } }"""
    made = (await ask(document, input={"name": "size/l"}))["issueLabelCreate"]["issueLabel"]
    assert (made["name"], made["team"]) == ("size/l", None)
    assert (await ask.refusal(document, input={"name": "Size/L"}))["message"] == "duplicate label name"
    ops = ask.id("Team", key="OPS")
    assert (await ask(document, input={"name": "size/l", "teamId": ops}))["issueLabelCreate"]["success"]


@pytest.mark.parametrize(
    ("email", "message"),
    [("olga@acme.test", "assigneeId is not active"), ("codebot@acme.test", "assigneeId is not assignable")],
)
async def test_who_is_inactive_or_a_bot_cannot_be_assigned(ask: Asker, item: str, email: str, message: str) -> None:
    """A suspended account and an app that may not be assigned are refused."""
    assert await ask.refused_update(item, assigneeId=ask.id("User", email=email)) == message


async def test_whoever_was_assigned_before_stays_when_suspended(ask: Asker, item: str) -> None:
    """Suspending somebody leaves their items as they are, open to other changes."""
    await ask.sandbox.update(item, ADA, assignee="linus@acme.test")
    ask.sandbox.deactivate("linus@acme.test")
    assert (await ask.update(item, title="Alert earlier"))["assignee"] == {"email": "linus@acme.test"}
    assert (await ask.update(item, assigneeId=None))["assignee"] is None


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"stateId": "Todo"}, "stateId must be a UUID"),
        ({"stateId": None}, "stateId should not be null or undefined"),
        ({"title": ""}, "title should not be null or undefined"),
        ({"dueDate": "tomorrow"}, "dueDate must be a date"),
        ({"priority": 5}, "priority must not be greater than 4"),
    ],
)
async def test_arguments_of_the_wrong_form_are_refused_with_400(
    ask: Asker, item: str, wanted: dict[str, object], message: str
) -> None:
    """A malformed argument is HTTP 400, unlike a rule that is broken."""
    answer = await ask.post(UPDATE, {"id": item, "input": wanted})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"] == f"Argument Validation Error - {message}"


async def test_a_change_moves_updated_at_and_no_change_does_not(ask: Asker, item: str) -> None:
    """`updatedAt` moves with each change; asking for what is so already leaves it."""
    first = await ask.update(item, title="Alert earlier")
    again = await ask.update(item, title="Alert earlier")
    later = await ask.update(item, title="Alert much earlier")
    assert first["updatedAt"] == again["updatedAt"] < later["updatedAt"]


async def test_times_tell_when_work_began_and_ended(ask: Asker, item: str) -> None:
    """Entering started, completed and canceled states is stamped, and taken back on reopening."""
    document = "query ($id: String!) { issue(id: $id) { startedAt completedAt canceledAt } }"

    async def stamped(state: str) -> set[str]:
        await ask.sandbox.update(item, ADA, state=state)
        return {name for name, value in (await ask(document, id=item))["issue"].items() if value}

    assert await stamped("In Progress") == {"startedAt"}
    assert await stamped("Done") == {"startedAt", "completedAt"}
    assert await stamped("Canceled") == {"canceledAt"}
    assert await stamped("Todo") == set()


async def test_one_document_changes_many_items_and_stops_at_the_first_refusal(ask: Asker, item: str) -> None:
    """Aliased mutations run in order; a refused one empties the answer, and what came before it took effect."""
    other = await ask.sandbox.create(ADA, "Other")
    document = """mutation ($a: String!, $b: String!, $bad: IssueUpdateInput!, $good: IssueUpdateInput!) {
      one: issueUpdate(id: $a, input: $good) { success } two: issueUpdate(id: $b, input: $bad) { success }
      three: issueUpdate(id: $b, input: $good) { success } }"""
    bad = {"assigneeId": ask.id("User", email="olga@acme.test")}
    answer = (await ask.post(document, {"a": item, "b": other, "bad": bad, "good": {"title": "Changed"}})).json()
    assert (answer["data"], answer["errors"][0]["path"]) == (None, ["two"])
    assert [ask.sandbox.view(each)["title"] for each in (item, other)] == ["Changed", "Other"]


async def test_a_batch_changes_up_to_fifty_items_alike(ask: Asker, item: str) -> None:
    """`issueBatchUpdate` takes one input for many ids, and refuses more than fifty."""
    document = """mutation ($ids: [UUID!]!, $input: IssueUpdateInput!) { issueBatchUpdate(ids: $ids, input: $input) {
      success lastSyncId issues { title } } }"""
    other = await ask.sandbox.create(ADA, "Other")
    done = (await ask(document, ids=[item, other], input={"title": "Same"}))["issueBatchUpdate"]
    assert done["issues"] == [{"title": "Same"}, {"title": "Same"}]
    error = await ask.refusal(document, ids=[item] * 51, input={"title": "Same"})
    assert error["message"] == "Argument Validation Error - ids must contain no more than 50 elements"


async def test_single_labels_links_and_relations_have_mutations_of_their_own(ask: Asker, item: str) -> None:
    """A label goes on and off alone; a link with the same address is changed, not doubled; a relation stands once."""
    labels = """mutation ($id: String!, $label: String!) { add: issueAddLabel(id: $id, labelId: $label) { success }
      remove: issueRemoveLabel(id: $id, labelId: $label) { issue { labels { nodes { name } } } } }"""
    answer = await ask(labels, id=item, label=ask.id("IssueLabel", name="risk"))
    assert answer["remove"]["issue"]["labels"]["nodes"] == [{"name": "post-mortem"}]
    attach = """mutation ($input: AttachmentCreateInput!) { attachmentCreate(input: $input) {
      success attachment { id title metadata issue { identifier } creator { app } } } }"""
    link = {"issueId": item, "title": "Post-mortem", "url": "https://wiki.acme.test/postmortems/7"}
    first = (await ask(attach, input=link))["attachmentCreate"]["attachment"]
    second = (await ask(attach, input={**link, "title": "Renamed"}))["attachmentCreate"]["attachment"]
    assert (first["id"], second["title"]) == (second["id"], "Renamed")
    found = await ask("query ($u: String!) { attachmentsForURL(url: $u) { nodes { issue { id } } } }", u=link["url"])
    assert found["attachmentsForURL"]["nodes"] == [{"issue": {"id": item}}]
    relate = """mutation ($input: IssueRelationCreateInput!) { issueRelationCreate(input: $input) {
      success issueRelation { type issue { identifier } relatedIssue { identifier } } } }"""
    wanted = {"issueId": item, "relatedIssueId": "ENG-12", "type": "related"}
    relation = (await ask(relate, input=wanted))["issueRelationCreate"]["issueRelation"]
    assert relation == {"type": "related", "issue": {"identifier": "ENG-13"}, "relatedIssue": {"identifier": "ENG-12"}}
    assert (await ask.refusal(relate, input=wanted))["message"] == "Issue relation already exists"
