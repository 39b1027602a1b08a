"""Tell whether an item shows on a board, and if not, which of the board's conditions fails.

A board holds no issues: it is a filter, columns for statuses, on Kanban a sub-query, on Scrum a running sprint.
https://developer.atlassian.com/cloud/jira/software/rest/api-group-board/
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.errors import Denied, NotFound
from app.core.policy import Target
from app.core.snapshot import BoardFact, Snapshot
from connectors._kit.kept import Kept
from connectors.jira.dialect import Dialect, Json
from connectors.jira.errors import Refused
from connectors.jira.place import is_set, mark
from connectors.jira.wire import moment
from connectors.jira.words import BoardTarget

FIVE_MINUTES = 300.0
SCOPE = "read:board-scope.admin:jira-software"


@dataclass(frozen=True, slots=True)
class Setup:
    """Hold what a board shows.

    `problem` says why it cannot be looked at, `filter_hidden` that only its filter is to blame; `blind`: its set-up is
    not for us to read.
    """

    name: str
    statuses: frozenset[str] = frozenset()
    filter: str = ""
    sub_query: str = ""
    project: str | None = None
    scrum: bool = False
    problem: str | None = None
    filter_hidden: bool = False
    blind: bool = False


class Unfound(str):
    """Say that a query does not find an item, as it is when the query is asked: it may have changed since the look."""

    __slots__ = ()


class Boards:
    """Answer for boards; their set-up is kept for five minutes."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._kept = Kept[Setup](FIVE_MINUTES, clock)

    async def fact(self, dialect: Dialect, snapshot: Snapshot, target: Target, seen: BoardFact | None) -> BoardFact:
        """Tell whether the item has what puts it on the board, and shows there.

        An answer that it shows holds until something about the item changes. That it is hidden is looked at each time:
        whoever mends the board does not touch the item.
        """
        wanted = BoardTarget.model_validate(target)
        if not is_set(snapshot, wanted.set):
            return BoardFact(here=False)
        now = mark(snapshot, wanted)
        if seen is not None and seen.here and seen.mark == now and seen.hidden_because is None:
            return seen
        hidden = await self._hidden(dialect, snapshot, wanted.board)
        if isinstance(hidden, Unfound) and await _changed_meanwhile(dialect, snapshot):
            return BoardFact(here=True)  # the answer is about another state of it, which is looked at next
        return BoardFact(here=True, hidden_because=hidden, mark=now)

    async def setup(self, dialect: Dialect, board: int) -> Setup:
        """Return what the board shows."""
        return await self._kept.get(str(board), lambda: _read(dialect, board))

    async def _hidden(self, dialect: Dialect, snapshot: Snapshot, board: int) -> str | None:
        setup = await self.setup(dialect, board)
        if setup.problem is not None:
            return setup.problem
        if setup.blind:
            return await _blindly(dialect, snapshot, board)
        if setup.project is not None and setup.project != snapshot.project:
            return f"board {setup.name} is team-managed and shows only the project {setup.project}"
        if snapshot.native["status"] not in setup.statuses:
            return f"its status {snapshot.state} is in no column of board {setup.name}"
        unmatched = await _unmatched(dialect, snapshot, setup)
        if unmatched is None and setup.scrum and not snapshot.native["in_sprint"]:
            return f"it is in no running sprint, so it waits in the backlog of board {setup.name}"
        return unmatched


async def _changed_meanwhile(dialect: Dialect, snapshot: Snapshot) -> bool:
    found = await dialect.issue(snapshot.id, ["updated"])
    return found is None or moment(found["fields"]["updated"]) != snapshot.updated_at


async def _unmatched(dialect: Dialect, snapshot: Snapshot, setup: Setup) -> str | None:
    asked = {"filter": setup.filter, "sub-query": setup.sub_query}
    asked = {name: query for name, query in asked.items() if query}
    answers = await dialect.matches(snapshot.id, list(asked.values())) if asked else []
    for (name, query), answer in zip(asked.items(), answers, strict=True):
        if isinstance(answer, str):
            return f"the {name} of board {setup.name} cannot be asked for {dialect.site.account} ({answer.rstrip('.')})"
        if not answer:
            return Unfound(f"the {name} of board {setup.name} does not find it ({query})")
    return None


async def _blindly(dialect: Dialect, snapshot: Snapshot, board: int) -> str | None:
    """Ask the board itself, which tells whether but not why not."""
    why = f"the account {dialect.site.account} may not read why (it needs the scope {SCOPE})"
    try:
        return None if await dialect.stands(board, snapshot.id) else f"board {board} does not list it, and {why}"
    except (Denied, NotFound, Refused):
        await dialect.client.verify()
        return f"board {board} cannot be read, and {why}"


async def _read(dialect: Dialect, board: int) -> Setup:
    try:
        found: Json = await dialect.client.call("GET", f"/rest/agile/1.0/board/{board}/configuration", holds="filter")
    except NotFound:
        who = dialect.site.account
        return Setup(
            str(board), problem=f"board {board} is not there, or neither it nor its filter is shared with {who}"
        )
    except Denied:
        await dialect.client.verify()
        return Setup(str(board), blind=True)
    name, type_ = found.get("name") or str(board), found.get("type")
    if type_ is None:
        type_ = (await dialect.client.call("GET", f"/rest/agile/1.0/board/{board}")).get("type")
    query = await _filter(dialect, found)
    if query is None:
        who = dialect.site.account
        problem = f"the filter of board {name} is not shared with {who}: add them to its viewers"
        return Setup(name, problem=problem, filter_hidden=True)
    columns = found.get("columnConfig", {}).get("columns", ())
    return Setup(
        name=name,
        statuses=frozenset(str(status["id"]) for column in columns for status in column.get("statuses", ())),
        filter=query,
        sub_query=(found.get("subQuery") or {}).get("query") or "",
        project=(found.get("location") or {}).get("key") if type_ == "simple" else None,
        scrum=type_ == "scrum",
    )


async def _filter(dialect: Dialect, configuration: Json) -> str | None:
    """Return the board's filter as a query, None when it is not shared with us."""
    try:
        found = await dialect.get(f"/filter/{configuration['filter']['id']}", "jql")
    except (Refused, NotFound, Denied):
        await dialect.client.verify()
        return None
    return str(found.get("jql") or "")
