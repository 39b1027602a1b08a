"""Write a plan: one edit for everything but the comment; what is refused is left out and the rest is written."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from app.core.change import AddLabel, Change, RemoveLabel, Say, name_of
from app.core.errors import Transient
from app.core.snapshot import Snapshot
from app.ports import Applied
from connectors.linear import documents
from connectors.linear.blame import guilty, is_exclusive
from connectors.linear.client import Graph, Node
from connectors.linear.comments import say
from connectors.linear.draft import Drafter, Fields, Part, fulfilled, merged
from connectors.linear.joint import Joint, Mutation
from connectors.linear.refusals import Absent, Refused

Reader = Callable[[Node], Awaitable[Snapshot]]


@dataclass(slots=True)
class Written:
    """Collect what came of an edit. `doubtful` changes were refused for what may only have been remembered wrongly."""

    issue: Node | None = None
    refused: dict[Change, str] = field(default_factory=dict)
    doubtful: list[Change] = field(default_factory=list)


class Writer:
    """Apply plans. `read` makes a snapshot of an issue; `forget` drops what is remembered of labels, teams, people."""

    def __init__(self, graph: Graph, drafter: Drafter, read: Reader, forget: Callable[[], None]) -> None:
        self._joint, self._drafter, self._read, self._forget = Joint(graph), drafter, read, forget

    async def aclose(self) -> None:
        """Give up what is under way."""
        await self._joint.aclose()

    async def apply(self, snapshot: Snapshot, changes: Sequence[Change]) -> Applied:
        """Write these changes; raise NotFound when the issue is not there any more."""
        edits = [change for change in changes if not isinstance(change, Say)]
        applied = await self._edited(snapshot, edits)
        for change in changes:
            if isinstance(change, Say):
                applied = await self._said(applied.snapshot or snapshot, change, applied)
        return applied

    async def _edited(self, snapshot: Snapshot, changes: Sequence[Change]) -> Applied:
        written = await self._edit(snapshot, changes)
        after = await self._read(written.issue) if written.issue else None
        if written.doubtful:
            self._forget()
            again = await self._edit(after or snapshot, written.doubtful)
            kept = {change: why for change, why in written.refused.items() if change not in written.doubtful}
            written.refused = {**kept, **again.refused}
            after = await self._read(again.issue) if again.issue else after
        done = tuple(change for change in changes if change not in written.refused)
        return Applied(done, _by_name(written.refused), after)

    async def _edit(self, snapshot: Snapshot, changes: Sequence[Change]) -> Written:
        parts, refused = await self._drafter.draft(snapshot, changes)
        written = Written(refused=refused)
        await self._write(snapshot.id, _but_replaced(parts, written), written)
        return written

    async def _write(self, issue: str, parts: list[Part], written: Written) -> None:
        """Send the edit, again without what was refused, until it is taken or nothing is left."""
        while edit := merged(parts):
            try:
                written.issue = await self._send(issue, edit)
            except (Refused, Absent) as error:
                if isinstance(error, Absent) and error.entity == "Issue" and "parentId" not in edit:
                    raise
                parts = await self._without(error, issue, parts, written)
            else:
                return

    async def _without(self, error: Refused | Absent, issue: str, parts: list[Part], written: Written) -> list[Part]:
        """Return the parts to try next."""
        gone = merged(parts).get("removedLabelIds")
        if is_exclusive(error) and gone and "addedLabelIds" in merged(parts):
            written.issue = await self._send(issue, {"removedLabelIds": gone})
            return [replace(part, fields=_but(part.fields, "removedLabelIds")) for part in parts]
        blamed = guilty(error, parts)
        sent = [part for part in parts if part.fields]
        if not blamed and len(sent) > 1:
            for part in sent:
                await self._write(issue, [part], written)
            return []
        for part in blamed or sent:
            written.refused[part.change] = str(error)
        rest = _but_replaced([part for part in parts if part not in (blamed or sent)], written)
        if not is_exclusive(error):
            written.doubtful += [part.change for part in parts if part not in rest]
        return rest

    async def _send(self, issue: str, edit: Fields) -> Node:
        data = await self._joint.run(
            Mutation(documents.UPDATE, {"id": issue, "input": edit}, issue, lambda now: _updated(edit, now))
        )
        payload = data["issueUpdate"]
        if not payload["success"] or payload["issue"] is None:
            raise Transient("Linear did not confirm the edit")
        found: Node = payload["issue"]
        return found

    async def _said(self, snapshot: Snapshot, change: Say, applied: Applied) -> Applied:
        try:
            said = await say(self._joint, snapshot, change)
        except Refused as error:
            return replace(applied, refused={**applied.refused, name_of(change): str(error)})
        after = await self._read(said.issue) if said.issue else applied.snapshot
        done = applied.done if said.gone else (*applied.done, change)
        return replace(applied, done=done, snapshot=after, comment_id=said.comment_id, comment_gone=said.gone)


def _updated(edit: Fields, now: Node) -> Node | None:
    return {"issueUpdate": {"success": True, "issue": now}} if fulfilled(edit, now) else None


def _but_replaced(parts: list[Part], written: Written) -> list[Part]:
    """Leave labels on while one that should come is refused: it may be that nothing else says what they say."""
    why = next((why for change, why in written.refused.items() if isinstance(change, AddLabel)), None)
    stay = [part for part in parts if why is not None and isinstance(part.change, RemoveLabel)]
    written.refused.update((part.change, why or "") for part in stay)
    return [part for part in parts if part not in stay]


def _but(fields: Fields, name: str) -> Fields:
    return {key: value for key, value in fields.items() if key != name}


def _by_name(refused: dict[Change, str]) -> dict[str, str]:
    """Return the refusals by the changes' names; several of one name are told together."""
    sentences: dict[str, list[str]] = {}
    for change, why in refused.items():
        sentences.setdefault(name_of(change), []).append(why)
    return {name: "; ".join(dict.fromkeys(lines)) for name, lines in sentences.items()}
