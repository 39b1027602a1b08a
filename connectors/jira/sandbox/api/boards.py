"""Describe boards.

https://developer.atlassian.com/cloud/jira/software/rest/api-group-board/
"""

from typing import Any

from connectors.jira.sandbox import jql
from connectors.jira.sandbox.api import searches
from connectors.jira.sandbox.api.call import Call, Reply
from connectors.jira.sandbox.boards import belongs
from connectors.jira.sandbox.model import Board, Sprint
from connectors.jira.sandbox.refusal import Refusal
from connectors.jira.sandbox.wishes import find_project


def get(call: Call) -> Reply:
    """Show a board."""
    board = _board(call)
    project = find_project(call.world, board.project)
    place = {"location": {"projectId": int(project.id), "projectKey": project.key, "name": project.name}}
    return Reply(200, {**_frame(call, board), **({} if call.world.data_center else place)})


def configuration(call: Call) -> Reply:
    """Show by which filter, columns and sub-query a board chooses what it shows."""
    board = _board(call)
    statuses = {
        name: [{"id": id_, "self": call.show.here(f"status/{id_}")} for id_ in ids]
        for name, ids in board.columns.items()
    }
    columns = [{"name": name, "statuses": entries} for name, entries in statuses.items()]
    place = {} if call.world.data_center else {"location": _location(call, board)}
    frame = _frame(call, board)
    return Reply(
        200,
        {
            **frame,
            "self": f"{frame['self']}/configuration",
            **place,
            "filter": {"id": board.filter.id, "self": call.show.here(f"filter/{board.filter.id}")},
            **({"subQuery": {"query": board.sub_query}} if board.sub_query else {}),
            "columnConfig": {"columns": columns, "constraintType": "none"},
            "ranking": {"rankCustomFieldId": 10_019},
        },
    )


def issues(call: Call) -> Reply:
    """List the issues that belong to a board, in its backlog too, as far as a query allows."""
    board, body = _board(call), searches.in_address(call)
    if not board.filter.shared:
        raise _unseen()
    query = searches.checked(call, body)
    found = [one for one in jql.found(call.world, query) if belongs(call.world, board, one)]
    if call.world.data_center:
        return searches.by_offset(call, body, found)
    return searches.by_token(call, body, found, "*navigable")


def sprints(call: Call) -> Reply:
    """List a scrum board's sprints."""
    board, states = _board(call), call.many("state")
    if board.kind != "scrum":
        raise Refusal(400, "The board does not support sprints")
    found = [one for one in call.world.sprints if one.board == board.id and (not states or one.state in states)]
    start, most = call.number("startAt", 0), call.number("maxResults", 50)
    page = [_sprint(call, one) for one in found[start : start + most]]
    return Reply(200, {"maxResults": most, "startAt": start, "isLast": start + most >= len(found), "values": page})


def _board(call: Call) -> Board:
    found = next((board for board in call.world.boards if str(board.id) == call.path["board"]), None)
    if found is None:
        raise _unseen()
    return found


def _unseen() -> Refusal:
    return Refusal(404, "The requested board cannot be viewed: it does not exist, or you do not have permission.")


def _frame(call: Call, board: Board) -> dict[str, Any]:
    here = f"{call.world.url}/rest/agile/1.0/board/{board.id}"
    return {"id": board.id, "self": here, "name": board.name, "type": board.kind}


def _location(call: Call, board: Board) -> dict[str, Any]:
    """Return the board's project as the documented example has it, although the schema beside it differs."""
    project = find_project(call.world, board.project)
    shown = {"type": "project", "key": project.key, "id": project.id, "name": project.name}
    return {**shown, "self": call.show.here(f"project/{project.id}")}


def _sprint(call: Call, sprint: Sprint) -> dict[str, Any]:
    here = f"{call.world.url}/rest/agile/1.0/sprint/{sprint.id}"
    own = {"id": sprint.id, "self": here, "state": sprint.state, "name": sprint.name}
    return {**own, "originBoardId": sprint.board, "goal": ""}
