"""Tell which boards show an issue.

https://support.atlassian.com/jira-software-cloud/docs/configure-a-boards-filter/
"""

from connectors.jira.sandbox import jql
from connectors.jira.sandbox.model import Board, Issue
from connectors.jira.sandbox.world import World


def showing(world: World, issue: Issue) -> list[str]:
    """Return the names of the boards that show an issue."""
    return [board.name for board in world.boards if shows(world, board, issue)]


def shows(world: World, board: Board, issue: Issue) -> bool:
    """Tell whether a board shows an issue: it belongs there, and on a scrum board its sprint runs."""
    running = any(sprint.state == "active" and sprint.board == board.id for sprint in issue.sprints)
    return belongs(world, board, issue) and (board.kind != "scrum" or running)


def belongs(world: World, board: Board, issue: Issue) -> bool:
    """Tell whether filter, columns and sub-query take an issue in; scrum boards take no epics."""
    mapped = any(issue.status.id in statuses for statuses in board.columns.values())
    queries = [text for text in (board.filter.jql, board.sub_query) if text]
    level = board.kind != "scrum" or issue.type.level < 1
    return mapped and level and all(jql.matches(world, issue, jql.read(text)) for text in queries)
