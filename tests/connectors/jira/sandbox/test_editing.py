"""What an edit through the API does, and what Jira refuses."""

from typing import Any

import pytest

from connectors.jira.sandbox import JiraSandbox
from tests.connectors.jira.sandbox.asking import ADA, LINUS, OLGA, Asker


async def test_labels_are_added_and_removed_beside_what_people_set(sandbox: JiraSandbox, ask: Asker) -> None:
    """Adding and removing touches only the labels it names, and doing it twice does no harm."""
    item = await sandbox.create(ADA, "Fix it", ["post-mortem", "Ops"])
    change = {"labels": [{"add": "operational"}, {"remove": "Ops"}, {"add": "operational"}, {"remove": "ops"}]}
    await ask.edit(item, update=change)
    await ask.edit(item, update=change)
    assert sandbox.view(item)["labels"] == ["post-mortem", "operational"]


async def test_labels_keep_their_case_and_have_no_spaces(sandbox: JiraSandbox, ask: Asker) -> None:
    """Labels that differ in case are different ones; a space is refused, and nothing of that edit happens."""
    item = await sandbox.create(ADA, "Fix it", ["ops"])
    await ask.edit(item, update={"labels": [{"add": "Ops"}]})
    refused = await ask.refused_edit(item, update={"labels": [{"add": "on call"}]}, fields={"duedate": "2026-12-01"})
    assert list(refused) == ["labels"]
    assert (sandbox.view(item)["labels"], sandbox.view(item)["due"]) == (["ops", "Ops"], None)


async def test_one_edit_changes_many_fields(sandbox: JiraSandbox, ask: Asker) -> None:
    """Labels, parent, assignee, due date, components and a comment go together."""
    item, linus = await sandbox.create(ADA, "Fix it"), sandbox.world.person(LINUS)
    await ask.edit(
        item,
        fields={"assignee": {"accountId": linus.id}, "duedate": "2026-12-01", "parent": {"key": "PLAT-7"}},
        update={"labels": [{"add": "team-ops"}], "components": [{"add": {"name": "ledger"}}]},
    )
    shown = sandbox.view(item)
    assert (shown["assignee"], shown["due"], shown["epic"]) == (LINUS, "2026-12-01", "Q4 Reliability")
    assert [one["name"] for one in (await ask.fields(item))["components"]] == ["ledger"]
    assert shown["board"] == ["OPS on-call"]


async def test_the_answer_shows_the_issue_only_to_those_who_ask(sandbox: JiraSandbox, ask: Asker) -> None:
    """An edit is answered 204 without a body, or 200 with the issue as it is then."""
    item = await sandbox.create(ADA, "Fix it")
    body = {"update": {"labels": [{"add": "risk"}]}}
    quiet = await ask.raw("PUT", f"issue/{item}", body)
    assert (quiet.status_code, quiet.content) == (204, b"")
    shown = await ask("PUT", f"issue/{item}", body, returnIssue="true")
    assert (shown["id"], shown["fields"]["labels"]) == (item, ["risk"])


async def test_a_field_is_set_in_one_way_only(sandbox: JiraSandbox, ask: Asker) -> None:
    """A field that stands in `fields` and in `update` is refused."""
    item = await sandbox.create(ADA, "Fix it")
    assert list(await ask.refused_edit(item, fields={"labels": []}, update={"labels": [{"add": "a"}]})) == ["labels"]


async def test_every_wrong_field_is_named(sandbox: JiraSandbox, ask: Asker) -> None:
    """All that is wrong is said at once, under the names of the fields, and nothing is done."""
    item = await sandbox.create(ADA, "Fix it", ["a"])
    fields = {"duedate": "soon", "customfield_99999": 1, "labels": "b", "priority": {"name": "Whatever"}}
    assert set(await ask.refused_edit(item, fields=fields)) == set(fields)
    assert sandbox.view(item)["labels"] == ["a"]


@pytest.mark.parametrize(
    ("update", "field"),
    [
        ({"duedate": [{"add": "2026-12-01"}]}, "duedate"),
        ({"labels": [{"edit": "a"}]}, "labels"),
        ({"comment": [{"add": {"body": "no document"}}]}, "comment"),
        ({"issuelinks": [{"add": {"type": {"name": "Nothing"}, "outwardIssue": {"key": "PLAT-7"}}}]}, "issuelinks"),
        ({"components": [{"add": {"name": "unheard-of"}}]}, "components"),
    ],
)
async def test_what_an_operation_cannot_do_is_refused(
    sandbox: JiraSandbox, ask: Asker, update: dict[str, Any], field: str
) -> None:
    """Each field takes its own operations and values only."""
    item = await sandbox.create(ADA, "Fix it")
    assert list(await ask.refused_edit(item, update=update)) == [field]


@pytest.mark.off_contract
@pytest.mark.parametrize("body", [{"labels": ["a"]}, {"update": {"labels": {"add": "a"}}}, {"fields": ["a"]}, []])
async def test_a_body_of_another_shape_is_refused(sandbox: JiraSandbox, ask: Asker, body: Any) -> None:
    """What is no edit at all is refused without naming fields."""
    item = await sandbox.create(ADA, "Fix it")
    answer = await ask.client.put(ask.full(f"issue/{item}"), json=body)
    assert (answer.status_code, answer.json()["errors"]) == (400, {})
    assert answer.json()["errorMessages"]


async def test_an_issue_is_given_only_to_people_who_are_active(sandbox: JiraSandbox, ask: Asker) -> None:
    """Somebody who left, an app and an unknown id are refused; nobody can be assigned."""
    item = await sandbox.create(ADA, "Fix it", assignee=LINUS)
    gone, app = sandbox.world.person(OLGA).id, sandbox.world.me.id
    for id_ in (gone, app, "nobody"):
        assert list(await ask.refused_edit(item, fields={"assignee": {"accountId": id_}})) == ["assignee"]
    await ask.edit(item, fields={"assignee": None})
    assert sandbox.view(item)["assignee"] is None


async def test_a_parent_is_exactly_one_level_above(sandbox: JiraSandbox, ask: Asker) -> None:
    """Another task, and an epic for a sub-task, cannot be the parent; Jira says so under another name."""
    task, other = await sandbox.create(ADA, "Fix it"), await sandbox.create(ADA, "Other")
    part = await sandbox.create(ADA, "Part", type="Sub-task", epic=task)
    assert list(await ask.refused_edit(task, fields={"parent": {"id": other}})) == ["parentId"]
    assert list(await ask.refused_edit(part, fields={"parent": {"key": "PLAT-7"}})) == ["parentId"]
    assert list(await ask.refused_edit(task, fields={"parent": {"key": "PLAT-99"}})) == ["parent"]
    assert (sandbox.view(task)["epic"], sandbox.view(part)["epic"]) == (None, "Fix it")


async def test_team_managed_issues_have_parents_in_their_own_project(sandbox: JiraSandbox, ask: Asker) -> None:
    """Neither an item from elsewhere under a team-managed epic nor the other way round; within the project it works."""
    away, home = await sandbox.create(ADA, "Fix it"), await sandbox.create(ADA, "Ours", team="SQUAD")
    assert list(await ask.refused_edit(away, fields={"parent": {"key": "SQUAD-1"}})) == ["parentId"]
    assert list(await ask.refused_edit(home, fields={"parent": {"key": "PLAT-7"}})) == ["parentId"]
    await ask.edit(home, fields={"parent": {"key": "SQUAD-1"}})
    assert sandbox.view(home)["epic"] == "Squad's epic"


async def test_a_parent_is_taken_away(sandbox: JiraSandbox, ask: Asker) -> None:
    """Setting none removes the parent."""
    item = await sandbox.create(ADA, "Fix it", epic="PLAT-7")
    await ask.edit(item, update={"parent": [{"set": {"none": True}}]})
    assert sandbox.view(item)["epic"] is None


async def test_custom_fields_are_set_by_their_ids(sandbox: JiraSandbox, ask: Asker) -> None:
    """A team is written as a bare id and read as an object; points go by the project's style; closed sprints end."""
    item, team = await sandbox.create(ADA, "Fix it"), sandbox.world.teams[0]
    await ask.edit(item, fields={"customfield_10001": team.id, "customfield_10028": 5, "customfield_10020": 2})
    shown = await ask.fields(item)
    assert (shown["customfield_10001"]["name"], shown["customfield_10028"]) == ("Operations", 5)
    assert [sprint["state"] for sprint in shown["customfield_10020"]] == ["active"]
    wrong = {"customfield_10001": {"id": team.id}, "customfield_10016": 5, "customfield_10020": 1}
    assert set(await ask.refused_edit(item, fields=wrong)) == set(wrong)


async def test_a_status_is_no_matter_of_an_edit(sandbox: JiraSandbox, ask: Asker) -> None:
    """A status in an edit is passed over."""
    item = await sandbox.create(ADA, "Fix it")
    await ask.edit(item, fields={"status": {"name": "Done"}})
    assert sandbox.view(item)["state"] == "To Do"


async def test_an_edit_can_comment_link_and_keep_properties(sandbox: JiraSandbox, ask: Asker) -> None:
    """Comments, links and issue properties travel in the same request."""
    item = await sandbox.create(ADA, "Fix it")
    text = {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Hi"}]}],
    }
    link = {"type": {"name": "Relates"}, "outwardIssue": {"key": "PLAT-7"}}
    update = {"comment": [{"add": {"body": text}}], "issuelinks": [{"add": link}]}
    await ask.edit(item, update=update, properties=[{"key": "ours", "value": {"a": 1}}])
    shown = await ask("GET", f"issue/{item}", properties="ours", fields="issuelinks")
    assert shown["properties"] == {"ours": {"a": 1}}
    assert [one["outwardIssue"]["key"] for one in shown["fields"]["issuelinks"]] == ["PLAT-7"]
    assert sandbox.view(item)["comments"] == [{"by": "followthrough@acme.test", "body": "Hi"}]


async def test_an_issue_that_is_not_there_cannot_be_edited(ask: Asker) -> None:
    """What does not exist and what is not to be seen look the same."""
    status, refusal = await ask.refused("PUT", "issue/PM-99", {"fields": {}})
    assert (status, len(refusal["errorMessages"])) == (404, 1)


async def test_issues_are_created(sandbox: JiraSandbox, ask: Asker) -> None:
    """A new issue has the next id and key; project, type and summary are needed."""
    fields = {"project": {"key": "PM"}, "issuetype": {"name": "Bug"}, "summary": "New", "labels": ["a"]}
    made = await ask("POST", "issue", {"fields": fields})
    assert (made["key"], sandbox.view(made["id"])["labels"]) == ("PM-1", ["a"])
    for name in ("project", "issuetype", "summary"):
        rest = {key: value for key, value in fields.items() if key != name}
        _, refusal = await ask.refused("POST", "issue", {"fields": rest})
        assert list(refusal["errors"]) == [name]


async def test_data_center_links_epics_by_a_field_of_their_own(data_center: JiraSandbox, ask_own: Asker) -> None:
    """The epic link holds a bare key; `parent` is for sub-tasks; users go by name; the answer is always empty."""
    item = await data_center.create(ADA, "Fix it")
    fields = {"customfield_10101": "PLAT-7", "assignee": {"name": "linus"}}
    answer = await ask_own.raw("PUT", f"issue/{item}", {"fields": fields})
    assert (answer.status_code, answer.content) == (204, b"")
    shown = data_center.view(item)
    assert (shown["epic"], shown["assignee"]) == ("Q4 Reliability", LINUS)
    assert "parent" not in await ask_own.fields(item)
    wrong = {"parent": {"key": "PLAT-7"}, "customfield_10101": item, "assignee": {"accountId": "linus"}}
    assert set(await ask_own.refused_edit(item, fields=wrong)) == set(wrong)
