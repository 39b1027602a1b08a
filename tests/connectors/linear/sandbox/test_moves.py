"""A team move loses what real Linear loses, and places that do not fit together are refused."""

from tests.connectors.linear.sandbox.asking import UPDATE, Asker

ADA = "ada@acme.test"
DISCREPANCY = "Discrepancy between issue team and state, cycle or project."


async def test_a_move_maps_the_state_and_keeps_id_assignee_and_comments(ask: Asker, item: str) -> None:
    """The state becomes the target's of the same type; UUID, assignee and comments stay; the key is a new one."""
    await ask.sandbox.update(item, ADA, state="In Progress", assignee=ADA)
    await ask.sandbox.comment(item, ADA, "Begun")
    moved = await ask.update(item, teamId=ask.id("Team", key="OPS"))
    assert (moved["id"], moved["identifier"], moved["previousIdentifiers"]) == (item, "OPS-1", ["ENG-13"])
    assert (moved["state"]["name"], moved["team"]["key"], moved["assignee"]["email"]) == ("In Progress", "OPS", ADA)
    assert ask.sandbox.view(item)["comments"] == [{"by": ADA, "body": "Begun"}]


async def test_a_move_there_and_back_collects_keys(ask: Asker, item: str) -> None:
    """Every former key is remembered, and a return gives a new one."""
    await ask.update(item, teamId=ask.id("Team", key="OPS"))
    back = await ask.update(item, teamId=ask.id("Team", key="ENG"))
    assert (back["identifier"], back["previousIdentifiers"]) == ("ENG-14", ["ENG-13", "OPS-1"])


async def test_a_move_drops_the_cycle_team_labels_and_a_project_that_lacks_the_team(ask: Asker, item: str) -> None:
    """What belongs to the old team goes without a word; workspace labels and a project of both teams stay."""
    ask.sandbox.make_label("on-call only", team="OPS")
    labels = ["post-mortem", "on-call only"]
    await ask.sandbox.update(item, ADA, team="OPS", cycle="active", labels=labels, epic="Shared work")
    assert (await ask.update(item, teamId=ask.id("Team", key="ENG")))["cycle"] is None
    assert ask.sandbox.view(item)["labels"] == ["post-mortem"]
    assert ask.sandbox.view(item)["epic"] == "Shared work"
    await ask.sandbox.update(item, ADA, epic="Q4 Reliability")
    assert (await ask.update(item, teamId=ask.id("Team", key="OPS")))["project"] is None


async def test_a_move_takes_state_and_cycle_of_the_target_in_the_same_call(ask: Asker, item: str) -> None:
    """State and cycle ids that come with the move are the target team's."""
    ops = ask.id("Team", key="OPS")
    todo, cycle = ask.id("WorkflowState", name="Todo", teamId=ops), ask.id("Cycle", number=7)
    moved = await ask.update(item, teamId=ops, stateId=todo, cycleId=cycle, dueDate="2026-12-24")
    assert (moved["state"]["name"], moved["cycle"], moved["dueDate"]) == ("Todo", {"id": cycle}, "2026-12-24")


async def test_state_cycle_and_project_of_another_team_are_refused(ask: Asker, item: str) -> None:
    """A state, cycle or project that is not the team's is refused, and nothing of the change takes effect."""
    ops = ask.id("Team", key="OPS")
    before = ask.sandbox.view(item)
    assert await ask.refused_update(item, stateId=ask.id("WorkflowState", name="Todo", teamId=ops)) == DISCREPANCY
    assert await ask.refused_update(item, cycleId=ask.id("Cycle", number=7), title="New") == DISCREPANCY
    project = ask.id("Project", name="Q4 Reliability")
    error = await ask.refusal(UPDATE, id=item, input={"teamId": ops, "projectId": project})
    assert (error["message"], error["extensions"]["code"]) == (DISCREPANCY, "INVALID_INPUT")
    assert ask.sandbox.view(item) == before


async def test_a_project_whose_teams_were_extended_comes_along(ask: Asker, item: str) -> None:
    """After `projectUpdate` added the target team, the project survives the move."""
    await ask.sandbox.update(item, ADA, epic="Q4 Reliability")
    eng, ops = ask.id("Team", key="ENG"), ask.id("Team", key="OPS")
    document = """mutation ($id: String!, $input: ProjectUpdateInput!) { projectUpdate(id: $id, input: $input) {
      success project { name teams { nodes { key } } } } }"""
    extended = await ask(document, id=ask.id("Project", name="Q4 Reliability"), input={"teamIds": [eng, ops]})
    assert {team["key"] for team in extended["projectUpdate"]["project"]["teams"]["nodes"]} == {"ENG", "OPS"}
    assert (await ask.update(item, teamId=ops))["project"] == {"name": "Q4 Reliability"}


async def test_an_item_cannot_be_under_itself(ask: Asker, item: str) -> None:
    """A parent may be named by key; a circle of parents is refused."""
    child = await ask.sandbox.create(ADA, "Part of it")
    assert (await ask.update(child, parentId="ENG-13"))["parent"] == {"id": item}
    assert await ask.refused_update(item, parentId=child) == "parentId is circular"


async def test_a_new_item_from_an_app_lands_in_triage(ask: Asker) -> None:
    """Where a team has triage, what an app creates without a state waits there; without triage it is backlog."""
    document = """mutation ($input: IssueCreateInput!) { issueCreate(input: $input) {
      success lastSyncId issue { id state { type } createdAt creator { app } } } }"""
    new_id = "11111111-1111-4111-8111-111111111111"
    wanted = {"id": new_id, "teamId": ask.id("Team", key="OPS"), "title": "New"}
    issue = (await ask(document, input=wanted))["issueCreate"]["issue"]
    assert (issue["id"], issue["state"]["type"], issue["creator"]["app"]) == (new_id, "triage", True)
    assert (await ask.refusal(document, input=wanted))["message"] == "conflict on insert of Issue"
    wanted = {"teamId": ask.id("Team", key="ENG"), "title": "New"}
    assert (await ask(document, input=wanted))["issueCreate"]["issue"]["state"]["type"] == "backlog"
