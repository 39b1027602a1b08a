"""Write a plan: everything but the comment in one edit, and then the comment.

Edits only add and remove, so that doing one twice, or beside a person's, does no harm. A write that met another one or
whose answer was lost is not sent again blindly: the next run looks what became of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from app.core.change import Change, LinkToEpic, MoveToBoard, RemoveLabel, Say, name_of
from app.core.errors import Denied, NotFound
from app.core.snapshot import Comment, Snapshot
from app.ports import Applied
from connectors._kit.kept import Kept
from connectors.jira.comments import say
from connectors.jira.dialect import Dialect, Json
from connectors.jira.edits import Edit, Part, body, part
from connectors.jira.errors import Refused
from connectors.jira.wire import comment_in, snapshot_in
from connectors.jira.words import BoardTarget

FIVE_MINUTES, DAY = 300.0, 86_400.0
SHOWN = frozenset({"summary", "status", "labels", "created", "updated", "project", "issuetype", "comment"})
"""What the answer to an edit must hold before it is taken for the whole issue."""


@dataclass(slots=True)
class Outcome:
    """Gather what becomes of a plan."""

    done: list[Change] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    snapshot: Snapshot | None = None
    comment_id: str | None = None
    comment_gone: bool = False

    def refuse(self, change: Change, because: str) -> None:
        """Note that Jira will not take a change."""
        self.refused.setdefault(name_of(change), because)

    def applied(self) -> Applied:
        """Return it as the port has it."""
        return Applied(tuple(self.done), dict(self.refused), self.snapshot, self.comment_id, self.comment_gone)


class Writer:
    """Write plans. Component ids are kept for five minutes, the type of our links for a day."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._components = Kept[dict[str, str]](FIVE_MINUTES, clock)
        self._link_type = Kept[str](DAY, clock)

    async def apply(self, dialect: Dialect, snapshot: Snapshot, changes: Sequence[Change]) -> Applied:
        """Write these changes; what Jira will not take is noted, the rest is done all the same."""
        outcome = Outcome()
        parts = await self._parts(dialect, snapshot, [change for change in changes if not isinstance(change, Say)])
        for one in parts:
            if one.refusal is not None:
                outcome.refuse(one.change, one.refusal)
            elif one.done and not _relates(one.change):
                outcome.done.append(one.change)
        await self._edit(dialect, snapshot, [one for one in parts if one.fields or one.update], outcome)
        for change in changes:
            if isinstance(change, LinkToEpic) and change.relate:
                await self._relate(dialect, snapshot, change, outcome)
            elif isinstance(change, Say):
                await _say(dialect, snapshot, change, outcome)
        return outcome.applied()

    async def _parts(self, dialect: Dialect, snapshot: Snapshot, changes: Sequence[Edit]) -> list[Part]:
        boards = [BoardTarget.model_validate(one.target) for one in changes if isinstance(one, MoveToBoard)]
        components: dict[str, str] = {}
        if any(board.set.components for board in boards) and snapshot.project:
            project = snapshot.project
            components = await self._components.get(project, lambda: _components(dialect, project))
        return [part(change, snapshot, dialect, components) for change in changes]

    async def _edit(self, dialect: Dialect, snapshot: Snapshot, parts: Sequence[Part], outcome: Outcome) -> None:
        """Send the edit; what Jira refuses by name is taken out and the rest sent again, else each part for itself."""
        parts = _but_replaced(parts, outcome)
        if not parts:
            return
        try:
            issue = await dialect.edit(snapshot.id, body(parts))
        except Refused as error:
            refused = [one for one in parts if one.names & set(error.fields)] or (parts if len(parts) == 1 else [])
            for one in refused:
                outcome.refuse(one.change, _because(one, error))
            rest = sorted((one for one in parts if one not in refused), key=lambda one: _takes_off(one.change))
            for group in [rest] if refused else [[one] for one in rest]:
                await self._edit(dialect, snapshot, group, outcome)
            return
        outcome.done += [one.change for one in parts]
        outcome.snapshot = _shown(dialect, issue)

    async def _relate(self, dialect: Dialect, snapshot: Snapshot, change: LinkToEpic, outcome: Outcome) -> None:
        """Link the two; Jira takes the same link twice as one."""
        if {change.epic.id, change.epic.key}.isdisjoint(snapshot.native["linked"]):
            try:
                type_ = await self._link_type.get("relates", lambda: _link_type(dialect))
                ends = {"inwardIssue": {"id": snapshot.id}, "outwardIssue": {"key": change.epic.key}}
                await dialect.client.call(
                    "POST", f"{dialect.api}/issueLink", json={"type": {"name": type_}, **ends}, repeatable=False
                )
            except (Refused, NotFound, Denied) as error:
                await dialect.client.verify()
                outcome.refuse(change, str(error))
                return
        outcome.done.append(change)
        if outcome.snapshot is not None:
            linked = [*outcome.snapshot.native["linked"], change.epic.id, change.epic.key]
            outcome.snapshot = replace(outcome.snapshot, native={**outcome.snapshot.native, "linked": linked})


def _but_replaced(parts: Sequence[Part], outcome: Outcome) -> list[Part]:
    """Leave labels on while one that should come is refused: it may be that nothing else says what they say."""
    why = outcome.refused.get("add_label")
    if why is None:
        return list(parts)
    for one in parts:
        if _takes_off(one.change):
            outcome.refuse(one.change, why)
    return [one for one in parts if not _takes_off(one.change)]


def _takes_off(change: Change) -> bool:
    return isinstance(change, RemoveLabel)


def _relates(change: Change) -> bool:
    return isinstance(change, LinkToEpic) and change.relate


async def _say(dialect: Dialect, snapshot: Snapshot, change: Say, outcome: Outcome) -> None:
    try:
        spoken = await say(dialect, snapshot, change)
    except (Refused, NotFound, Denied) as error:
        await dialect.client.verify()
        outcome.refuse(change, str(error))
        return
    if spoken.comment is None:
        outcome.comment_gone = spoken.gone
        return
    outcome.done.append(change)
    outcome.comment_id = str(spoken.comment["id"])
    if outcome.snapshot is not None:
        outcome.snapshot = _with(outcome.snapshot, comment_in(spoken.comment, dialect.reader))


def _with(snapshot: Snapshot, comment: Comment) -> Snapshot:
    """Return the item with the comment that was just written, which moves its last change too."""
    comments = sorted([one for one in snapshot.comments if one.id != comment.id] + [comment], key=lambda one: one.at)
    at = max(snapshot.updated_at, comment.edited_at or comment.at)
    return replace(snapshot, comments=tuple(comments), updated_at=at)


def _shown(dialect: Dialect, issue: Json | None) -> Snapshot | None:
    """Return the issue that an edit's answer shows, when it shows all of it."""
    if issue is None or not issue["fields"].keys() >= SHOWN:
        return None
    page = issue["fields"]["comment"]
    cut = page.get("total", 0) > len(page.get("comments", ()))
    return None if cut else snapshot_in(issue, dialect.reader)


def _because(one: Part, error: Refused) -> str:
    return " ".join(text for name, text in error.fields.items() if name in one.names) or str(error)


async def _components(dialect: Dialect, project: str) -> dict[str, str]:
    found = await dialect.get(f"/project/{project}/components")
    return {one["name"].casefold(): str(one["id"]) for one in found}


async def _link_type(dialect: Dialect) -> str:
    """Return the name of the link that says no more than "related": it may be renamed or translated."""
    found = (await dialect.get("/issueLinkType", "issueLinkTypes"))["issueLinkTypes"]
    named = [one["name"] for one in found if one["name"].casefold() == "relates"]
    both_ways = [one["name"] for one in found if one["inward"] == one["outward"]]
    if not named and not both_ways:
        raise NotFound("this Jira has no kind of issue link that says that two issues are related")
    return str((named or both_ways)[0])
